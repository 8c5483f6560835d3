# SPDX-License-Identifier: MIT
"""Shows how far a class is graded.

On a terminal this is one line that changes, elsewhere a line for each hand-in.
"""

import shutil
import sys
import time
import unicodedata


def printable(words):
    """WORDS with ? for each control character, even one that reverses text."""
    return "".join("?" if unicodedata.category(c)[0] == "C" else c
                   for c in words)


def duration(seconds):
    """SECONDS as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


class Progress:
    """The progress of TOTAL gradings."""

    def __init__(self, total, out=sys.stdout):
        self.total, self.done, self.out = total, 0, out
        self.start = time.monotonic()
        self.terminal = out.isatty()

    def step(self, words):
        """One more is done, with WORDS about it."""
        self.done += 1
        count = f"{self.done:{len(str(self.total))}} of {self.total}"
        if not self.terminal:
            print(f"{count}  {printable(words)}", file=self.out, flush=True)
            return
        line = f"{count} graded{self.estimate()}  {printable(words)}"
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width]}\033[K", end="", file=self.out, flush=True)

    def estimate(self):
        seconds = time.monotonic() - self.start
        left = seconds / self.done * (self.total - self.done)
        rate = self.done / max(seconds, 0.001) * 60
        return f", {rate:.0f} a minute, {duration(left)} left"

    def end(self):
        if self.terminal and self.done:
            print(file=self.out, flush=True)
