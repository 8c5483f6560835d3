# SPDX-License-Identifier: MIT
"""What a reader of the page can do, and how it looks."""

import run_page


class ReaderTest(run_page.RunPageTest):
    def is_open(self, i):
        return self.run_js(f"""(() => {{ const b = document.querySelectorAll("button.message")[{i}];
            return [b.getAttribute("aria-expanded") === "true", b.parentNode.querySelectorAll(".columns").length]; }})()""")

    def test_mouse(self):
        self.open()
        for i in (0, 6):
            self.browser.point(*self.middle_of("button.message", i), click=True)
            self.assertEqual(self.is_open(i), [True, 1])
            self.browser.point(*self.middle_of("button.message .title", i), click=True)
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
        self.browser.point(*self.middle_of(first))
        self.assertEqual(self.texts(".ends .hot"), ["h"])
        self.browser.point(*self.middle_of(".ends [data-first='1'][data-link='message text']"))
        self.assertEqual(self.run_js("document.querySelector('.eve .hot').dataset.first"), "1")
        self.run_js("document.querySelector(\".ends .k-ad[data-link='message tag']\").focus()")
        self.assertIn("tag", self.texts(".eve .hot .label")[0])

    def test_looks(self):
        for width in run_page.WIDTHS:
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
