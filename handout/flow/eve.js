// SPDX-License-Identifier: MIT
// What Eve has, with TLS and without.

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
