// SPDX-License-Identifier: MIT
// Draws the run that the traces in this page describe: lib/trace.h has their
// members. Their values are hostile: they become text nodes, never markup.
const $ = (id) => document.getElementById(id);

// An element with a class and children: elements, strings, or nothing.
const make = (tag, name, ...children) => {
    const element = document.createElement(tag);
    element.className = name;
    element.append(...children.flat(Infinity).filter(Boolean));
    return element;
};

// Escapes what lib/show.h escapes, and all other invisible characters.
const visible = (text) => String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
const short = (text, most = 40) => {
    const all = [...visible(text)];
    return all.length <= most ? all.join("") : `${all.slice(0, most).join("")}…`;
};
// <bdi> keeps the direction of a text inside it.
const quote = (text, most = Infinity) => make("bdi", "", short(text, most));

const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
const bytesOf = (hex) => hex.match(/../g) || [];
const hidden = (value) => value && Number.isInteger(value.hidden) ? `hidden, ${count(value.hidden, "byte")}` : null;
const utf8 = new TextEncoder();

// SEALED of protocol.md, section 1: its parts in hex, or null.
const unseal = (text) => {
    if (typeof text !== "string" || text.length % 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
        return null;
    const raw = atob(text);
    const hex = Array.from(raw, (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    return raw.length < 28 || btoa(raw) !== text ? null :
        { nonce: hex.slice(0, 24), ciphertext: hex.slice(24, -32), tag: hex.slice(-32) };
};
const boxIn = (name, value) => name === "senderinfo" || name === "message" ? unseal(value) : null;
const sameBox = (a, b) => a && b && a.nonce === b.nonce && a.ciphertext === b.ciphertext && a.tag === b.tag;
const isTicket = (event) => String(event.ad).startsWith("senderinfo>");
const lengthOf = (event) => count(bytesOf(event.ciphertext).length, "byte");
const textOf = (event) => hidden(event.text) || (event.text_hex ? `bytes ${event.text_hex}` : event.text || "");
const parse = (text) => {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
};

// --- The traces ---

const lines = $("trace").textContent.split("\n").filter((line) => line.trim());
const parsed = lines.map(parse).filter((event) => event?.event);
const byTime = (a, b) => a.us - b.us;
const ofKind = (kind) => parsed.filter((e) => e.event === kind).sort(byTime);
const about = ofKind("about")[0] || {}, marks = ofKind("attack");
const events = parsed.filter((e) => e.event !== "about" && e.event !== "attack");

// A run is the events of one process. A program that starts again counts from 1.
const runs = {};
for (const event of events) {
    const who = JSON.stringify([event.program, event.user]), run = runs[who];
    event.run = runs[who] = run && event.n > run.at(-1).n ? run : [];
    event.run.push(event);
    event.lane = event.program === "server" ? "server" : String(event.user || event.program);
}

// Each "received" belongs to the first "sent" with the same bytes: of the same
// client, if there are several.
const sent = ofKind("sent");
const bytes = (e) => JSON.stringify([e.message, e.line, e.line_hex, e.fields]);
const client = (e) => e.program === "server" ? e.peer : e.user;
for (const got of ofKind("received")) {
    const same = sent.filter((e) => !e.to && e.run !== got.run && bytes(e) === bytes(got));
    const from = same.find((e) => e.message === 5 || client(e) === client(got)) || same[0];
    if (from)
        [from.to, got.from] = [got, from];
}

// The order of time, but what was received is after what was sent.
const all = [], queues = [...new Set(events.map((e) => e.run))].map((run) => [...run]);
while (all.length < events.length) {
    const first = queues.filter((q) => q.length).sort((a, b) => byTime(a[0], b[0]));
    all.push((first.find(([e]) => !e.from || all.includes(e.from)) || first[0]).shift());
}
// The honest run is the first part. Each attack begins another.
const parts = [{}, ...marks].map((attack, i) => ({ attack,
    events: all.filter((e) => marks.filter((m) => m.us <= e.us).length === i) }));

// The secrets in a message: [kind, value as JSON].
const SECRETS = ["password", "token", "secret"];
const secretsIn = ({ fields }) => SECRETS.filter((kind) => fields?.[kind] !== undefined).map((kind) => [kind, JSON.stringify(fields[kind])]);
// What a value is: from the first message that has it, or from a ticket.
const sources = new Map([...all.filter(isTicket), ...all.filter((e) => e.message).reverse()].flatMap((e) => secretsIn(e)
    .map(([kind, value]) => [value, `${kind} of ${e.message ? `message ${e.message} for ${short(client(e))}` : "a ticket"}`])));
const sealingOf = (box) => all.find((e) => e.event === "sealed" && e.nonce === box.nonce);

// What departs from section 2 of protocol.md: "wrong" tells what is right, and
// in which TODO. A box that was changed on its way is not the receiver's mistake.
for (const e of all) {
    const { run, event, message, user } = e, sends = e.program === "sender";
    const is = (value, right, todo) => value !== right && (e.wrong = `should be ${visible(right)}: TODO ${todo}, protocol.md section 2`);
    if (message === 3)
        [run.to, run.number] = [e.fields?.receiver, 0];
    if (message === 5 && event === "received")
        run.line = e;
    e.refuses = event === "refused" && run.line;
    if (event === "derived") {
        e.origin = hidden(e.input) ? "hidden string" : sources.get(JSON.stringify(e.input)) || "unknown string";
        if (sends || run.line)
            is(`HKDF(${e.origin.replace(/ .*/, "")}, ${e.label})`, `HKDF(${hidden(e.input) ? "hidden" : "secret"}, message)`, sends ? 1 : 5);
    } else if (event === "sealed" && sends && run.to) {
        is(e.ad, `${user}>${run.to}#${++run.number}`, 2);
    } else if (event === "not_opened" && !about.outside && parts[0].events.includes(e)) {
        const sealed = sealingOf(e);
        if (sealed?.run.to && !sealed.wrong)
            is(e.ad, sealed.ad, isTicket(sealed) ? 5 : 7);
    }
}

// The keys that the page shows, with a name each.
const keys = new Map();
const names = (ids) => ids.filter(Boolean).map((id) => keys.get(id)?.name || "another key").join(", ") || "no key";
const formula = ({ origin, label }) => `HKDF(${origin}, "${short(label)}")`;

// Who does what no program of this trace does.
const outside = about.outside || "mallory";
// A step is a message, or what one program did alone. HOLDS: who has which keys
// after it. An attack begins with what everyone has after the honest run.
const other = (lane) => all.find((e) => e.program === "receiver" && e.lane !== lane)?.lane || about.outside || "server";
const steps = [];
for (const part of parts) {
    const holds = new Map(steps.findLast((s) => s.part === parts[0])?.holds);
    for (const event of part.events.filter((e) => !(e.event === "received" && e.from))) {
        const step = { event, part }, peer = event.program === "server" ? String(event.peer) : "server";
        if (event.message) {
            step.got = event.event === "received" ? event : event.to;
            step.from = event.event === "sent" ? event.lane : event.message === 5 ? outside : peer;
            step.to = step.got ? step.got.lane : event.message === 5 ? other(event.lane) : peer;
        }
        const has = holds.get(event.lane) || [];
        if (event.event === "derived" && !has.includes(event.key_id)) {
            holds.set(event.lane, [...has, event.key_id]);
            step.gotKey = true;
        }
        step.holds = new Map(holds);
        steps.push(step);
    }
}
// Hidden values of the same length look the same. So each gets the number of the
// message that brought it, and so does the input next to it.
const brought = new Map();
steps.forEach(({ event, got }, i) => {
    const kind = ["", "password", "token", "token", "secret"][event.message], who = client(event) + kind;
    if (event.message !== 3)
        brought.set(who, i);
    for (const e of [event, got].filter((x) => hidden(x?.fields?.[kind]))) {
        const next = e.run[e.run.indexOf(e) + (e.program === "server" ? -1 : 1)];
        e.fields[kind].from = brought.get(who);
        if (next?.event === "derived" && hidden(next.input))
            next.input.from = i;
    }
});
const stepsOf = (part) => steps.filter((s) => s.part === part);

// The event in which someone opened or sealed BOX, or could not open it.
const findBox = (box) => ["opened", "sealed", "not_opened"].map((kind) =>
    all.find((e) => e.event === kind && sameBox(e, box))).find(Boolean);

// How EVENT, a box that was not opened, differs from what was sealed, and
// which bytes of the ciphertext do.
const compare = (event) => {
    const sealed = sealingOf(event);
    if (!sealed)
        return { text: "No box with this nonce was sealed in this run.", differ: [] };
    const a = bytesOf(sealed.ciphertext), b = bytesOf(event.ciphertext);
    const differ = b.map((_, i) => i).filter((i) => a[i] !== b[i]);
    const unequal = (what, [x, y]) => y !== undefined && x !== y && `The ${what} differ: sealed with ${visible(x)}, opened with ${visible(y)}.`;
    const both = [sealed, event], made = both.map((e) => keys.get(e.key_id)?.derived || {});
    const text = [
        unequal("keys", both.map((e) => e.key_id && names([e.key_id]))),
        unequal("inputs of the keys", made.map((e) => e.origin)),
        unequal("labels of the keys", made.map((e) => e.label)),
        unequal("associated data", both.map((e) => e.ad)),
        a.length !== b.length ? `The ciphertext has ${b.length} bytes, and had ${a.length}.` : differ.length &&
            `The ciphertext differs: byte ${differ[0] + 1} is ${b[differ[0]]}, and was ${a[differ[0]]}.`,
        event.tag !== sealed.tag && "The tags differ.",
    ].filter(Boolean).join(" ");
    return { text, differ };
};

// --- Eve ---

let tls;

// What she has read after STEP; with LAST 0, before it. She reads every message
// that is not inside TLS.
const readUntil = (step, last = 1) => tls ? [] : steps.slice(0, steps.indexOf(step) + last)
    .filter((s) => s.event.message < 5 && [parts[0], step.part].includes(s.part)).flatMap((s) => secretsIn(s.event));
const eveKeys = (step, last) => {
    const read = readUntil(step, last).map(([, value]) => value);
    return [...keys.keys()].filter((id) => read.includes(JSON.stringify(keys.get(id).derived?.input)));
};
const isInside = (event) => tls && event.message < 5;
const size = (event) => event.line?.hidden || (event.line_hex ? event.line_hex.length / 2 : utf8.encode(event.line).length);

// The text that she opens in STEP, or undefined.
const eveOpens = (step) => {
    const box = findBox(unseal(step.event.fields?.message));
    return box && box.event !== "not_opened" && eveKeys(step).includes(box.key_id) ? textOf(box) : undefined;
};
const eveLine = (step) => {
    const { event } = step, text = eveOpens(step), box = unseal(event.fields?.message);
    if (isInside(event))
        return `Eve sees TLS, ${size(event)} bytes or more`;
    if (event.message === 5)
        return text !== undefined ? `Eve opens it: ${short(text, 60)}` : box ? `Eve sees a sealed text of ${lengthOf(box)}` : "Eve reads the line";
    const before = eveKeys(step, 0), fresh = eveKeys(step).filter((id) => !before.includes(id));
    return `Eve reads ${secretsIn(event).map(([kind]) => `the ${kind}`).join(" and ") || "all of it"}` +
        (fresh.length ? ` and computes ${names(fresh)}` : "");
};
const describeEve = () => {
    const mine = stepsOf(parts[0]), texts = mine.filter((s) => s.event.message === 5);
    const last = mine.at(-1), read = readUntil(last);
    const total = (kind) => count(new Set(read.filter(([k]) => k === kind).map(([, value]) => value)).size, kind);
    return `${tls ? "With" : "Without"} TLS, Eve at the network has ${SECRETS.map(total).join(", ")}, ` +
        `${eveKeys(last).length} of ${count(new Set(parts[0].events.map((e) => e.key_id).filter(Boolean)).size, "key")}, and ` +
        `${texts.filter((s) => eveOpens(s) !== undefined).length} of ${count(texts.length, "text")}. ` +
        "She sees who talks to whom, when, and how much.";
};

// --- The bytes of a message ---

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
        typeof event.text === "string" ? characters(event.text, `${link} text`) : textOf(event), `${link} text`),
    makePart("tag", "tag", { sealed: `computed by ${short(event.lane)}`, opened: "right: nothing was changed" }[event.event] || "wrong: not opened", `${link} tag`),
];

const fieldPart = ([name, value]) => makePart(SECRETS.includes(name) ? "secret" : "open", short(name),
    hidden(value) || quote(typeof value === "string" ? value : JSON.stringify(value)), `field ${name}`);
const makePre = (name, ...children) => {
    const pre = make("pre", name, ...children);
    pre.tabIndex = 0;
    return pre;
};
// The line as it travelled.
const rawLine = (event) => makePre("", quote(typeof event.line === "string" ? event.line.trim() : hidden(event.line) || `bytes ${event.line_hex}`));

const makeColumn = (title, name, children) => make("div", `column ${name}`, make("h3", "", title), children);
const makeColumns = (step) => {
    const { event } = step, known = eveKeys(step), ends = [], eve = [rawLine(event)];
    // The boxes come last.
    const members = Object.entries(event.fields || {}).sort((a, b) => Boolean(boxIn(...a)) - Boolean(boxIn(...b)));
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

// --- The receiver's checks (protocol.md, section 6) ---

const CHECKS = [
    ["length, JSON, types and ranges, base64", "length", "line", "TODO 4"],
    ["the ticket opens", "ticket", "TODO 5"],
    ["the ticket's JSON", "ticket-json"],
    ["its username is a NAME and not the receiver's own", "own-name"],
    ["with --strict-ip: the address is that in the ticket", "address"],
    ["now <= exp + 300", "expired", "TODO 6"],
    ["seq > the last seq of this secret", "replay"],
    ["the message opens", "forged", "TODO 7"],
    ["text <= 4096", "text"],
    ["there is room for this chat", "full"],
];
const OPTIONAL = [4, 9];
const STATES = { refused: "✗ refused here", open: "– not reached", missed: "! this should have been refused", passed: "✓ passed" };

// What the receiver did with a line: the events until the next line.
const afterwards = (got) => {
    const rest = got.run.slice(got.run.indexOf(got) + 1), end = rest.findIndex((e) => e.event === "received");
    return rest.slice(0, end < 0 ? Infinity : end);
};
// What the trace tells about each check, whatever the program decided:
// [true, false or undefined, the reason].
const judge = (got) => {
    const did = afterwards(got), { senderinfo, seq, message } = got.fields || {};
    const before = got.run.slice(0, got.run.indexOf(got));
    const ticketBox = unseal(senderinfo), textBox = unseal(message);
    const tried = [...did, ...before].filter((e) => sameBox(e, ticketBox));
    const open = tried.find((e) => e.event === "opened"), ticket = open && (open.fields || parse(open.text));
    const text = did.find((e) => sameBox(e, textBox));
    const last = Math.max(0, ...before.filter((e) => e.fields && e.fields.senderinfo === senderinfo &&
        afterwards(e).some((x) => x.event === "shown")).map((e) => e.fields.seq));
    const opens = text?.event === "opened";
    return [
        [Boolean(ticketBox && textBox && seq > 0)],
        tried[0] && [Boolean(open), !open ? compare(tried[0]).text : before.includes(open) && "it is known"],
        open && [Boolean(ticket?.username && ticket.secret)],
        ticket && [ticket.username !== got.user, short(ticket.username)],
        [],
        ticket && [!(got.us / 1e6 > ticket.exp + 300), ticket.exp === undefined ? "it has no exp" : `exp is ${ticket.exp}`],
        ticket && [seq > last, `seq is ${seq}, the last is ${last}`],
        text && [opens, !opens && compare(text).text],
        opens && [bytesOf(text.ciphertext).length <= 4096, lengthOf(text)],
        [],
    ].map((fact) => fact || []);
};
const makeChecks = (got) => {
    const did = afterwards(got), facts = judge(got);
    const refused = did.find((e) => e.event === "refused"), shown = did.some((e) => e.event === "shown");
    // Students choose their own words. Then the trace tells which check it was.
    let at = CHECKS.findIndex((words) => refused && words.indexOf(refused.step, 1) > 0);
    for (const fact of [false, undefined])
        if (refused && at < 0)
            at = facts.findIndex(([is], i) => is === fact && !OPTIONAL.includes(i));
    const items = CHECKS.map(([title], i) => {
        const [fact, reason] = facts[i];
        const state = refused && i === at ? "refused" : refused && at >= 0 && i > at || !shown && fact === undefined ? "open" : fact === false ? "missed" : "passed";
        const [sign, words] = STATES[state].split(/ (.*)/);
        return (i === at || !OPTIONAL.includes(i)) && make("li", state, `${sign} ${title}: `, make("strong", "", words),
            reason && state !== "open" && make("bdi", "", ` (${reason})`));
    });
    return [make("h3", "", `The receiver's checks, in order: ${refused ? `refused, ${short(refused.step)}` : shown ? "shown" : "no result"}`),
        make("ol", "checks", items)];
};

// --- Steps ---

// TEXT as a word for the shell, or INSTEAD if it cannot be typed.
const word = (text, instead) => typeof text !== "string" || visible(text) !== text ? instead :
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
const messageTitle = ({ message, status, fields }) => message === 5 ? `text ${short(fields ? fields.seq : "?", 20)}` :
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
    step.button.setAttribute("aria-expanded", String(on));
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
    step.button.type = "button";
    step.button.onclick = () => toggle(step, !step.open);
    step.item = make("li", "step", step.button);
    if (step.gotKey)
        step.item.append(make("div", "chips", lanes.map((name, i) => step.holds.has(name) &&
            place(make("span", `chip${name === event.lane ? " new" : ""}`, `has ${names(step.holds.get(name))}`), i, i))));
    toggle(step, Boolean(step.open));
    return step.item;
};

const render = () => {
    tls = $("tls").checked;
    const chosen = parts.filter((_, i) => !i || i === $("attack").selectedIndex);
    const mine = chosen.flatMap(stepsOf), main = $("main");
    keys.clear();
    for (const { key_id: id, key } of mine.map((s) => s.event)) {
        if (id && !keys.has(id))
            keys.set(id, { name: `K${keys.size + 1}`, value: hidden(key) || String(key), derived: all.find((e) => e.origin && e.key_id === id) });
    }
    const sends = (lane) => parts[0].events.some((e) => e.lane === lane && e.program === "sender");
    const rank = (lane) => lane === "server" ? 1 : lane === outside ? 2 : sends(lane) ? 0 : 3;
    const role = (lane) => [...new Set(mine.map((s) => s.event).filter((e) => e.lane === lane && e.program !== lane).map((e) => e.program))].join(", ");
    lanes = [...new Set(mine.flatMap((s) => s.event.message ? [s.from, s.to] : [s.event.lane]))].sort((a, b) => rank(a) - rank(b));
    main.style.setProperty("--lanes", lanes.length || 1);
    main.replaceChildren(make("div", "heads", lanes.map((lane) => make("div", "head", make("strong", "", quote(lane, 20)), make("span", "", short(role(lane), 30))))),
        ...chosen.flatMap((part) => [make("h2", "", part.attack.title ? `Attack: ${visible(part.attack.title)}` : about.outside ? "What the programs did" : "The honest run"),
            make("div", "", part !== parts[0] && [make("p", "", visible(part.attack.text || "")),
                parts[0].events.some((e) => e.event === "refused") && make("p", "alarm", "This attack shows nothing: an honest text was refused, too.")]),
            make("ol", "run", stepsOf(part).map(draw))]));
    $("eve").textContent = describeEve();
};

const describeRun = () => {
    const did = parts[0].events, wrong = did.find((e) => e.wrong), first = did.find((e) => ["refused", "not_opened"].includes(e.event));
    const messages = stepsOf(parts[0]).map((s) => s.event.message).filter(Boolean);
    const bad = lines.length - parsed.length;
    return [messages.length ? `The run got as far as message ${Math.max(...messages)}: ${count(messages.filter((m) => m === 5).length, "text")} sent, ` +
        `${did.filter((e) => e.event === "shown").length} shown.` : "There is no message in this page.",
        wrong && `The first mistake: ${short(wrong.lane)} ${titleOf(wrong)}.`,
        first && first !== wrong && `${short(first.lane)}'s ${short(first.program)} ${titleOf(first).slice(2)}.`,
        first?.nonce && compare(first).text,
        bad && `${count(bad, "line")} of the trace cannot be read.`].filter(Boolean).join(" ");
};

// --- Input ---

document.onkeydown = (event) => {
    const item = event.target.closest?.("li.step");
    if (!item || event.altKey || event.ctrlKey || event.metaKey)
        return;
    const list = [...document.querySelectorAll("li.step > button")], button = item.firstChild, i = list.indexOf(button);
    const to = list[{ ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: list.length - 1 }[event.key]];
    if (event.key === "Escape") {
        button.focus();
        toggle(steps.find((s) => s.item === item), false);
    } else if (event.target === button && to) {
        event.preventDefault();
        to.focus();
    }
};
// Marks the bytes that belong to those under the pointer, or to the focused part.
const mark = (event) => {
    document.querySelectorAll(".hot").forEach((element) => element.classList.remove("hot"));
    const from = !event.type.endsWith("out") && event.target.closest?.("[data-link]");
    if (!from)
        return;
    const { link, first, end } = from.dataset;
    for (const e of from.closest(".detail").querySelectorAll("[data-link]")) {
        const other = e.dataset;
        if (other.link === link && (first === undefined || other.first === undefined ? first === other.first :
            Number(first) < Number(other.end) && Number(other.first) < Number(end)))
            e.classList.add("hot");
    }
};
["pointerover", "pointerout", "focusin", "focusout"].forEach((type) => document.addEventListener(type, mark));
const toggleAll = (on) => steps.filter((s) => s.item?.isConnected).forEach((s) => toggle(s, on));
$("open").onclick = () => toggleAll(true);
$("close").onclick = () => toggleAll(false);
$("attack").onchange = $("tls").onchange = render;

$("attack").append(...parts.map(({ attack }, i) =>
    new Option(i ? `with an attack: ${short(attack.title || attack.attack, 60)}` : "the honest run", i)));
$("title").textContent = document.title = about.title || "Your own run";
if (about.warning)
    $("warning").textContent = about.warning;
$("attack").parentNode.hidden = parts.length === 1;
$("warning").hidden = !events.some((e) => typeof e.key === "string");
$("controls").hidden = !events.length;
render();
$("result").textContent = describeRun();
