# SPDX-License-Identifier: MIT
"""What the page shows of attacks."""

import json

import chatproto
import run_page
import traces


class AttacksTest(run_page.RunPageTest):
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
        for width in run_page.WIDTHS:
            self.browser.size(width, 900)
            self.look(self.honest, *[str(i) for i in range(1, 6)])

    def test_missed(self):
        """A receiver that shows a replay."""
        trace, key = traces.Trace(), bytes(range(32))
        ticket = json.dumps({"username": "alice", "ip_addr": "127.0.0.1", "secret": 16 * "s"})
        fields = {"senderinfo": chatproto.seal(key, "senderinfo>bob", ticket.encode()), "seq": 1,
                  "message": chatproto.seal(key, "alice>bob#1", b"hello")}
        for _ in range(2):
            trace.line("alice", "bob", fields)
            trace.box(("receiver", "bob"), "opened", key, "senderinfo>bob", fields["senderinfo"], text=ticket)
            trace.box(("receiver", "bob"), "opened", key, "alice>bob#1", fields["message"], text="hello")
            trace.add("receiver", "bob", "shown", text="alice: hello")
        self.open(trace.write(self.folder, "missed"))
        self.run_js("document.getElementById('open').click()")
        missed = self.texts(".checks .missed")
        self.assertEqual(len(missed), 1)
        self.assertIn("seq > the last seq of this secret: this should have been refused", missed[0])
