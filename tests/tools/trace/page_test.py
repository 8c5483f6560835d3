# SPDX-License-Identifier: MIT
"""What the tests of both pages share, that of make trace and that of make wall."""

import atexit
import functools
import json
import unittest

import browser

# A script with one of these could turn a value into markup or a script, or load
# something.
FORBIDDEN = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "import")


@functools.cache
def start_browser():
    """The browser of all tests."""
    started = browser.Browser(browser.find())
    atexit.register(started.close)
    return started


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = start_browser()

    @classmethod
    def run_js(cls, script):
        return cls.browser.run(script)

    @classmethod
    def texts(cls, selector):
        """The texts of these elements."""
        return cls.run_js(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)")

    def middle_of(self, selector, i=0):
        """The middle of an element, scrolled into view."""
        return self.run_js(f"""(() => {{ const e = document.querySelectorAll({json.dumps(selector)})[{i}];
            e.scrollIntoView({{ block: "center" }}); const r = e.getClientRects()[0];
            return [r.x + r.width / 2, r.y + r.height / 2]; }})()""")

    def check_policy(self):
        """The page runs no other script: not an element, not an attribute."""
        self.run_js("""new Promise((done) => {
            let blocked = 0;
            document.addEventListener("securitypolicyviolation", () => ++blocked === 2 && done());
            const s = document.createElement("script");
            s.textContent = "window.pwned = 1";
            document.body.append(s);
            document.body.setAttribute("onclick", "window.pwned = 1");
            document.body.click();
        })""")
        self.assertEqual(self.run_js("typeof window.pwned"), "undefined")
        self.assertTrue(self.browser.messages)
        self.assertTrue(all("Content Security Policy" in text for text in self.browser.messages))
        self.browser.messages.clear()

    def check_layout(self, selector):
        """Nothing is cut off, and no two of these elements overlap."""
        self.assertEqual(self.run_js("document.documentElement.scrollWidth <= innerWidth"), True)
        self.assertEqual(self.run_js("""[...document.querySelectorAll("main, main *")].filter((e) => {
            const style = getComputedStyle(e);
            return e.scrollWidth > e.clientWidth + 1 && style.display !== "inline" && style.overflowX !== "auto";
        }).map((e) => [e.className, e.textContent.slice(0, 40), e.scrollWidth, e.clientWidth])"""), [])
        self.assertEqual(self.run_js(f"""(() => {{
            const boxes = [...document.querySelectorAll({json.dumps(selector)})]
                .map((e) => [e, e.getBoundingClientRect()]);
            const cross = ([a, r], [b, s]) => r.left < s.right - 1 && s.left < r.right - 1 &&
                r.top < s.bottom - 1 && s.top < r.bottom - 1;
            return boxes.flatMap((a, i) => boxes.slice(i + 1, i + 12).filter((b) => cross(a, b))
                .map((b) => [a[0].textContent.slice(0, 40), b[0].textContent.slice(0, 40)]));
        }})()"""), [])
