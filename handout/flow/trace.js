// SPDX-License-Identifier: MIT
// Reads the traces in this page: lib/trace.h has their members.

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
