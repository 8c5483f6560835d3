# SPDX-License-Identifier: MIT
"""What the tests of the page of make trace share."""

import functools
import json
import pathlib
import tempfile

import page_test
import traces

WIDTHS = (390, 640, 1280)


@functools.cache
def make_honest():
    """The page of a run of the solution, with all attacks, and its folder."""
    folder = tempfile.TemporaryDirectory()
    page = pathlib.Path(folder.name) / "honest.html"
    traces.run_trace("solution", page)
    return page, folder


class RunPageTest(page_test.PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.honest, _ = make_honest()
        cls.folder = cls.honest.parent

    def setUp(self):
        self.browser.media()
        self.browser.size(1280, 900)

    def open(self, page=None):
        self.browser.open(page or self.honest)

    def tearDown(self):
        # Whatever a test does: no network, and nothing on the console.
        self.assertEqual([url for url in self.browser.requests if not url.startswith(self.folder.as_uri())], [])
        self.assertEqual(self.browser.messages, [])
        self.assertLessEqual(len(self.browser.requests), 1)

    def shown(self, kind):
        """The values of the parts of this kind."""
        return {text.strip() for text in self.texts(f"main .k-{kind} > .value")}

    def choose(self, attack):
        self.run_js(f"""(() => {{ const s = document.getElementById("attack"); s.value = {json.dumps(attack)};
            s.dispatchEvent(new Event("change")); }})()""")

    def honest_events(self, page):
        """Those before the first attack."""
        events = traces.read_trace(page)
        first = min((event["us"] for event in events if event["event"] == "attack"), default=float("inf"))
        return [event for event in events if event.get("us", 0) < first]

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
        self.check_layout(".title, .eve-line, .box, .chip, .detail, h2")
