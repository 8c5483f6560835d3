// SPDX-License-Identifier: MIT
// The run, and what the reader does with it.

const render = () => {
    tls = $("tls").checked;
    const chosen = parts.filter((_, i) => !i || i === $("attack").selectedIndex);
    const mine = chosen.flatMap(stepsOf), did = mine.map((s) => s.event), main = $("main");
    keys.clear();
    for (const { key_id: id, key } of did) {
        if (id && !keys.has(id))
            keys.set(id, { name: `K${keys.size + 1}`, value: hidden(key) || String(key), derived: all.find((e) => e.origin && e.key_id === id) });
    }
    const sends = (lane) => parts[0].events.some((e) => e.lane === lane && e.program === "sender");
    const rank = (lane) => lane === "server" ? 1 : lane === outside ? 2 : sends(lane) ? 0 : 3;
    const role = (lane) => [...new Set(did.filter((e) => e.lane === lane && e.program !== lane).map((e) => e.program))].join(", ");
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
    document.querySelectorAll(".hot").forEach((e) => e.classList.remove("hot"));
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
$("warning").hidden = !events.some((e) => isText(e.key));
$("controls").hidden = !events.length;
render();
$("result").textContent = describeRun();
