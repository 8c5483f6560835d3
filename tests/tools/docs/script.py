# SPDX-License-Identifier: MIT
"""Reads the script of a page: where its commands are typed, what is seen then.

scripts/NAME.txt belongs to NAME.md. It names each command block of the page,
in order, by its first command. The lines below a name are indented. These
describe the block:

    make sender ME=alice TO=bob
        in alice                  typed in the terminal "alice" (else "main")
        exits 2                   all its commands exit with 2 (else 0)
        needs tcpdump root        skipped without that program, or not as root
        left to .ci/run           not run here: .ci/run has these lines
        let A be B                B is typed for A, and on the rest of the page
        solve sender              or receiver: before the block, the solution
                                  replaces the starter

Then come steps, which are done after the block is typed:

        see TODO 1                wait until the terminal shows this
        type hello bob            type a line into what runs there
        press ctrl-c              or ctrl-d; then wait for its end
        press ctrl-c exits 130    ... with this exit code
        in bob                    the next steps are about this terminal

If a step is about the block's own terminal, its last command keeps running
until a key ends it, or until the next block in this terminal. Before ctrl-c, a
"see" must name something that the program itself prints: sooner, the key would
reach the shell.

A fence without commands has a name, its first line, only if it is a file that
the reader writes:

    name,password
        save as roster.csv

A long name may be cut and end in "...". Lines that begin with # are comments.
A block without a name in the script is an error, and so is a name without a
block.
"""

import re
from dataclasses import dataclass, field

from page import Block, Problem, Text

SETTINGS = {
    "terminal": re.compile(r"in ([\w-]+)"),
    "exits": re.compile(r"exits (\d+)"),
    "needs": re.compile(r"needs (.+)"),
    "left_to": re.compile(r"left to (\.ci/run)"),
    "let": re.compile(r"let (\S+) be (\S+)"),
    "solve": re.compile(r"solve (sender|receiver)"),
    "save_as": re.compile(r"save as (\S+)"),
}
STEPS = {
    "see": re.compile(r"see (.+)"),
    "type": re.compile(r"type(?: (.*))?"),
    "press": re.compile(r"press (ctrl-[cd])(?: exits (\d+))?"),
}


@dataclass
class Step:
    """Something done or seen after a block was typed."""
    where: str
    verb: str
    terminal: str
    text: str
    exits: int = None


@dataclass
class Entry:
    """A name in the script, with its settings, its steps and its fence."""
    where: str
    name: str
    terminal: str = "main"
    settings: dict = field(default_factory=dict)
    steps: list = field(default_factory=list)
    fence: object = None       # a Block; a Text if it is saved as a file

    @property
    def is_file(self):
        return "save_as" in self.settings

    def names(self, fence):
        if not isinstance(fence, Text if self.is_file else Block):
            return False
        if self.name.endswith("..."):
            return fence.name.startswith(self.name[:-3].rstrip())
        return fence.name == self.name

    def runs_on(self):
        """Does its last command keep running when the steps begin?"""
        return any(step.terminal == self.terminal for step in self.steps)


class Reader:
    """Goes through a script once; `entries` is the result."""

    def __init__(self, name, text):
        self.name, self.text = name, text
        self.entries, self.terminal = [], None

    def read(self):
        for number, line in enumerate(self.text.splitlines(), 1):
            where = f"{self.name}:{number}"
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if not line[0].isspace():
                self.entries.append(Entry(where, line.strip()))
                self.terminal = None
            elif not self.entries:
                raise Problem(where, "no block is named above this line")
            else:
                self.read_line(self.entries[-1], where, line.strip())
        for entry in self.entries:
            check_file(entry)
        return self.entries

    def read_line(self, entry, where, line):
        for name, pattern in SETTINGS.items():
            found = pattern.fullmatch(line)
            if found:
                self.setting(entry, where, name, found)
                return
        for verb, pattern in STEPS.items():
            found = pattern.fullmatch(line)
            if found:
                exits = found[2] if verb == "press" else None
                entry.steps.append(Step(
                    where, verb, self.terminal or entry.terminal,
                    found[1] or "", None if exits is None else int(exits)))
                return
        raise Problem(where, f'unknown line: "{line}"')

    def setting(self, entry, where, name, found):
        # After a step, "in" starts the steps of another terminal.
        if name == "terminal" and (entry.steps or "terminal" in entry.settings):
            self.terminal = found[1]
        elif entry.steps:
            raise Problem(where, f'"{found[0]}" must be above the first step')
        elif name in ("let", "solve"):
            entry.settings.setdefault(name, []).append((where, *found.groups()))
        elif name in entry.settings:
            raise Problem(where, f'"{found[0]}" is the second of its kind')
        else:
            entry.settings[name] = found[1]
            if name == "terminal":
                entry.terminal = found[1]


def check_file(entry):
    if entry.is_file and (entry.steps or len(entry.settings) > 1):
        raise Problem(entry.where, f'"{entry.name}" is a file: "save as" must '
                      "be the only line below it")


def match(entries, page, end):
    """Give each entry its fence; both must name all, in the same order."""
    rest = iter(entries)
    entry = next(rest, None)
    for fence in page.fences:
        if entry is not None and entry.names(fence):
            entry.fence = fence
            entry = next(rest, None)
        elif isinstance(fence, Block):
            expected = f'"{entry.name}"' if entry else "no more blocks"
            raise Problem(fence.where, f'the block "{fence.name}" is not in '
                          f"the script: {entry.where if entry else end} "
                          f"expects {expected} here")
        elif fence.stray:
            raise fence.stray
    if entry is not None:
        raise Problem(entry.where, f'the page has no block "{entry.name}" '
                      "after the one before")


def read(name, text, page):
    """Return the entries of a script, each with its fence of the page."""
    entries = Reader(name, text).read()
    match(entries, page, name)
    return entries
