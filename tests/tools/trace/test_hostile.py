# SPDX-License-Identifier: MIT
"""Traces and scripts that try to take over the page."""

import re

import page_test
import run_page
import traces


class HostileTest(run_page.RunPageTest):
    def test_hostile(self):
        page = traces.hostile_trace().write(self.folder, "hostile")
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

    def test_policy(self):
        self.open()
        self.check_policy()

    def test_sizes(self):
        """The files of both pages together: make trace and make wall."""
        files = list((traces.ROOT / "handout/flow").iterdir())
        self.assertLessEqual(sum(file.stat().st_size for file in files), 40 * 1024)
        script = "".join(file.read_text() for file in files if file.suffix == ".js")
        for word in page_test.FORBIDDEN:
            self.assertNotIn(word, script)
