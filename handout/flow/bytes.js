// SPDX-License-Identifier: MIT
// The bytes of a message, for Eve and for those who have the keys.

// A part: its kind as a colour, its name, its value. LINK joins it to the parts
// with the same LINK in the other column.
const makePart = (kind, label, value, link) => {
    const body = make("span", "value", value), element = make("div", `part k-${kind}`, make("span", "label", label), body);
    if (body.textContent.length > 1024) // it scrolls
        body.tabIndex = 0;
    if (link) {
        element.dataset.link = link;
        element.tabIndex = 0;
    }
    return element;
};
// The bytes FIRST to END of a linked part, which are linked to the same bytes.
const makePiece = (name, text, link, first, end) => {
    const element = make("span", name, text);
    Object.assign(element.dataset, { link, first, end });
    return element;
};
const hexPieces = (hex, link, differ) => bytesOf(hex).flatMap((byte, i) => [makePiece(differ.includes(i) ? "differs" : "", byte, link, i, i + 1), " "]);
const characters = (text, link) => {
    let at = 0;
    return make("bdi", "", [...text].map((c) => {
        const first = at;
        at += utf8.encode(c).length;
        return makePiece("", visible(c), link, first, at);
    }));
};

const keyPart = (id) => {
    const { value, derived } = keys.get(id) || {};
    return makePart("key", `key ${names([id])}${derived ? ` = ${formula(derived)}` : ""}`, value);
};
const sealedParts = (box, link, differ = []) => [
    makePart("nonce", "nonce, 12 bytes", bytesOf(box.nonce).join(" "), `${link} nonce`),
    makePart("cipher", `ciphertext, ${lengthOf(box)}`, hexPieces(box.ciphertext, `${link} text`, differ), `${link} text`),
    makePart("tag", "tag, 16 bytes", bytesOf(box.tag).join(" "), `${link} tag`),
];
// The same box, for those who have its key.
const openedParts = (event, link) => [
    keyPart(event.key_id),
    makePart("nonce", "nonce", bytesOf(event.nonce).join(" "), `${link} nonce`),
    makePart("ad", "associated data", quote(event.ad), `${link} tag`),
    event.event !== "not_opened" && makePart("text", `text, ${lengthOf(event)}`,
        isText(event.text) ? characters(event.text, `${link} text`) : textOf(event), `${link} text`),
    makePart("tag", "tag", { sealed: `computed by ${short(event.lane)}`, opened: "right: nothing was changed" }[event.event] || "wrong: not opened", `${link} tag`),
];

const fieldPart = ([name, value]) => makePart(SECRETS.includes(name) ? "secret" : "open", short(name),
    hidden(value) || quote(isText(value) ? value : JSON.stringify(value)), `field ${name}`);
const makePre = (name, ...children) => Object.assign(make("pre", name, ...children), { tabIndex: 0 });
// The line as it travelled.
const rawLine = (event) => makePre("", quote(isText(event.line) ? event.line.trim() : hidden(event.line) || `bytes ${event.line_hex}`));

const makeColumn = (title, name, children) => make("div", `column ${name}`, make("h3", "", title), children);
const makeColumns = (step) => {
    const { event } = step, known = eveKeys(step), ends = [], eve = [rawLine(event)];
    // The boxes come last.
    const members = Object.entries(event.fields || {}).sort((a, b) => !boxIn(...b) - !boxIn(...a));
    for (const member of members) {
        const box = boxIn(...member), found = findBox(box), [name] = member;
        if (!box) {
            ends.push(fieldPart(member));
            eve.push(fieldPart(member));
            continue;
        }
        ends.push(make("h4", "", short(name)), found ? openedParts(found, name) : "No one in this run has opened it.");
        eve.push(make("h4", "", short(name)), sealedParts(box, name, found?.event === "opened" ? [] : compare(box).differ),
            found && known.includes(found.key_id) ? [make("p", "alarm", "Eve has the key and opens it:"), openedParts(found, name)] :
                make("p", "", "Eve does not have the key."));
    }
    if (!ends.length)
        ends.push(rawLine(event));
    const tlsPart = makePart("cipher", `TLS, ${size(event)} bytes or more`, "Eve cannot read them.");
    return make("div", "columns", makeColumn("Eve has", "eve", isInside(event) ? tlsPart : eve), makeColumn("With the keys", "ends", ends));
};
