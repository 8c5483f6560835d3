# SPDX-License-Identifier: MIT
"""check_wall.py BUILD: the wall with 400 students, in a real browser."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import browser

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
STUDENTS = 400
AT_ONCE = 8  # requests: the server's queue has room for more
SECONDS = 60  # for anything to happen
# The last one is as long as a name can be.
NAMES = [f"student-{i:03}" for i in range(STUDENTS - 1)] + ["student-" + 24 * "9"]
WIDTHS = (390, 1280)
build = "build/libsodium"


def password(name):
    return f"password-of-{name}"


class Server:
    """A server with a wall. What it must not show is in secrets."""

    def __init__(self, folder):
        self.secrets, self.tokens = set(), {}
        program, db, roster = f"{build}/chat-server", folder / "class.db", folder / "roster.csv"
        lines = ["name,password"] + [f"{name},{password(name)}" for name in NAMES]
        roster.write_text("\n".join(lines) + "\n")
        subprocess.run([program, "import", "--scrypt-ln", "10", "--db", db, "--list", folder / "list", roster],
                       check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [program, "--db", db, "--scrypt-ln", "10", "--port", "0", "--wall", "0"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.wall = self.process.stdout.readline().split()[-1]
        self.address = self.process.stdout.readline().split("//")[1].strip()

    def close(self):
        self.process.terminate()
        self.process.stdout.close()
        return self.process.wait(SECONDS)

    def post(self, path, **members):
        """The status and the members of the answer."""
        connection = http.client.HTTPConnection(self.address, timeout=SECONDS)
        connection.request("POST", path, json.dumps(members))
        answer = connection.getresponse()
        members = json.loads(answer.read())
        connection.close()
        return answer.status, members

    def log_in(self, name):
        status, members = self.post("/login", username=name, password=password(name))
        assert status == 200, (status, members)
        self.tokens[name] = members["token"]
        self.secrets.update((password(name), members["token"]))

    def ask(self, name, receiver):
        status, members = self.post("/userinfo", username=name, token=self.tokens[name], receiver=receiver)
        if status == 200:
            self.secrets.update((members["secret"], members["senderinfo"]))
        return status

    def each(self, function, *lists):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(function, *lists))


def wait(in_browser, script, wanted):
    """Waits until SCRIPT has this value."""
    end = time.monotonic() + SECONDS
    while (value := in_browser.run(script)) != wanted:
        if time.monotonic() > end:
            raise AssertionError(f"{script} is still {value}")
        time.sleep(0.05)


def texts(in_browser, selector):
    return in_browser.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)")


class WallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.server = Server(pathlib.Path(cls.folder.name))
        cls.addClassCleanup(cls.server.close)
        cls.browser = browser.Browser(browser.find())
        cls.addClassCleanup(cls.browser.close)
        cls.server.each(cls.server.log_in, NAMES)
        cls.server.each(cls.server.ask, NAMES, NAMES[1:] + NAMES[:1])
        # What is refused. The first name is a password in the wrong field.
        for name in ("typed-password", NAMES[0]):
            cls.server.post("/login", username=name, password="wrong-password")
        cls.server.post("/userinfo", username=NAMES[0], token="t" * 32, receiver=NAMES[1])
        cls.server.ask(NAMES[7], "unknown-receiver")
        cls.server.post("/nothing")
        # What the page shows before the tests add more.
        cls.browser.visit(cls.server.wall)
        wait(cls.browser, "document.getElementById('total').textContent", str(STUDENTS))
        cls.kinds, cls.events = (texts(cls.browser, f"#{part} li") for part in ("kinds", "events"))

    def setUp(self):
        self.browser.media()
        self.browser.size(1280, 720)
        self.open(self.browser)

    def tearDown(self):
        self.assertEqual(self.browser.messages, [])
        self.assertEqual([url for url in self.browser.requests if not url.startswith(self.server.wall)], [])

    def open(self, in_browser, part=""):
        in_browser.visit("about:blank")
        in_browser.visit(self.server.wall + part)
        wait(in_browser, "document.getElementById('total').textContent", str(STUDENTS))

    def texts(self, selector):
        return texts(self.browser, selector)

    def test_shows(self):
        self.assertEqual(sorted(self.texts("#people li")), NAMES)
        self.assertEqual(self.texts("#live"), ["live"])
        self.assertEqual(self.kinds, ["400 logins", "400 requests", "2 bad_login", "1 bad_token", "1 no_receiver",
                                      "1 no_path"])
        self.assertEqual(len(self.events), 100)
        events = [text.split(" ", 1)[1] for text in self.events]
        self.assertEqual(events[:5], ["someone: no_path", f"{NAMES[7]}: no_receiver", "someone: bad_token",
                                      f"{NAMES[0]}: bad_login", "someone: bad_login"])
        for event in events[5:]:
            self.assertRegex(event, r"^student-\d+ asked for student-\d+$")

    def test_has_no_secret(self):
        connection = http.client.HTTPConnection(self.server.wall.split("/")[2], timeout=SECONDS)
        connection.request("GET", "/events")
        answer = connection.getresponse()
        while not (line := answer.readline().decode()).startswith("data:"):
            pass
        connection.close()
        page = self.browser.run("document.documentElement.outerHTML")
        for place in (line, page):
            self.assertIn(NAMES[0], place)
            for secret in (*self.server.secrets, "typed-password", "wrong-password", "unknown-receiver", "t" * 32):
                self.assertNotIn(secret, place)

    def test_hides_names(self):
        def is_hidden():
            text = self.browser.run("document.body.innerText")
            shown = [name for name in NAMES if name in text]
            self.assertIn(len(shown), (0, STUDENTS))
            self.assertEqual(self.texts("[aria-pressed=true]") == [], bool(shown))
            return not shown

        self.assertFalse(is_hidden())
        self.browser.press("n", 78)
        self.assertTrue(is_hidden())
        self.assertEqual(self.texts("#people li")[0], f"student {STUDENTS}")
        # What comes afterwards is hidden, too.
        self.server.ask(NAMES[3], NAMES[4])
        wait(self.browser, "/^[\\d:]+ student \\d+ asked for student \\d+$/.test(document.querySelector('#events li').textContent)",
                  True)
        self.assertTrue(is_hidden())
        x, y = self.browser.run("(() => { const r = document.getElementById('hide').getBoundingClientRect();"
                                " return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        self.browser.point(x, y, click=True)
        self.assertFalse(is_hidden())
        # The address can hide them from the start.
        self.open(self.browser, "#hidden")
        self.assertTrue(is_hidden())

    def test_stalled_browser(self):
        """One browser is busy; the server and another browser are not."""
        stalled = browser.Browser(browser.find())
        self.addCleanup(stalled.close)
        self.open(stalled)
        self.browser.run("""(() => { window.drawn = 0; window.began = performance.now();
            new MutationObserver(() => window.drawn++).observe(document.getElementById("events"), { childList: true }); })()""")
        stalled.run("setTimeout(() => { for (const end = Date.now() + 5000; Date.now() < end;); window.awake = true; }, 0), 0")
        before = len(self.server.secrets)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            self.assertNotIn(500, self.server.each(self.server.ask, NAMES, NAMES[1:] + NAMES[:1]))
        self.assertGreater(len(self.server.secrets), before)
        self.server.ask(NAMES[10], NAMES[20])
        last = f"{NAMES[10]} asked for {NAMES[20]}"
        script = "document.querySelector('#events li').textContent.split(' ').slice(1).join(' ')"
        if self.server.ask(NAMES[10], NAMES[20]) == 429:
            last = f"{NAMES[10]}: slow_down"
        wait(self.browser, script, last)
        drawn, seconds = self.browser.run("[window.drawn, (performance.now() - window.began) / 1000]")
        self.assertGreaterEqual(drawn, 2)
        self.assertLessEqual(drawn, 4 * seconds + 1)
        # The stalled browser skips what it missed.
        wait(stalled, "window.awake", True)
        wait(stalled, script, last)

    def test_server_ends(self):
        """Without its server, the page says so, and shows what it has."""
        with tempfile.TemporaryDirectory() as folder:
            server = Server(pathlib.Path(folder))
            try:
                server.log_in(NAMES[0])
                self.browser.visit(server.wall)
                wait(self.browser, "document.getElementById('total').textContent", "1")
            finally:
                self.assertEqual(server.close(), 0)
        wait(self.browser, "document.getElementById('live').textContent", "no connection")
        self.assertEqual(self.texts("#people li"), [NAMES[0]])
        self.browser.messages.clear()
        self.browser.requests.clear()

    def test_runs_no_other_script(self):
        self.browser.run("""(() => { const s = document.createElement("script"); s.textContent = "window.pwned = 1";
            document.body.append(s); document.body.setAttribute("onclick", "window.pwned = 1"); document.body.click(); })()""")
        self.browser.run("new Promise((done) => setTimeout(done, 50))")
        self.assertEqual(self.browser.run("typeof window.pwned"), "undefined")
        self.assertTrue(all("Content Security Policy" in text for text in self.browser.messages))
        self.browser.messages.clear()

    def test_looks(self):
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    self.browser.size(width, 900)
                    self.browser.media("", scheme)
                    self.assertEqual(self.browser.run("document.documentElement.scrollWidth <= innerWidth"), True)
                    self.assertEqual(self.browser.run("""[...document.querySelectorAll("main, main *")].filter((e) =>
                        e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
                        .map((e) => e.textContent.slice(0, 40))"""), [])
                    self.assertEqual(self.browser.run("""(() => {
                        const all = [...document.querySelectorAll("h1, h2, p, li")].map((e) => [e, e.getBoundingClientRect()]);
                        const cross = ([a, r], [b, s]) => r.left < s.right - 1 && s.left < r.right - 1 &&
                            r.top < s.bottom - 1 && s.top < r.bottom - 1;
                        return all.flatMap((a, i) => all.slice(i + 1, i + 12).filter((b) => cross(a, b))
                            .map((b) => [a[0].textContent, b[0].textContent]));
                    })()"""), [])

    def test_sources(self):
        script = (ROOT / "handout/flow/wall.js").read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "import"):
            self.assertNotIn(word, script)


if __name__ == "__main__":
    os.chdir(HERE)
    if browser.find() is None:
        print("skipped: the wall in a browser (chromium is absent)")
        sys.exit(0)
    build = sys.argv.pop(1)
    unittest.main()
