# SPDX-License-Identifier: MIT
"""Reads a document: its commands and what steers them, in order.

Commands stand in fences whose info string begins with `sh`, one a line (a
backslash at the end goes on, comments are dropped), or `console`, a
transcript: "$ " before a command, then what it prints. A second word names
the terminal; without it the terminal is "main".

    ```sh bob
    make receiver ME=bob        # a comment
    ```

What steers the runner is an HTML comment on a line of its own. In order:

    <!-- see bob: TEXT -->      wait until bob's terminal shows TEXT
    <!-- type bob: TEXT -->     type a line into what runs there
    <!-- key bob: ctrl-c -->    or ctrl-d; then wait for the end
    <!-- let A be B -->         from here on B stands for A
    <!-- solve sender -->       or receiver: solution/ over starter/

A block whose terminal has a see, type or key before the next block ends in a
command that keeps running. Before Ctrl-C, a see must name something that the
program itself prints: sooner, the key would reach the shell. Directly before a
block, several at a time:

    <!-- exits 2 -->            its commands exit with 2 (also before a key)
    <!-- needs tcpdump root --> skipped without that program, or not as root
    <!-- run by .ci/run -->     not run here: .ci/run has these lines
    <!-- write FILE -->         a fence of another language: it becomes FILE

Every HTML comment must be one of these, so that none is misspelt.
"""

import re
from dataclasses import dataclass, field

FENCE = re.compile(r"( *)(`{3,}|~{3,})\s*([^`]*)$")
COMMENT = re.compile(r"<!--\s*(.*?)\s*-->$")
INLINE = re.compile(r"(?<!`)(`+)(?!`)((?:.(?!\n\s*\n))*?)(?<!`)\1(?!`)", re.S)
STEPS = {
    "see": re.compile(r"see ([\w-]+): (.+)"),
    "type": re.compile(r"type ([\w-]+):(?: (.*))?"),
    "key": re.compile(r"key ([\w-]+): (ctrl-[cd])"),
    "let": re.compile(r"let (\S+) be (\S+)"),
    "solve": re.compile(r"solve (sender|receiver)()"),
}
SETTINGS = {
    "exits": re.compile(r"exits (\d+)"),
    "needs": re.compile(r"needs (.+)"),
    "by": re.compile(r"run by (\.ci/run)"),
    "write": re.compile(r"write (\S+)"),
}
# What looks like a command where nothing runs it.
STRAY = re.compile(r"\s*(\$ |make |sudo |(sh )?build/)")
# A shell line up to its comment: quoted texts, and a # within a word.
CODE = re.compile(r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\#]|\s"""
                  r"""|(?<=\S)\#)*""", re.X)


class Problem(Exception):
    """What is wrong, at which line, and how the terminal looked then."""

    def __init__(self, line, text, tail=()):
        super().__init__(text)
        self.line, self.tail = line, tail


@dataclass
class Command:
    """A command; of a transcript, also its (line number, output) pairs."""
    line: int
    text: str
    output: list = None


@dataclass
class Block:
    """The commands of a fence, for one terminal."""
    line: int
    terminal: str
    commands: list
    settings: dict


@dataclass
class Step:
    """A comment that does something where it stands."""
    line: int
    verb: str
    where: str      # the terminal; let: what is replaced; solve: the program
    text: str
    settings: dict = field(default_factory=dict)


@dataclass
class File:
    """A fence that becomes a file in the work folder."""
    line: int
    name: str
    text: str


def without_comment(line):
    end = CODE.match(line).end()
    return (line[:end] if line[end:end + 1] == "#" else line).strip()


def code_spans(prose):
    """What stands in backticks in prose: pairs of line number and text."""
    for span in INLINE.finditer(prose):
        yield prose.count("\n", 0, span.start()) + 1, span[2]


class Reader:
    """Goes through a document once; `items` and `prose` are the result."""

    def __init__(self, text):
        self.lines, self.at = text.splitlines(), 0
        self.items, self.settings = [], {}
        self.plain_lines = []      # what is not prose is an empty line here

    def read(self):
        while self.at < len(self.lines):
            line = self.lines[self.at]
            fence = FENCE.match(line)
            if fence:
                self.read_fence(fence)
            elif line.lstrip().startswith("<!--"):
                self.read_comment(line.strip())
            else:
                self.read_plain(line)
        self.settled()
        self.find_hidden_comments()
        return self

    @property
    def prose(self):
        return "\n".join(self.plain_lines)

    def settled(self):
        for _, line, text in self.settings.values():
            raise Problem(line, f'"{text}" does not stand before a block')

    def take_settings(self, *allowed):
        """What the comments above say, if it makes sense here."""
        for name, (_, line, text) in self.settings.items():
            if name not in allowed:
                raise Problem(line, f'"{text}" makes no sense before this')
        taken = {name: value[0] for name, value in self.settings.items()}
        self.settings = {}
        return taken

    def read_plain(self, line):
        if line.strip():
            self.settled()
        # Four spaces after an empty line, or after another such line.
        above = self.lines[self.at - 1] if self.at else ""
        if (line.startswith("    ") and STRAY.match(line)
                and (not above.strip() or above.startswith("    "))):
            self.stray(self.at + 1)
        self.plain_lines.append(line)
        self.at += 1

    def stray(self, number):
        raise Problem(number, "nothing runs this command: it stands in no "
                      "fence that begins with sh or console")

    def find_hidden_comments(self):
        prose = INLINE.sub(lambda span: re.sub(r"[^\n]", " ", span[0]),
                           self.prose)
        at = prose.find("<!--")
        if at >= 0:
            raise Problem(prose.count("\n", 0, at) + 1,
                          "a comment within a line of text")

    def read_comment(self, line):
        comment, number = COMMENT.match(line), self.at + 1
        if not comment:
            raise Problem(number, "a comment must be one line of its own")
        if not (self.read_setting(comment[1], number)
                or self.read_step(comment[1], number)):
            raise Problem(number, f'no directive: "{comment[1]}"')
        self.plain_lines.append("")
        self.at += 1

    def read_setting(self, text, number):
        for name, pattern in SETTINGS.items():
            found = pattern.fullmatch(text)
            if found:
                self.settings[name] = (found[1], number, text)
                return True
        return False

    def read_step(self, text, number):
        for verb, pattern in STEPS.items():
            found = pattern.fullmatch(text)
            if found:
                allowed = ("exits",) if verb == "key" else ()
                self.items.append(Step(number, verb, found[1], found[2] or "",
                                       self.take_settings(*allowed)))
                return True
        return False

    def read_fence(self, fence):
        first, words = self.at + 1, fence[3].split()
        lines = self.fence_lines(fence)
        language = words[0] if words else ""
        if language in ("sh", "console"):
            self.add_block(first, words, lines)
        elif "write" in self.settings:
            name = self.take_settings("write")["write"]
            text = "".join(line + "\n" for _, line in lines)
            self.items.append(File(first, name, text))
        else:
            self.settled()
            for number, line in lines:
                if STRAY.match(line) and language not in ("c", "make"):
                    self.stray(number)

    def fence_lines(self, fence):
        """The (number, line) pairs within a fence, without its indent."""
        first, lines, mark = self.at + 1, [], fence[2]
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip().startswith(mark) and not line.strip(mark[0] + " "):
                self.plain_lines += [""] * (self.at + 1 - first)
                return lines
            outer = min(len(fence[1]), len(line) - len(line.lstrip(" ")))
            lines.append((self.at, line[outer:]))
        raise Problem(first, "this fence has no end")

    def add_block(self, first, words, lines):
        if len(words) > 2:
            raise Problem(first, "a fence has at most one terminal")
        parse = console_commands if words[0] == "console" else sh_commands
        commands = parse(lines)
        if not commands:
            raise Problem(first, "no command stands in this fence")
        terminal = words[1] if len(words) == 2 else "main"
        settings = self.take_settings("exits", "needs", "by")
        self.items.append(Block(first, terminal, commands, settings))


def joined(lines):
    """One pair of number and text for each line that backslashes go on."""
    rest = iter(lines)
    for number, line in rest:
        while line.endswith("\\"):
            line = line[:-1] + next(rest, (0, ""))[1].lstrip()
        yield number, line


def sh_commands(lines):
    stripped = ((n, without_comment(line)) for n, line in joined(lines))
    return [Command(n, text) for n, text in stripped if text]


def console_commands(lines):
    commands = []
    for number, line in joined(lines):
        if line.startswith("$ "):
            text = without_comment(line[2:])
            commands.append(Command(number, text, []))
        elif commands:
            commands[-1].output.append((number, line.rstrip()))
        elif line.strip():
            raise Problem(number, "output before the first command")
    for command in commands:
        while command.output and not command.output[-1][1]:
            command.output.pop()
    return commands


def read(text):
    """Return what a document says: `items` to be done, and its `prose`."""
    return Reader(text).read()
