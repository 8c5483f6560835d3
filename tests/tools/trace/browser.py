# SPDX-License-Identifier: MIT
"""A headless Chromium, controlled by the DevTools protocol over a pipe."""

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MACOS = "/Applications/Chromium.app/Contents/MacOS/Chromium"
SECONDS = 60  # for one answer
# For a change of the page. The answer comes after it, so this is shorter.
CHANGE_SECONDS = 50


def find():
    """The path of a Chromium, or None."""
    found = [shutil.which(name) for name in NAMES]
    found.append(MACOS if os.path.exists(MACOS) else None)
    return next((path for path in found if path), None)


class Browser:
    """One page. What it asked of the network and printed on the console is in
    requests and messages."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp()
        self.requests, self.messages, self.events = [], [], []
        self.number, self.buffer = 0, b""
        to_browser, self.to = os.pipe()
        self.out, from_browser = os.pipe()
        # The browser reads commands from descriptor 3 and answers on 4. The
        # shell moves the pipes there: they may have these numbers already.
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec 8<&{to_browser} 9>&{from_browser}; exec 3<&8 4>&9; exec "$@"', "sh",
             program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--no-first-run", "--disable-extensions", "--disable-background-networking",
             "--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={self.profile}",
             "about:blank"],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.session = None
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(SECONDS)
        except (OSError, EOFError, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.out)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self, end):
        """The next answer or event."""
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.out], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise RuntimeError("the browser does not answer")
            data = os.read(self.out, 65536)
            if not data:
                raise EOFError("the browser has ended")
            self.buffer += data
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def note(self, event):
        """Keeps what a test asks for later."""
        method, params = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            self.messages.append(str([a.get("value") for a in params["args"]]))
        elif method == "Runtime.exceptionThrown":
            self.messages.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Log.entryAdded":
            self.messages.append(params["entry"]["text"])
        if method:
            self.events.append(method)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + SECONDS
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.note(answer)

    def open(self, path):
        """Opens a file, and waits until it is loaded."""
        self.visit(pathlib.Path(path).resolve().as_uri())

    def visit(self, url):
        """The same for the page of a URL. Leaves the old page first, so that it
        makes no more requests."""
        for step in ("about:blank", url):
            self.requests, self.messages, self.events = [], [], []
            self.call("Page.navigate", url=step)
            end = time.monotonic() + SECONDS
            while "Page.loadEventFired" not in self.events:
                self.note(self.receive(end))

    def run(self, script):
        """The value of a JavaScript expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def wait(self, script, wanted):
        """Waits until the expression SCRIPT has the value WANTED. Evaluates it
        whenever the document changes."""
        value = self.run(f"""new Promise((done) => {{
            const end = () => {{ observer.disconnect(); done({script}); }};
            const look = () => {{ if (({script}) === {json.dumps(wanted)}) end(); }};
            const observer = new MutationObserver(look);
            observer.observe(document,
                {{ attributes: true, characterData: true, childList: true, subtree: true }});
            setTimeout(end, {1000 * CHANGE_SECONDS});
            look();
        }})""")
        if value != wanted:
            raise AssertionError(f"{script} is still {value}")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=False)

    def media(self, kind="", scheme="light"):
        """KIND is print or nothing, SCHEME is light or dark."""
        self.call("Emulation.setEmulatedMedia", media=kind,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press(self, key, code):
        """Presses a key. KEY and CODE as in KeyboardEvent.key and .keyCode."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                      **({"text": text} if text and kind == "keyDown" else {}))

    def point(self, x, y, click=False):
        """Moves the pointer to X, Y, and clicks there."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased") if click else ():
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, path):
        """Writes a picture of the whole page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1})
        pathlib.Path(path).write_bytes(base64.b64decode(data["data"]))
