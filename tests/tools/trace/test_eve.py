# SPDX-License-Identifier: MIT
"""What Eve gets, with TLS and without."""

import run_page
import traces


class EveTest(run_page.RunPageTest):
    def secrets(self, honest=True):
        """What Eve must not get, in the honest run or at all."""
        events = self.honest_events(self.honest) if honest else traces.read_trace(self.honest)
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
        self.browser.point(*self.middle_of("#tls"), click=True)
        self.run_js("document.getElementById('open').click()")
        eve = "\n".join(self.texts(".eve, .eve-line, #eve"))
        for what, values in self.secrets().items():
            self.assertTrue(any(value in eve for value in values), what)
        self.assertIn("2 passwords, 2 tokens, 1 secret, 3 of 3 keys, and 2 of 2 texts", eve)
        # And back again.
        self.browser.point(*self.middle_of("#tls"), click=True)
        self.check_eve_has_nothing()

    def test_hidden(self):
        """A trace without keys."""
        page = traces.hidden_trace(traces.read_trace(self.honest)).write(self.folder, "hidden")
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
