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

from page import Problem

KEYS = {"ctrl-c": b"\x03", "ctrl-d": b"\x04"}
START = 30                 # seconds for a shell to show its first prompt
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


def signal_session(leader, number):
    """Send a signal to every process of a session."""
    if os.path.isdir("/proc/self"):
        pids = filter(str.isdigit, os.listdir("/proc"))
    else:
        pids = subprocess.check_output(["ps", "-A", "-o", "pid="]).split()
    for pid in map(int, pids):
        try:
            if os.getsid(pid) == leader:
                os.kill(pid, number)
        except OSError:    # it has just ended
            pass


class Terminal:
    """One terminal: all that it showed, and the command that runs in it.

    The methods for scripts raise a Problem unless all goes as expected.
    """

    def __init__(self, terminals, folder, environment):
        word = secrets.token_hex(8)
        self.prompt = re.compile(rf"<{word} (\d+|more)>")
        self.terminals = terminals
        self.pid, self.fd = start_shell(folder, {
            **environment, "PS1": f"<{word} $?>", "PS2": f"<{word} more>"})
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.text, self.open = "", True
        self.start = 0         # where the output of the last command begins
        self.seen = 0          # where the next `see` begins
        self.running = None    # the FILE:LINE and text of the last command
        self.begun = False     # it has printed something

    def hear(self):
        """Read what was printed; this waits if there is nothing."""
        try:
            data = os.read(self.fd, 65536)
        except OSError:        # on Linux: no process has it open
            data = b""
        self.open = bool(data)
        text = self.decoder.decode(data, final=not data)
        self.text += text.replace("\r", "")

    def end(self):
        """How the last command ended, in words; None while it runs."""
        found = self.prompt.search(self.text, self.start)
        if found and found[1] == "more":
            return "its quotes or brackets are not closed"
        if found:
            return f"exit code {found[1]}"
        return None if self.open else "the shell ended"

    def find(self, text):
        """Has the text appeared? If so, the next search starts after it."""
        at = self.text.find(text, self.seen)
        if at >= 0:
            self.seen = at + len(text)
        return at >= 0

    def fail(self, text):
        where, command = self.running or ("", "(nothing)")
        shown = self.prompt.sub("", self.text).rstrip().split("\n")
        raise Problem(where, f"{command}\n  {text}", shown[-20:])

    def command(self, where, text):
        self.running, self.begun = (where, text), False
        self.start = self.seen = len(self.text)
        self.type(text)

    def check_running(self):
        self.terminals.hear(0)
        if self.running is None or self.end():
            self.fail("no longer runs")

    # --- For scripts ---------------------------------------------------------

    def see(self, text):
        """Wait until the terminal shows this text."""
        # Look for the text first: a program may print it and end.
        seconds = self.terminals.see_wait
        found = self.terminals.wait(
            lambda: "seen" if self.find(text) else self.end(), seconds)
        if found is None:
            self.fail(f'did not show "{text}" in {seconds} s')
        if found != "seen":
            self.fail(f'{found} before it showed "{text}"')
        self.begun = True
        return self

    def type(self, text=""):
        """Type a line into what runs there."""
        self.check_running()
        os.write(self.fd, text.encode() + b"\n")
        return self

    def press(self, key, exits=None):
        """Press ctrl-c or ctrl-d and wait for the end, with any exit code or
        with this one. Before ctrl-c, see something that the program itself
        prints: earlier, the shell would receive the key."""
        self.check_running()
        if key == "ctrl-c" and not self.begun:
            self.fail("see something of it before ctrl-c: it may not have begun")
        os.write(self.fd, KEYS[key])
        return self.ends(exits)

    def ends(self, exits=0):
        """Wait for the end of the command, which must have this exit code."""
        seconds = self.terminals.command_wait
        end = self.terminals.wait(self.end, seconds)
        if end is None:
            self.fail(f"has not ended after {seconds} s")
        if not end.startswith("exit code ") or (
                exits is not None and end != f"exit code {exits}"):
            self.fail(f"{end}, expected {exits or 0}")
        self.running = None
        return self


class Terminals:
    """All terminals of a page; deadlines are in seconds."""

    def __init__(self, folder, environment, see_wait, command_wait):
        self.folder, self.environment = folder, environment
        self.see_wait, self.command_wait = see_wait, command_wait
        self.all = []

    def new(self):
        terminal = Terminal(self, self.folder, self.environment)
        self.all.append(terminal)
        # A later prompt would look like the end of the first command.
        if self.wait(terminal.end, START) != "exit code 0":
            terminal.fail(f"the shell showed no prompt in {START} s")
        return terminal

    def hear(self, seconds):
        """Read from all: a program blocks if its output is not read."""
        heard = {t.fd: t for t in self.all if t.open}
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
        for numbers in ((signal.SIGHUP, signal.SIGCONT), (signal.SIGKILL,)):
            for terminal in self.all:
                for number in numbers:
                    signal_session(terminal.pid, number)
            self.wait(lambda: None if any(t.open for t in self.all) else True, GRACE)
        for terminal in self.all:
            os.close(terminal.fd)
            os.waitpid(terminal.pid, 0)
