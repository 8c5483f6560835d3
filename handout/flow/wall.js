// SPDX-License-Identifier: MIT
// Draws the newest state of server/chat/feed.h, at most four times a second.
const $ = (id) => document.getElementById(id);
const list = (id, items) => $(id).replaceChildren(...items.map(([error, ...parts]) => {
    const item = document.createElement("li");
    item.className = error ? "alarm" : "";
    item.append(...parts);
    return item;
}));
const big = (text) => Object.assign(document.createElement("strong"), { textContent: text });
let state = { people: [], kinds: [], events: [] }, hidden = location.hash === "#hidden", timer = 0;

const draw = () => {
    const name = (i) => i < 0 ? "someone" : hidden ? `student ${i + 1}` : state.people[i];
    const words = [() => " logged in", (peer) => ` asked for ${name(peer)}`];
    timer = 0;
    $("hide").setAttribute("aria-pressed", hidden);
    $("total").textContent = state.people.length;
    list("kinds", state.kinds.map(([word, n], i) => [i > 1, big(n), ` ${["logins", "requests"][i] || word}`]));
    list("people", state.people.map((_, i) => [false, name(i)]).reverse());
    list("events", state.events.map(([time, kind, user, peer]) =>
        [kind > 1, `${time} ${name(user)}`, kind > 1 ? `: ${state.kinds[kind][0]}` : words[kind](peer)]));
};
const hide = () => {
    hidden = !hidden;
    draw();
};
$("hide").onclick = hide;
document.onkeydown = (event) => {
    if (event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey && !event.altKey)
        hide();
};

const stream = new EventSource("/events");
stream.onopen = () => $("live").textContent = "live";
stream.onerror = () => $("live").textContent = "no connection to the server";
stream.onmessage = (event) => {
    state = JSON.parse(event.data);
    timer ||= setTimeout(draw, 250);
};
