# SPDX-License-Identifier: MIT
"""The wall with 400 students."""

import concurrent.futures
import http.client
import json
import pathlib
import subprocess
import tempfile
import time

import browser
import page_test
import traces

STUDENTS = 400
AT_ONCE = 8  # requests: the server's queue has room for more
SECONDS = 60  # for anything to happen
# The last one is as long as a name can be.
NAMES = [f"student-{i:03}" for i in range(STUDENTS - 1)] + ["student-" + 24 * "9"]
WIDTHS = (390, 1280)


def password(name):
    return f"password-of-{name}"


class Server:
    """A server with a wall. What it must not show is in secrets."""

    def __init__(self, folder):
        self.secrets, self.tokens = set(), {}
        program, db, roster = f"{traces.build}/chat-server", folder / "class.db", folder / "roster.csv"
        lines = ["name,password"] + [f"{name},{password(name)}" for name in NAMES]
        roster.write_text("\n".join(lines) + "\n")
        subprocess.run([program, "import", "--scrypt-ln", "10", "--db", db, "--list", folder / "list", roster],
                       check=True, cwd=traces.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [program, "--db", db, "--scrypt-ln", "10", "--port", "0", "--wall", "0"],
            cwd=traces.ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
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


def show_wall(in_browser, wall, total=STUDENTS):
    """Opens the wall, and waits until it shows this many students."""
    in_browser.visit(wall)
    in_browser.wait("document.getElementById('total').textContent", str(total))


class WallTest(page_test.PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.server = Server(pathlib.Path(folder.name))
        cls.addClassCleanup(cls.server.close)
        cls.server.each(cls.server.log_in, NAMES)
        cls.server.each(cls.server.ask, NAMES, NAMES[1:] + NAMES[:1])
        # What is refused. The first name is a password in the wrong field.
        for name in ("typed-password", NAMES[0]):
            cls.server.post("/login", username=name, password="wrong-password")
        cls.server.post("/userinfo", username=NAMES[0], token="t" * 32, receiver=NAMES[1])
        cls.server.ask(NAMES[7], "unknown-receiver")
        cls.server.post("/nothing")
        # What the page shows before the tests add more.
        show_wall(cls.browser, cls.server.wall)
        cls.kinds, cls.events = (cls.texts(f"#{part} li") for part in ("kinds", "events"))

    def setUp(self):
        self.browser.media()
        self.browser.size(1280, 720)
        self.open(self.browser)

    def tearDown(self):
        self.assertEqual(self.browser.messages, [])
        self.assertEqual([url for url in self.browser.requests if not url.startswith(self.server.wall)], [])

    def open(self, in_browser, part=""):
        show_wall(in_browser, self.server.wall + part)

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
        self.browser.wait("/^[\\d:]+ student \\d+ asked for student \\d+$/.test(document.querySelector('#events li').textContent)",
                          True)
        self.assertTrue(is_hidden())
        self.browser.point(*self.middle_of("#hide"), click=True)
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
        stalled.run("""window.awake = new Promise((done) =>
            setTimeout(() => { for (const end = Date.now() + 5000; Date.now() < end;); done(); }, 0)), 0""")
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
        self.browser.wait(script, last)
        drawn, seconds = self.browser.run("[window.drawn, (performance.now() - window.began) / 1000]")
        self.assertGreaterEqual(drawn, 2)
        self.assertLessEqual(drawn, 4 * seconds + 1)
        # The stalled browser skips what it missed.
        stalled.run("window.awake")
        stalled.wait(script, last)

    def test_server_ends(self):
        """When the server ends, the page shows that, and keeps its contents."""
        with tempfile.TemporaryDirectory() as folder:
            server = Server(pathlib.Path(folder))
            try:
                server.log_in(NAMES[0])
                show_wall(self.browser, server.wall, 1)
            finally:
                self.assertEqual(server.close(), 0)
        self.browser.wait("document.getElementById('live').textContent", "no connection")
        self.assertEqual(self.texts("#people li"), [NAMES[0]])
        self.browser.messages.clear()
        self.browser.requests.clear()

    def test_runs_no_other_script(self):
        self.check_policy()

    def test_looks(self):
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    self.browser.size(width, 900)
                    self.browser.media("", scheme)
                    self.check_layout("h1, h2, p, li")

    def test_sources(self):
        script = (traces.ROOT / "handout/flow/wall.js").read_text()
        for word in page_test.FORBIDDEN:
            self.assertNotIn(word, script)
