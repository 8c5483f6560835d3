# SPDX-License-Identifier: MIT
"""How the page names the mistakes of a program."""

import re

import run_page
import traces


class MistakesTest(run_page.RunPageTest):
    def open_mistake(self, **mistake):
        self.open(traces.mistaken_trace(**mistake).write(self.folder, "mistake"))
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
                ({"alice": (traces.SECRET, "senderinfo")}, f"alice K2 = HKDF(secret of message 4 for alice, \"senderinfo\") ✗ should be {key} 1, {section}"),
                ({"alice": (traces.ALICE_TOKEN, "message")}, f"alice K2 = HKDF(token of message 2 for alice, \"message\") ✗ should be {key} 1, {section}"),
                ({"ad": ""}, f"alice seals the text (AD ) with K2 ✗ should be alice>bob#1: TODO 2, {section}"),
                ({"ticket_ad": "bob"}, f"bob ✗ cannot open the ticket (AD bob) with K1 ✗ should be senderinfo>bob: TODO 5, {section}"),
                ({"bob": (traces.SECRET, "senderinfo")}, f"bob K3 = HKDF(secret of message 4 for alice, \"senderinfo\") ✗ should be {key} 5, {section}"),
                ({"bob": (traces.SECRET[1:], "message")}, f"bob K3 = HKDF(unknown string, \"message\") ✗ should be {key} 5, {section}"),
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
        result = self.open_mistake(bob=(traces.SECRET, "senderinfo"))
        self.assertIn("The keys differ: sealed with K2, opened with K3. The labels of the keys differ: "
                      "sealed with message, opened with senderinfo.", result)
        self.run_js("document.getElementById('open').click()")
        self.assertEqual(self.texts(".derived + .detail .k-secret .label, .derived + .chips + .detail .k-secret .label"),
                         ["input: token of message 2 for bob", *2 * ["input: secret of message 4 for alice"]])
        self.assertIn('key K3 = HKDF(secret of message 4 for alice, "senderinfo")', self.texts(".not_opened + .detail .k-key .label"))
        self.assertNotIn("ticket key", "".join(self.texts("main")))
        result = self.open_mistake(bob=(traces.BOB_TOKEN, "message"))
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
