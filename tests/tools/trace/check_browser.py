# SPDX-License-Identifier: MIT
"""check_browser.py BUILD: opens the page of make trace in a real browser."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import browser

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tests/interop"))
import chatproto  # noqa: E402 (our own ChaCha20-Poly1305, in Python alone)
import library  # noqa: E402 (that of Python's package cryptography)

WIDTHS = (390, 640, 1280)
MARKUP = "<img src=x onerror=window.pwned=1><script>window.pwned=2</script>"
BIDI = "\u202egnp.exe\u2066\x1b[2J\u0000\U000e0041"
build = "build/libsodium"


def in_page(text):
    """TEXT as JavaScript."""
    return json.dumps(text)


def run_trace(folder, out, texts=None):
    """make trace, for a folder of clients. TEXTS are what Alice sends."""
    words = ["sh", "tests/tools/trace/trace.sh", build, folder, str(out)]
    if texts is not None:
        path = out.with_suffix(".texts")
        path.write_text("".join(f"{text}\n" for text in texts))
        words.append(str(path))
    subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_trace(page):
    """The events in a page."""
    text = page.read_text().split('id="trace">', 1)[1].split("</script>", 1)[0]
    return [json.loads(line) for line in text.split("\n") if line]


def to_line(event):
    """EVENT as lib/trace.h writes it."""
    line = json.dumps(event)
    for character in "<>&'":
        line = line.replace(character, f"\\u{ord(character):04x}")
    return line


class Trace:
    """A trace that no program would write."""

    def __init__(self):
        self.lines, self.n = [], 0

    def add(self, program, user, event, **members):
        self.n += 1
        self.lines.append(to_line({"n": self.n, "us": 1795950301000000 + self.n, "program": program, "user": user,
                                   "event": event, **members}))

    def box(self, who, event, key, ad, sealed, **members):
        raw = chatproto.decode_sealed(sealed)
        self.add(*who, event, key=key.hex(), key_id=key.hex()[:8], nonce=raw[:12].hex(), ciphertext=raw[12:-16].hex(),
                 tag=raw[-16:].hex(), ad=ad, **members)

    def line(self, sender, receiver, fields):
        line = json.dumps(fields)
        self.add("sender", sender, "sent", message=5, peer="127.0.0.1", line=line, fields=fields)
        self.add("receiver", receiver, "received", message=5, peer="127.0.0.1", line=line, fields=fields)

    def write(self, folder, name):
        trace, page = folder / f"{name}.jsonl", folder / f"{name}.html"
        trace.write_text("\n".join(self.lines) + "\n")
        with page.open("w") as out:
            subprocess.run(["sh", "tests/tools/trace/page.sh", build, str(trace)], check=True, cwd=ROOT, stdout=out)
        return page


def hostile_trace():
    """Names and texts that try to be something else, the longest text too."""
    trace = Trace()
    name, key = f"{MARKUP}{BIDI}", bytes(range(32))
    for text in (f"{MARKUP}{BIDI}", "x" * 4096, "\u05d0" * 2048):
        message = chatproto.seal(key, "alice>bob#1", text.encode())
        trace.box(("sender", name), "sealed", key, f"{name}#1", message, text=text)
        trace.line(name, "bob", {"senderinfo": message, "seq": 1, "message": message, MARKUP: BIDI, "__proto__": MARKUP})
        trace.box(("receiver", "bob"), "opened", key, f"{name}#1", message, text=text)
        trace.add("receiver", "bob", "shown", text=f"{name}: {text}")
    trace.line(name, "bob", {})
    trace.add("receiver", "bob", "refused", step=f"{MARKUP}{BIDI}")
    trace.add("receiver", "bob", f"{MARKUP}", text=MARKUP)
    trace.add("sender", "x\" onclick=\"window.pwned=3", "refused", step="constructor")
    trace.add("receiver", "bob", "not_opened", key="k", key_id="i", nonce="$(id)", ciphertext="`id`", tag=";id", ad="$(id)")
    trace.lines.append("this is not JSON")
    return trace


def hidden_trace(events):
    """The same run, as if --trace-keys had been left out."""
    trace = Trace()

    def hide(place, *names):
        for name in names:
            if name in place:
                place[name] = {"hidden": len(place[name])}

    for event in events:
        if event["event"] not in ("about", "attack"):
            hide(event, "key", "input", *(["line"] if event.get("message", 5) < 5 else []))
            hide(event.get("fields", {}), "password", "token", "secret")
            if event.get("ad", "").startswith("senderinfo"):
                hide(event, "text")
        trace.lines.append(to_line(event))
    return trace


BOB_TOKEN, ALICE_TOKEN, SECRET = (16 * letter for letter in "bas")
RIGHT_KEY, RIGHT_AD = (SECRET, "message"), "alice>bob#1"


def mistaken_trace(alice=RIGHT_KEY, ad=RIGHT_AD, bob=RIGHT_KEY, bobs_ad=RIGHT_AD, ticket_ad="senderinfo>bob", attack=False):
    """A run in which Alice or Bob derives the key of the chat from another input
    or with another label, or has other associated data. With ATTACK, its line
    comes a second time."""
    trace, server, sender, receiver = Trace(), ("server", ""), ("sender", "alice"), ("receiver", "bob")

    def travel(source, target, message, fields):
        line = json.dumps(fields)
        for who, event in ((source, "sent"), (target, "received")):
            trace.add(*who, event, message=message, peer=(source[1] or target[1]) if who == server else "server", line=line, fields=fields)

    def derive(who, text, label):
        key = chatproto.derive(text, label)
        trace.add(*who, "derived", input=text, label=label, key=key.hex(), key_id=key.hex()[:8])
        return key

    travel(server, receiver, 2, {"token": BOB_TOKEN})
    ticket_key = derive(receiver, BOB_TOKEN, "senderinfo")
    travel(server, sender, 2, {"token": ALICE_TOKEN})
    travel(sender, server, 3, {"username": "alice", "token": ALICE_TOKEN, "receiver": "bob"})
    ticket = {"username": "alice", "ip_addr": "127.0.0.1", "secret": SECRET}
    senderinfo = chatproto.seal(ticket_key, "senderinfo>bob", json.dumps(ticket).encode())
    trace.box(server, "sealed", ticket_key, "senderinfo>bob", senderinfo, text=json.dumps(ticket), fields=ticket)
    travel(server, sender, 4, {"ip_addr": "127.0.0.1", "secret": SECRET, "senderinfo": senderinfo})
    key = derive(sender, *alice)
    message = chatproto.seal(key, ad, b"hello")
    trace.box(sender, "sealed", key, ad, message, text="hello")
    for again in range(2 if attack else 1):
        if again:
            trace.add("", "", "attack", title="replay", text="Again.")
        trace.line("alice", "bob", {"senderinfo": senderinfo, "seq": 1, "message": message})
        if ticket_ad != "senderinfo>bob":
            trace.box(receiver, "not_opened", ticket_key, ticket_ad, senderinfo)
        else:
            trace.box(receiver, "opened", ticket_key, ticket_ad, senderinfo, text=json.dumps(ticket), fields=ticket)
            bobs_key = derive(receiver, *bob)
            if (key, ad) == (bobs_key, bobs_ad):
                trace.box(receiver, "opened", bobs_key, bobs_ad, message, text="hello")
                trace.add(*receiver, "shown", text="alice: hello")
                continue
            trace.box(receiver, "not_opened", bobs_key, bobs_ad, message)
        trace.add(*receiver, "refused", step="my own word")
    return trace


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.pages = pathlib.Path(cls.folder.name)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.honest = cls.pages / "honest.html"
        run_trace("solution", cls.honest)
        cls.browser = browser.Browser(browser.find())
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.browser.media()
        self.browser.size(1280, 900)

    def open(self, page=None):
        self.browser.open(page or self.honest)

    def tearDown(self):
        # Whatever a test does: no network, and nothing on the console.
        self.assertEqual([url for url in self.browser.requests if not url.startswith(self.pages.as_uri())], [])
        self.assertEqual(self.browser.messages, [])
        self.assertLessEqual(len(self.browser.requests), 1)

    def run_js(self, script):
        return self.browser.run(script)

    def texts(self, selector):
        return self.run_js(f"[...document.querySelectorAll({in_page(selector)})].map((e) => e.textContent)")

    def shown(self, kind):
        """The values of the parts of this kind."""
        return {text.strip() for text in self.texts(f"main .k-{kind} > .value")}

    def choose(self, attack):
        self.run_js(f"""(() => {{ const s = document.getElementById("attack"); s.value = {in_page(attack)};
            s.dispatchEvent(new Event("change")); }})()""")

    def place_of(self, selector, i=0):
        """The middle of an element, scrolled into view."""
        return self.run_js(f"""(() => {{ const e = document.querySelectorAll({in_page(selector)})[{i}];
            e.scrollIntoView({{ block: "center" }}); const r = e.getClientRects()[0];
            return [r.x + r.width / 2, r.y + r.height / 2]; }})()""")

    def is_open(self, i):
        return self.run_js(f"""(() => {{ const b = document.querySelectorAll("button.message")[{i}];
            return [b.getAttribute("aria-expanded") === "true", b.parentNode.querySelectorAll(".columns").length]; }})()""")

    # --- The honest run ------------------------------------------------------

    def test_shows_all_messages(self):
        self.open()
        self.assertEqual(self.texts(".number"), ["1", "2", "1", "2", "3", "4", "5", "5"])
        self.assertEqual(self.texts(".head strong"), ["alice", "server", "bob"])
        self.assertIn("2 texts sent, 2 shown", self.texts("#result")[0])
        self.assertEqual(len(self.texts(".shown")), 2)
        self.assertEqual(self.texts(".refused"), [])

    def test_mouse(self):
        self.open()
        for i in (0, 6):
            self.browser.point(*self.place_of("button.message", i), click=True)
            self.assertEqual(self.is_open(i), [True, 1])
            self.browser.point(*self.place_of("button.message .title", i), click=True)
            self.assertEqual(self.is_open(i), [False, 0])

    def test_keyboard(self):
        self.open()
        self.run_js("document.querySelector('button.message').focus()")
        self.browser.press("Enter", 13)
        self.assertEqual(self.is_open(0), [True, 1])
        self.browser.press("Escape", 27)
        self.assertEqual(self.is_open(0), [False, 0])
        self.browser.press("ArrowDown", 40)
        self.browser.press("ArrowDown", 40)
        self.browser.press("Enter", 13)
        self.assertEqual(self.is_open(1), [True, 1])
        self.browser.press("Enter", 13)
        self.assertEqual(self.is_open(1), [False, 0])
        self.browser.press("End", 35)
        self.assertIn("shown", self.run_js("document.activeElement.className"))

    def test_links(self):
        self.open()
        self.run_js("document.querySelectorAll('button.message')[6].click()")
        first = ".eve [data-link='message text'][data-first='0']"
        self.browser.point(*self.place_of(first))
        self.assertEqual(self.texts(".ends .hot"), ["h"])
        self.browser.point(*self.place_of(".ends [data-first='1'][data-link='message text']"))
        self.assertEqual(self.run_js("document.querySelector('.eve .hot').dataset.first"), "1")
        self.run_js("document.querySelector(\".ends .k-ad[data-link='message tag']\").focus()")
        self.assertIn("tag", self.texts(".eve .hot .label")[0])

    def honest_events(self, page):
        """Those before the first attack."""
        events = read_trace(page)
        first = min((event["us"] for event in events if event["event"] == "attack"), default=float("inf"))
        return [event for event in events if event.get("us", 0) < first]

    def secrets(self, honest=True):
        """What Eve must not get, in the honest run or at all."""
        events = self.honest_events(self.honest) if honest else read_trace(self.honest)
        found = {"a password": {"apple", "banana"}, "a token": set(), "a secret": set(), "a key": set(), "a text": set()}
        for event in events:
            for name in ("token", "secret"):
                if name in event.get("fields", {}):
                    found[f"a {name}"].add(event["fields"][name])
            found["a key"].update([event["key"]] if "key" in event else [])
            if event["event"] in ("sealed", "opened"):
                found["a text"].update((event["text"], event["text"].encode().hex(),
                                        " ".join(f"{b:02x}" for b in event["text"].encode())))
        return found

    def check_eve_has_nothing(self):
        self.run_js("document.getElementById('open').click()")
        eve = "\n".join(self.texts(".eve, .eve-line, #eve"))
        for what, values in self.secrets().items():
            self.assertGreaterEqual(len(values), 1)
            for value in values:
                self.assertNotIn(value, eve, what)
        self.assertIn("0 of 3 keys, and 0 of 2 texts", eve)

    def test_eve_has_nothing(self):
        self.open()
        self.check_eve_has_nothing()

    def test_eve_has_nothing_of_attacks(self):
        self.open()
        for i in range(1, 6):
            self.choose(str(i))
            self.run_js("document.getElementById('open').click()")
            eve = "\n".join(self.texts(".eve, .eve-line, #eve"))
            for what, values in self.secrets(honest=False).items():
                for value in values:
                    self.assertNotIn(value, eve, what)

    def test_eve_without_tls(self):
        self.open()
        self.browser.point(*self.place_of("#tls"), click=True)
        self.run_js("document.getElementById('open').click()")
        eve = "\n".join(self.texts(".eve, .eve-line, #eve"))
        for what, values in self.secrets().items():
            self.assertTrue(any(value in eve for value in values), what)
        self.assertIn("2 passwords, 2 tokens, 1 secret, 3 of 3 keys, and 2 of 2 texts", eve)
        # And back again.
        self.browser.point(*self.place_of("#tls"), click=True)
        self.check_eve_has_nothing()

    def check_values(self, page, crypto):
        """The keys and boxes that PAGE shows are those that CRYPTO computes from its inputs."""
        inputs, texts = {}, set()
        for event in self.honest_events(page):
            if event["event"] == "derived":
                inputs[event["key_id"]] = crypto.derive(event["input"], event["label"])
            elif event["event"] == "sealed":
                texts.add((event["key_id"], event["ad"], event["text"], event["nonce"]))
        boxes = [chatproto.decode_sealed(crypto.seal(inputs[key_id], ad, text.encode(), bytes.fromhex(nonce)))
                 for key_id, ad, text, nonce in texts]
        self.assertGreaterEqual(len(boxes), 2)
        for (key_id, ad, text, _), box in zip(texts, boxes):
            self.assertEqual(crypto.open_box(inputs[key_id], ad, box, "box").decode(), text)
        self.open(page)
        self.run_js("document.getElementById('tls').click()")
        self.run_js("document.getElementById('open').click()")
        self.assertEqual(self.shown("key"), {key.hex() for key in inputs.values()})
        self.assertEqual(self.shown("nonce"), {box[:12].hex(" ") for box in boxes})
        self.assertEqual(self.shown("cipher"), {box[12:-16].hex(" ") for box in boxes})
        self.assertEqual({text for text in self.shown("tag") if len(text) == 47}, {box[-16:].hex(" ") for box in boxes})
        self.assertEqual(self.shown("ad"), {ad for _, ad, _, _ in texts})
        self.assertLessEqual({text for _, _, text, _ in texts}, self.shown("text"))

    def test_values(self):
        for page in (self.honest, self.make_example("values.html")):
            for crypto in [chatproto, *([library] if library.INSTALLED else [])]:
                with self.subTest(page=page.name, crypto=crypto.__name__):
                    self.check_values(page, crypto)

    def test_commands(self):
        """Every command in the page prints a value that is next to it."""
        self.open()
        self.run_js("document.getElementById('open').click()")
        pairs = self.run_js("""[...document.querySelectorAll(".command")].map((c) =>
            [c.textContent, c.closest(".detail").textContent.replaceAll(" ", "")])""")
        self.assertGreaterEqual(len(pairs), 11)
        for command, shown in pairs:
            done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
            words = done.stdout.split() if " seal " in command else [done.stdout]
            for word in words[1:4:2] if " seal " in command else words:
                self.assertIn(word.replace(" ", "").strip(), shown, command)

    def test_checks(self):
        self.open()
        self.run_js("document.querySelectorAll('button.message')[7].click()")
        self.assertEqual(len(self.texts(".checks .passed")), 8)
        self.assertIn("seq is 2, the last is 1", self.texts(".checks")[0])

    def test_policy(self):
        """The page runs no other script."""
        self.open()
        self.run_js("""(() => { const s = document.createElement("script"); s.textContent = "window.pwned = 1";
            document.body.append(s); document.body.setAttribute("onclick", "window.pwned = 1"); document.body.click(); })()""")
        self.assertEqual(self.run_js("typeof window.pwned"), "undefined")
        self.run_js("new Promise((done) => setTimeout(done, 50))")
        self.assertTrue(self.browser.messages)
        self.assertTrue(all("Content Security Policy" in text for text in self.browser.messages))
        self.browser.messages.clear()

    # --- Attacks -----------------------------------------------------------------

    def test_attacks(self):
        """What the solution refuses, at which check, and that it shows nothing."""
        self.open()
        expected = {"replay": ("replay", "seq >"), "flipped bit": ("forged", "the message opens"),
                    "swapped ticket": ("forged", "the message opens"), "reflected line": ("ticket", "the ticket opens"),
                    "ticket for someone else": ("ticket", "the ticket opens")}
        self.assertEqual(self.texts("#attack option"), ["the honest run", *[f"with an attack: {name}" for name in expected]])
        for i, (name, (word, check)) in enumerate(expected.items()):
            self.choose(str(i + 1))
            self.assertEqual(self.texts("h2"), ["The honest run", f"Attack: {name}"])
            self.assertEqual(self.texts(".head strong"), ["alice", "server", "mallory", "bob"])
            self.assertEqual([text.split(" refuses ")[1] for text in self.texts("button.refused")],
                             [f"the line from mallory: {word}"])
            self.assertEqual(self.texts(".wrong"), [])
            self.run_js("document.querySelector('button.refused').click()")
            marked = self.texts(".checks .refused")
            self.assertEqual(len(marked), 1)
            self.assertIn(check, marked[0])
            self.assertEqual(set(self.texts(".checks li.open > strong")), {"not reached"})
            # What is shown after the honest run is from the sender, not Mallory.
            more = [text.split(" shows ")[1] for text in self.texts("button.shown")[2:]]
            self.assertEqual(more, {"flipped bit": ["alice: pay Carol 100 euros"],
                                    "reflected line": ["bob: hello alice, this is bob"]}.get(name, []))
            self.run_js("document.getElementById('close').click()")
        self.choose("2")
        self.run_js("document.querySelector('button.not_opened').click()")
        self.assertIn("The ciphertext differs: byte 1 is ", self.texts(".alarm")[-1])
        self.assertEqual(len(self.texts(".differs")), 1)
        self.choose("0")
        self.assertEqual(self.texts("h2"), ["The honest run"])

    def test_attacks_look(self):
        for width in WIDTHS:
            self.browser.size(width, 900)
            self.look(self.honest, *[str(i) for i in range(1, 6)])

    # --- Looks -------------------------------------------------------------------

    def look(self, page, *attacks):
        """Whatever is open or closed, nothing is cut off or over something else."""
        self.open(page)
        for attack in attacks:
            self.choose(attack)
            self.look_at("document.getElementById('open').click()")
        if not attacks:
            self.look_at("0")
            self.look_at("document.getElementById('open').click()")

    def look_at(self, script):
        self.run_js(script)
        self.assertEqual(self.run_js("document.documentElement.scrollWidth <= innerWidth"), True)
        self.assertEqual(self.run_js("""[...document.querySelectorAll("main *")].filter((e) => {
            const style = getComputedStyle(e);
            return e.scrollWidth > e.clientWidth + 1 && style.display !== "inline" && style.overflowX !== "auto";
        }).map((e) => [e.className, e.textContent.slice(0, 40), e.scrollWidth, e.clientWidth])"""), [])
        self.assertEqual(self.run_js("""(() => {
            const boxes = [...document.querySelectorAll(".title, .eve-line, .box, .chip, .detail, h2")]
                .map((e) => [e, e.getBoundingClientRect()]);
            const wrong = [];
            boxes.forEach(([a, r], i) => boxes.slice(i + 1, i + 12).forEach(([b, s]) => {
                if (r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 1 && s.top < r.bottom - 1)
                    wrong.push([a.textContent.slice(0, 40), b.textContent.slice(0, 40)]);
            }));
            return wrong;
        })()"""), [])

    def test_looks(self):
        for width in WIDTHS:
            for kind, scheme in (("", "light"), ("", "dark"), ("print", "light")):
                with self.subTest(width=width, kind=kind, scheme=scheme):
                    self.browser.size(width, 900)
                    self.browser.media(kind, scheme)
                    self.look(self.honest)

    def test_dark(self):
        self.browser.media("", "dark")
        self.open()
        dark = self.run_js("getComputedStyle(document.body).backgroundColor")
        self.browser.media("print", "dark")
        paper = self.run_js("getComputedStyle(document.body).backgroundColor")
        self.assertNotEqual(dark, paper)
        self.assertEqual(paper, "rgb(255, 255, 255)")

    # --- Other runs ------------------------------------------------------------------

    def test_starter(self):
        """A program without its TODOs: the page shows how far it got."""
        page = self.pages / "starter.html"
        run_trace("starter", page)
        self.open(page)
        self.assertEqual(self.texts(".number"), ["1", "2", "1", "2", "3", "4"])
        self.assertIn("as far as message 4", self.texts("#result")[0])
        self.assertIn("alice's sender refuses: TODO 1", self.texts("#result")[0])
        self.assertIn("TODO 1", self.texts(".refused")[0])

    def test_hostile(self):
        page = hostile_trace().write(self.pages, "hostile")
        for width in (390, 1280):
            self.browser.size(width, 900)
            self.look(page)
        self.assertEqual(self.run_js("typeof window.pwned"), "undefined")
        self.assertEqual(self.run_js("""document.querySelectorAll("main :is(img, script, a, iframe, style, link, [onclick], [src], [href])").length"""), 0)
        text = self.run_js("document.body.innerText")
        self.assertIn("<img src=x onerror=window.pwned=1>", text)
        self.assertIn("\\u{202e}gnp.exe\\u{2066}\\u{1b}[2J\\u{0}\\u{e0041}", text)
        self.assertIn("x" * 4096, text)
        found = re.search(".{0,40}[\u202a-\u202e\u2066-\u2069\x1b\0]", text)
        self.assertIsNone(found, found)
        self.assertIn("1 line of the trace cannot be read", text)
        self.assertEqual([command for command in self.texts(".command") if "id" in command],
                         ["recompute open -- k '$(id)' '$(id)' '`id`;id'"])
        self.run_js("document.getElementById('tls').click()")
        self.assertEqual(self.run_js("typeof window.pwned"), "undefined")

    def test_hidden(self):
        """A trace without keys."""
        page = hidden_trace(read_trace(self.honest)).write(self.pages, "hidden")
        self.look(page)
        self.assertEqual(self.texts(".number"), ["1", "2", "1", "2", "3", "4", "5", "5"])
        self.assertEqual(self.run_js("document.getElementById('warning').hidden"), True)
        self.assertIn("hidden, 64 bytes", self.run_js("document.body.innerText"))
        self.assertEqual(self.texts(".shown")[0].split(" shows ")[1], "alice: hello bob, only you can read this")
        self.run_js("document.getElementById('tls').click()")
        self.assertIn("2 passwords, 2 tokens, 1 secret, 3 of 3 keys, and 2 of 2 texts", self.texts("#eve")[0])
        self.assertEqual([text for text in self.texts(".eve-line") if "computes" in text],
                         ["Eve reads the token and computes K1", "Eve reads the token and computes K2",
                          "Eve reads the secret and computes K3"])

    def open_mistake(self, **mistake):
        self.open(mistaken_trace(**mistake).write(self.pages, "mistake"))
        return self.texts("#result")[0]

    def test_mistake(self):
        """The page names a mistake, also if the program has its own words."""
        result = self.open_mistake(ad="alice>bob")
        self.assertIn("The first mistake: alice seals the text (AD alice>bob) with K2 ✗ should be alice>bob#1: TODO 2, protocol.md section 2. "
                      "bob's receiver cannot open the text (AD alice>bob#1) with K2. The associated data differ: "
                      "sealed with alice>bob, opened with alice>bob#1.", result)
        self.run_js("document.querySelector('.refused').click()")
        item = self.texts(".checks .refused")[0]
        self.assertIn('the message opens: refused here', item.replace("✗ ", ""))
        self.assertIn("sealed with alice>bob, opened with alice>bob#1", item)

    def test_first_mistake(self):
        """Its step is marked, with what is right and its TODO."""
        section = "protocol.md section 2"
        key = "HKDF(secret, message): TODO"
        for mistake, mark in (
                ({"alice": (SECRET, "senderinfo")}, f"alice K2 = HKDF(secret of message 4 for alice, \"senderinfo\") ✗ should be {key} 1, {section}"),
                ({"alice": (ALICE_TOKEN, "message")}, f"alice K2 = HKDF(token of message 2 for alice, \"message\") ✗ should be {key} 1, {section}"),
                ({"ad": ""}, f"alice seals the text (AD ) with K2 ✗ should be alice>bob#1: TODO 2, {section}"),
                ({"ticket_ad": "bob"}, f"bob ✗ cannot open the ticket (AD bob) with K1 ✗ should be senderinfo>bob: TODO 5, {section}"),
                ({"bob": (SECRET, "senderinfo")}, f"bob K3 = HKDF(secret of message 4 for alice, \"senderinfo\") ✗ should be {key} 5, {section}"),
                ({"bob": (SECRET[1:], "message")}, f"bob K3 = HKDF(unknown string, \"message\") ✗ should be {key} 5, {section}"),
                ({"bobs_ad": "alice>bob"}, f"bob ✗ cannot open the text (AD alice>bob) with K2 ✗ should be alice>bob#1: TODO 7, {section}")):
            with self.subTest(mistake=mistake):
                result = self.open_mistake(**mistake)
                self.assertEqual(self.texts("button.wrong"), [mark])
                self.assertIn(f"The first mistake: {mark}.", result)
        result = self.open_mistake()
        self.assertNotIn("mistake", result)
        self.assertEqual(self.texts(".wrong"), [])

    def test_key_origins(self):
        """Where the input of a key comes from, and why two keys differ."""
        result = self.open_mistake(bob=(SECRET, "senderinfo"))
        self.assertIn("The keys differ: sealed with K2, opened with K3. The labels of the keys differ: "
                      "sealed with message, opened with senderinfo.", result)
        self.run_js("document.getElementById('open').click()")
        self.assertEqual(self.texts(".derived + .detail .k-secret .label, .derived + .chips + .detail .k-secret .label"),
                         ["input: token of message 2 for bob", *2 * ["input: secret of message 4 for alice"]])
        self.assertIn('key K3 = HKDF(secret of message 4 for alice, "senderinfo")', self.texts(".not_opened + .detail .k-key .label"))
        self.assertNotIn("ticket key", "".join(self.texts("main")))
        result = self.open_mistake(bob=(BOB_TOKEN, "message"))
        self.assertIn("The inputs of the keys differ: sealed with secret of message 4 for alice, opened with token of message 2 for bob.", result)
        self.assertNotIn("labels", result)

    def test_attack_after_mistake(self):
        """An attack says nothing about a receiver that refuses all texts."""
        warning = "This attack shows nothing: an honest text was refused, too."
        self.open_mistake(ad="alice>bob", attack=True)
        self.assertNotIn(warning, self.texts("main .alarm"))
        self.choose("1")
        self.assertIn(warning, self.texts("main .alarm"))
        # Bob opens the ticket again: he does not only remember it.
        self.run_js("document.getElementById('open').click()")
        self.assertEqual(len(self.texts(".opened")), 2)
        self.assertNotIn("it is known", "".join(self.texts(".checks")))
        self.open_mistake(attack=True)
        self.choose("1")
        self.assertNotIn(warning, self.texts("main .alarm"))

    def test_key_names(self):
        """The keys of each view have names without gaps."""
        self.open()
        for i in range(6):
            self.choose(str(i))
            found = re.findall(r"K(\d+) = ", "".join(self.texts("button.derived")))
            self.assertEqual(sorted(set(map(int, found))), list(range(1, len(set(found)) + 1)))
            self.assertNotIn("another key", self.texts("main")[0])

    def test_missed(self):
        """A receiver that shows a replay."""
        trace, key = Trace(), bytes(range(32))
        ticket = json.dumps({"username": "alice", "ip_addr": "127.0.0.1", "secret": 16 * "s"})
        fields = {"senderinfo": chatproto.seal(key, "senderinfo>bob", ticket.encode()), "seq": 1,
                  "message": chatproto.seal(key, "alice>bob#1", b"hello")}
        for _ in range(2):
            trace.line("alice", "bob", fields)
            trace.box(("receiver", "bob"), "opened", key, "senderinfo>bob", fields["senderinfo"], text=ticket)
            trace.box(("receiver", "bob"), "opened", key, "alice>bob#1", fields["message"], text="hello")
            trace.add("receiver", "bob", "shown", text="alice: hello")
        self.open(trace.write(self.pages, "missed"))
        self.run_js("document.getElementById('open').click()")
        missed = self.texts(".checks .missed")
        self.assertEqual(len(missed), 1)
        self.assertIn("seq > the last seq of this secret: this should have been refused", missed[0])

    def test_grader(self):
        """The trace of a check: the grader has no trace of its own."""
        trace = Trace()
        trace.lines.append(json.dumps({"event": "about", "title": "Check M5-03", "outside": "grader"}))
        line = json.dumps({"seq": 1})
        trace.add("sender", "alice", "sent", message=1, peer="server", path="/login", line=line, fields={"seq": 1})
        trace.add("sender", "alice", "received", message=2, peer="server", path="/login", status=200, line=line, fields={})
        trace.add("sender", "alice", "sent", message=5, peer="127.0.0.1", line=line, fields={"seq": 1})
        trace.add("receiver", "bob", "received", message=5, peer="127.0.0.1", line="{}", fields={})
        trace.add("receiver", "bob", "refused", step="line")
        page = trace.write(self.pages, "grader")
        self.look(page)
        self.assertEqual(self.texts("h1"), ["Check M5-03"])
        self.assertEqual(self.texts(".title strong"),
                         ["alice → server", "server → alice", "alice → bob", "grader → bob"])
        self.assertEqual(self.texts(".lost"), [])
        self.assertEqual(self.run_js("document.getElementById('attack').checkVisibility()"), False)

    def make_example(self, name):
        page = self.pages / name
        subprocess.run(["sh", "tests/tools/trace/example.sh", build, str(page)], check=True, cwd=ROOT)
        return page

    def test_example(self):
        """The page in the handout shows the test vectors, and always the same bytes."""
        page = self.make_example("example.html")
        self.assertEqual(page.read_bytes(), self.make_example("again.html").read_bytes())
        for width in WIDTHS:
            self.browser.size(width, 900)
            self.look(page)
        self.assertEqual(self.texts("h1"), ["One example, all the way"])
        self.assertEqual(self.texts(".number"), ["1", "2", "1", "2", "3", "4", "5"])
        self.assertIn("they are the check values of protocol.md, section 8", self.texts("#warning")[0])
        self.assertTrue(self.run_js("document.getElementById('warning').checkVisibility()"))
        self.assertEqual(self.texts(".shown")[0].split(" shows ")[1], "alice: hello bob")
        vectors = json.loads((ROOT / "tests/vectors/protocol_vectors.json").read_text())
        hello, ticket = vectors["message"][0], vectors["ticket"][0]
        keys = {vector["ikm"]: vector["okm_hex"] for vector in vectors["hkdf"] if vector["id"] in
                ("ticket-key-bob", "ticket-key-carol", "message-key-ab")}

        def spaced(vectors, name):
            return {bytes.fromhex(vector[name]).hex(" ") for vector in vectors}

        self.assertEqual(self.shown("key"), set(keys.values()))
        self.assertEqual({text for text in self.shown("secret") if len(text) == 64}, set(keys))
        self.assertEqual(self.shown("nonce"), spaced([hello], "nonce_hex"))
        self.assertEqual({text for text in self.shown("cipher") if "TLS" not in text and "Eve" not in text},
                         spaced([hello, ticket], "ciphertext_hex"))
        self.assertEqual({text for text in self.shown("tag") if re.fullmatch("([0-9a-f]{2} ?)+", text)},
                         spaced([hello, ticket], "tag_hex"))
        self.assertEqual(self.shown("ad"), {hello["ad"], ticket["ad"]})
        self.assertLessEqual({hello["plaintext"], ticket["plaintext"]}, self.shown("text"))
        self.assertIn(json.dumps({"senderinfo": ticket["sealed"], "seq": 1, "message": hello["sealed"]}, separators=(",", ":")),
                      page.read_text().replace('\\"', '"'))

    def test_empty(self):
        self.open(Trace().write(self.pages, "empty"))
        self.assertIn("no message", self.texts("#result")[0])

    def test_twenty(self):
        page = self.pages / "twenty.html"
        run_trace("solution", page, [f"text {i}, as long as most are in a chat" for i in range(20)])
        self.assertLess(page.stat().st_size, 300_000)
        self.look(page)
        self.assertEqual(len([n for n in self.texts(".number") if n == "5"]), 20)

    def test_sizes(self):
        """Both pages together, that of make wall too."""
        files = list((ROOT / "handout/flow").iterdir())
        self.assertLessEqual(sum(file.stat().st_size for file in files), 40 * 1024)
        script = "".join(file.read_text() for file in files if file.suffix == ".js")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "import"):
            self.assertNotIn(word, script)


if __name__ == "__main__":
    os.chdir(HERE)
    if browser.find() is None:
        print("skipped: the page of make trace in a browser (chromium is absent)")
        sys.exit(0)
    if not library.INSTALLED:
        print(library.ABSENT)
    build = sys.argv.pop(1)
    unittest.main()
