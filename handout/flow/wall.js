// SPDX-License-Identifier: MIT
// Draws the newest state of server/chat/feed.h, at most four times a second.
const $ = (id) => document.getElementById(id);
const item = (kind, text) => {
    const element = document.createElement("li");
    element.className = kind > 1 ? "alarm" : "";
    element.textContent = text;
    return element;
};
let state = { people: [], kinds: [], events: [] }, hidden = location.hash === "#hidden", timer;

const draw = () => {
    const { people, kinds, events } = state;
    const name = (i) => i < 0 ? "someone" : hidden ? `student ${i + 1}` : people[i];
    timer = 0;
    $("hide").ariaPressed = hidden;
    $("total").textContent = people.length;
    $("kinds").replaceChildren(...kinds.map(([word, n], kind) => item(kind, `${n} ${word}`)));
    $("people").replaceChildren(...people.map((_, i) => item(0, name(i))).reverse());
    $("events").replaceChildren(...events.map(([time, kind, user, peer]) => item(kind, `${time} ${name(user)}` +
        ([" logged in", ` asked for ${name(peer)}`][kind] || `: ${kinds[kind][0]}`))));
};
const hide = () => {
    hidden = !hidden;
    draw();
};
$("hide").onclick = hide;
onkeydown = (event) => event.key.toLowerCase() === "n" && hide();

const stream = new EventSource("events");
stream.onopen = () => $("live").textContent = "live";
stream.onerror = () => $("live").textContent = "no connection";
stream.onmessage = (event) => {
    state = JSON.parse(event.data);
    timer ||= setTimeout(draw, 250);
};
