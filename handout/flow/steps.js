// SPDX-License-Identifier: MIT
// A step: its title, place and details.

// TEXT as a word for the shell, or INSTEAD if it cannot be typed.
const word = (text, instead) => !isText(text) || visible(text) !== text ? instead :
    /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
const commandOf = (event) => {
    const tool = about.tool || "recompute", box = [word(event.key, "KEY"), word(event.ad, "AD"), word(event.nonce, "NONCE")];
    const words = event.event === "derived" ? ["openssl kdf -keylen 32 -kdfopt digest:SHA2-256 -kdfopt",
        hidden(event.input) ? "key:INPUT" : word(`key:${event.input}`, "key:INPUT"), "-kdfopt", word(`info:${event.label}`, "info:LABEL"), "HKDF | tr -d : | tr A-F a-f"] :
        event.event === "sealed" ? [tool, "seal --", ...box, word(event.text, "TEXT")] : [tool, "open --", ...box, word(event.ciphertext + event.tag, "BOX")];
    return [make("p", "label", "To compute it again, type:"), makePre("command", words.join(" "))];
};

const titleOf = (event) => {
    const box = `the ${isTicket(sealingOf(event) || event) ? "ticket" : "text"} (AD ${short(event.ad, 80)}) with ${names([event.key_id])}`;
    return ({
        derived: () => `${names([event.key_id])} = ${formula(event)}`,
        sealed: () => `seals ${box}`,
        opened: () => `opens ${box}`,
        not_opened: () => `✗ cannot open ${box}`,
        refused: () => `✗ refuses${event.refuses ? ` the line from ${short(event.refuses.from?.lane || outside)}` : ""}: ${short(event.step)}`,
        shown: () => `shows ${short(textOf(event), 80)}`,
    }[event.event]?.() || short(event.event)) + (event.wrong ? ` ✗ ${event.wrong}` : "");
};
const messageTitle = ({ message, status, fields }) => message === 5 ? `text ${short(fields?.seq ?? "?", 20)}` :
    (status && status !== 200 ? `status ${status} ` : "") + short(Object.keys(fields || {}).join(", "), 80);

const makeDetail = (step) => {
    const { event } = step, detail = make("div", "detail");
    const compared = event.event === "not_opened" ? compare(event) : { differ: [] };
    if (event.message) {
        detail.append(makeColumns(step));
        if (event.message === 5)
            detail.append(...step.got ? makeChecks(step.got) : [make("p", "", about.outside ? "The grader received this line." : "No one read this line. After a refused line, the receiver resets the connection.")]);
    } else if (event.event === "derived") {
        detail.append(makePart("secret", `input: ${event.origin}`, hidden(event.input) || quote(event.input)), makePart("open", "salt", "(empty)"),
            makePart("open", "info", quote(event.label)), keyPart(event.key_id), ...commandOf(event));
    } else if (event.nonce) {
        detail.append(make("div", "", compared.text && make("p", "alarm", compared.text)), make("div", "columns",
            makeColumn("Sealed", "", sealedParts(event, "box", compared.differ)), makeColumn("With the key", "", openedParts(event, "box"))), ...commandOf(event));
    } else {
        detail.append(...event.refuses ? makeChecks(event.refuses) : [makePart("text", event.event, quote(event.step || textOf(event)))]);
    }
    const known = [...step.holds, ["Eve", eveKeys(step)]].map(([who, ids]) => `${short(who)} has ${names(ids)}`);
    detail.append(make("p", "label", `After this step: ${known.join("; ")}.`));
    return detail;
};
const toggle = (step, on) => {
    step.open = on;
    step.button.ariaExpanded = on;
    step.detail?.remove();
    step.detail = on ? makeDetail(step) : undefined;
    if (on)
        step.item.append(step.detail);
};

let lanes = [];
// Puts ELEMENT into the columns FIRST to LAST.
const place = (element, first, last) => {
    element.style.setProperty("--at", `${first + 1} / ${last + 2}`);
    element.style.setProperty("--half", `${50 / (last - first + 1)}%`);
    return element;
};
const drawMessage = (step) => {
    const ends = [step.from, step.to].map((lane) => lanes.indexOf(lane)), [first, last] = [Math.min(...ends), Math.max(...ends)];
    return [
        make("span", "title", make("span", "number", step.event.message), " ",
            make("strong", "", quote(step.from, 16), " → ", quote(step.to, 16)), ` ${messageTitle(step.event)}`),
        make("span", `arrow ${ends[0] < ends[1] ? "right" : "left"}${step.got || about.outside ? "" : " lost"}`),
        make("span", "eve-line", eveLine(step))].map((element) => place(element, first, last));
};
const draw = (step) => {
    const { event } = step, lane = lanes.indexOf(event.lane), end = lanes.length - 1;
    const side = lane === 0 ? "first" : lane === end ? "last" : "";
    step.button = make("button", event.message ? "message" : `local ${event.event}${event.wrong ? " wrong" : ""}`, event.message ? drawMessage(step) :
        place(make("span", `box ${side}`, make("span", "label", quote(event.lane, 16)), ` ${titleOf(event)}`), lane, lane));
    step.button.firstChild.style.setProperty("--wide", `${Math.max(1, lane)} / ${Math.min(end, lane + 1) + 2}`);
    step.button.onclick = () => toggle(step, !step.open);
    step.item = make("li", "step", step.button);
    if (step.gotKey)
        step.item.append(make("div", "chips", lanes.map((name, i) => step.holds.has(name) &&
            place(make("span", `chip${name === event.lane ? " new" : ""}`, `has ${names(step.holds.get(name))}`), i, i))));
    toggle(step, Boolean(step.open));
    return step.item;
};
