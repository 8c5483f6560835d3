# SPDX-License-Identifier: MIT
"""Terminals with a shell in each, like those of a reader.

A command has ended when the shell shows its prompt again. The prompt has a
random word and the exit code, so no output of a program looks like it. We do
not type an `echo` after the command instead: a program that reads the terminal
could read that line, and Ctrl-C would discard it.
"""

import codecs
import os
import pty
import re
import secrets
import select
import signal
import subprocess
import termios
import time

ENDED = "the shell ended"
LONGEST = 1000             # the longest line that a terminal of macOS accepts
KEYS = {"ctrl-c": b"\x03", "ctrl-d": b"\x04"}
GRACE = 3                  # seconds to end after a hang-up


def start_shell(folder, environment):
    """Start a shell that leads a session; returns its pid and the terminal."""
    pid, fd = pty.fork()
    if pid != 0:
        return pid, fd
    try:
        # Python ignores SIGPIPE, and a shell that runs us with "&" makes us
        # ignore SIGINT. In a new terminal, no signal is ignored.
        for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGPIPE", "SIGTERM"):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        # Do not echo what is typed; print a newline as a newline alone.
        mode = termios.tcgetattr(0)
        mode[1] &= ~termios.OPOST
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, mode)
        os.chdir(folder)
        os.execvpe("sh", ["sh", "-i", "+o", "emacs"], environment)
    finally:
        os._exit(127)


def session(leader):
    """The processes of a session."""
    if os.path.isdir("/proc/self"):
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    else:
        table = subprocess.run(["ps", "-A", "-o", "pid="], check=True,
                               capture_output=True, text=True)
        pids = [int(pid) for pid in table.stdout.split()]
    return [pid for pid in pids if session_of(pid) == leader]


def session_of(pid):
    try:
        return os.getsid(pid)
    except OSError:        # it has just ended
        return None


def signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            pass


class Terminal:
    """One terminal: all that it showed, and what runs in it."""

    def __init__(self, folder, environment):
        word = secrets.token_hex(8)
        self.prompt = re.compile(rf"<{word} (\d+|more)>")
        self.pid, self.fd = start_shell(folder, {
            **environment, "PS1": f"<{word} $?>", "PS2": f"<{word} more>"})
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.text, self.open = "", True
        self.start = 0         # where the output of the last command begins
        self.seen = 0          # where the next "see" begins
        self.running = None    # for the player: what was typed last

    def hear(self):
        """Read what was printed; this waits if there is nothing."""
        try:
            data = os.read(self.fd, 65536)
        except OSError:        # on Linux: no process has it open
            data = b""
        self.open = bool(data)
        text = self.decoder.decode(data, final=not data)
        self.text += text.replace("\r", "")

    def command(self, text):
        self.start = self.seen = len(self.text)
        self.write(text)

    def write(self, text):
        os.write(self.fd, text.encode() + b"\n")

    def press(self, key):
        os.write(self.fd, KEYS[key])

    def code(self):
        """The exit code of the last command; None while it runs."""
        found = self.prompt.search(self.text, self.start)
        if found:
            return found[1] if found[1] == "more" else int(found[1])
        return None if self.open else ENDED

    def output(self):
        """What the last command has printed so far."""
        found = self.prompt.search(self.text, self.start)
        return self.text[self.start:found.start() if found else None]

    def find(self, text):
        """Has the text appeared? If so, the next search starts after it."""
        at = self.text.find(text, self.seen)
        if at < 0:
            return False
        self.seen = at + len(text)
        return True

    def tail(self, count=20):
        return self.prompt.sub("", self.text).rstrip().split("\n")[-count:]


class Terminals:
    """All terminals of a page, by name."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment
        self.all = {}

    def get(self, name):
        """The terminal of that name; opens it on first use."""
        if name not in self.all:
            new = Terminal(self.folder, self.environment)
            self.all[name] = new
            self.wait(new.code, 10)
        return self.all[name]

    def hear(self, seconds):
        """Read from all: a program blocks if its output is not read."""
        heard = {t.fd: t for t in self.all.values() if t.open}
        for fd in select.select(heard, [], [], seconds)[0]:
            heard[fd].hear()
        return bool(heard)

    def wait(self, ready, seconds):
        """Read until `ready()` is not None, and return it; None on timeout."""
        end = time.monotonic() + seconds
        while (found := ready()) is None:
            left = end - time.monotonic()
            if left <= 0 or not self.hear(left):
                break
        return found

    def close(self):
        """End everything: first like closing the window, then with SIGKILL."""
        self.signal(signal.SIGHUP, signal.SIGCONT)
        self.signal(signal.SIGKILL)
        for one in self.all.values():
            os.close(one.fd)
            os.waitpid(one.pid, 0)
        self.all = {}

    def signal(self, *numbers):
        """Send these to all processes; wait until the terminals are closed."""
        for one in self.all.values():
            for number in numbers:
                signal_all(session(one.pid), number)
        self.wait(lambda: None if any(t.open for t in self.all.values())
                  else True, GRACE)
