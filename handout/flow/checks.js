// SPDX-License-Identifier: MIT
// The receiver's checks (protocol.md, section 6).

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
