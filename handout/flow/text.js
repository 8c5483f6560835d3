// SPDX-License-Identifier: MIT
// Elements and texts. Values of a trace are hostile: they become text nodes, never
// markup.
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

const isText = (value) => typeof value === "string";
const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
const bytesOf = (hex) => hex.match(/../g) || [];
const hidden = (value) => Number.isInteger(value?.hidden) ? `hidden, ${count(value.hidden, "byte")}` : null;
const utf8 = new TextEncoder();

// SEALED of protocol.md, section 1: its parts in hex, or null.
const unseal = (text) => {
    if (!isText(text) || text.length % 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
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
