# SPDX-License-Identifier: MIT
"""What the page shows of a run, and that its values are right."""

import json
import re
import subprocess

import chatproto
import library
import run_page
import traces


class RunTest(run_page.RunPageTest):
    def test_shows_all_messages(self):
        self.open()
        self.assertEqual(self.texts(".number"), ["1", "2", "1", "2", "3", "4", "5", "5"])
        self.assertEqual(self.texts(".head strong"), ["alice", "server", "bob"])
        self.assertIn("2 texts sent, 2 shown", self.texts("#result")[0])
        self.assertEqual(len(self.texts(".shown")), 2)
        self.assertEqual(self.texts(".refused"), [])

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
            done = subprocess.run(["sh", "-c", command], cwd=traces.ROOT, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
            words = done.stdout.split() if " seal " in command else [done.stdout]
            for word in words[1:4:2] if " seal " in command else words:
                self.assertIn(word.replace(" ", "").strip(), shown, command)

    def test_checks(self):
        self.open()
        self.run_js("document.querySelectorAll('button.message')[7].click()")
        self.assertEqual(len(self.texts(".checks .passed")), 8)
        self.assertIn("seq is 2, the last is 1", self.texts(".checks")[0])

    def test_key_names(self):
        """The keys of each view have names without gaps."""
        self.open()
        for i in range(6):
            self.choose(str(i))
            found = re.findall(r"K(\d+) = ", "".join(self.texts("button.derived")))
            self.assertEqual(sorted(set(map(int, found))), list(range(1, len(set(found)) + 1)))
            self.assertNotIn("another key", self.texts("main")[0])

    def test_starter(self):
        """A program without its TODOs: the page shows how far it got."""
        page = self.folder / "starter.html"
        traces.run_trace("starter", page)
        self.open(page)
        self.assertEqual(self.texts(".number"), ["1", "2", "1", "2", "3", "4"])
        self.assertIn("as far as message 4", self.texts("#result")[0])
        self.assertIn("alice's sender refuses: TODO 1", self.texts("#result")[0])
        self.assertIn("TODO 1", self.texts(".refused")[0])

    def test_grader(self):
        """The trace of a check: the grader itself writes none."""
        trace = traces.Trace()
        trace.lines.append(json.dumps({"event": "about", "title": "Check M5-03", "outside": "grader"}))
        line = json.dumps({"seq": 1})
        trace.add("sender", "alice", "sent", message=1, peer="server", path="/login", line=line, fields={"seq": 1})
        trace.add("sender", "alice", "received", message=2, peer="server", path="/login", status=200, line=line, fields={})
        trace.add("sender", "alice", "sent", message=5, peer="127.0.0.1", line=line, fields={"seq": 1})
        trace.add("receiver", "bob", "received", message=5, peer="127.0.0.1", line="{}", fields={})
        trace.add("receiver", "bob", "refused", step="line")
        page = trace.write(self.folder, "grader")
        self.look(page)
        self.assertEqual(self.texts("h1"), ["Check M5-03"])
        self.assertEqual(self.texts(".title strong"),
                         ["alice → server", "server → alice", "alice → bob", "grader → bob"])
        self.assertEqual(self.texts(".lost"), [])
        self.assertEqual(self.run_js("document.getElementById('attack').checkVisibility()"), False)

    def make_example(self, name):
        page = self.folder / name
        subprocess.run(["sh", "tests/tools/trace/example.sh", traces.build, str(page)], check=True, cwd=traces.ROOT)
        return page

    def test_example(self):
        """The page in the handout shows the test vectors, and always the same bytes."""
        page = self.make_example("example.html")
        self.assertEqual(page.read_bytes(), self.make_example("again.html").read_bytes())
        for width in run_page.WIDTHS:
            self.browser.size(width, 900)
            self.look(page)
        self.assertEqual(self.texts("h1"), ["One example, all the way"])
        self.assertEqual(self.texts(".number"), ["1", "2", "1", "2", "3", "4", "5"])
        self.assertIn("they are the check values of protocol.md, section 8", self.texts("#warning")[0])
        self.assertTrue(self.run_js("document.getElementById('warning').checkVisibility()"))
        self.assertEqual(self.texts(".shown")[0].split(" shows ")[1], "alice: hello bob")
        vectors = json.loads((traces.ROOT / "tests/vectors/protocol_vectors.json").read_text())
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
        self.open(traces.Trace().write(self.folder, "empty"))
        self.assertIn("no message", self.texts("#result")[0])

    def test_twenty(self):
        page = self.folder / "twenty.html"
        traces.run_trace("solution", page, [f"text {i}, as long as most are in a chat" for i in range(20)])
        self.assertLess(page.stat().st_size, 300_000)
        self.look(page)
        self.assertEqual(len([n for n in self.texts(".number") if n == "5"]), 20)
