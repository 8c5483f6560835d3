# SPDX-License-Identifier: MIT
"""Reads a page: its command blocks, its other fences and its prose.

A command block is a fence marked `sh` or `console`. In `sh`, each line is a
command; a backslash at the end continues it, and comments are dropped.
`console` is a transcript: "$ " before a command, then what it prints.

    ```sh
    make receiver ME=bob        # a comment
    ```

A page has nothing in it that only the tests need: script.py describes where
the commands are typed and what must be seen then.
"""

import re
from dataclasses import dataclass

FENCE = re.compile(r"( *)(`{3,}|~{3,})\s*([^`]*)$")
INLINE = re.compile(r"(?<!`)(`+)(?!`)((?:.(?!\n\s*\n))*?)(?<!`)\1(?!`)", re.S)
# What looks like a command where nothing runs it.
STRAY = re.compile(r"\s*(\$ |make |sudo |(sh )?build/)")
# A shell line up to its comment: quoted texts, and a # within a word.
CODE = re.compile(r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\#]|\s"""
                  r"""|(?<=\S)\#)*""", re.X)


class Problem(Exception):
    """What is wrong, in which FILE:LINE, and how the terminal looked then."""

    def __init__(self, where, text, tail=()):
        super().__init__(text)
        self.where, self.tail = where, tail


@dataclass
class Command:
    """A command; of a transcript, also its (FILE:LINE, output) pairs."""
    where: str
    text: str
    output: list = None


@dataclass
class Block:
    """The commands of one fence."""
    where: str
    commands: list

    @property
    def name(self):
        return self.commands[0].text


@dataclass
class Text:
    """A fence without commands, such as an example of a file."""
    where: str
    lines: list
    stray: Problem = None      # the problem with it unless it is a file

    @property
    def name(self):
        return self.lines[0].strip() if self.lines else ""


def without_comment(line):
    end = CODE.match(line).end()
    return (line[:end] if line[end:end + 1] == "#" else line).strip()


class Reader:
    """Goes through a page once; `fences` and `prose` are the result."""

    def __init__(self, name, text):
        self.name = name
        self.lines, self.at = text.splitlines(), 0
        self.fences = []           # each a Block or a Text, in order
        self.prose_lines = []      # a line of a fence is an empty line here

    def read(self):
        while self.at < len(self.lines):
            fence = FENCE.match(self.lines[self.at])
            if fence:
                self.read_fence(fence)
            else:
                self.read_prose(self.lines[self.at])
        self.reject_comments()
        return self

    def where(self, number):
        return f"{self.name}:{number}"

    @property
    def prose(self):
        return "\n".join(self.prose_lines)

    def code_spans(self):
        """What is in backticks in the prose: pairs of FILE:LINE and text."""
        for span in INLINE.finditer(self.prose):
            line = self.prose.count("\n", 0, span.start()) + 1
            yield self.where(line), span[2]

    def read_prose(self, line):
        # Four spaces after an empty line, or after another such line.
        above = self.lines[self.at - 1] if self.at else ""
        if (line.startswith("    ") and STRAY.match(line)
                and (not above.strip() or above.startswith("    "))):
            raise self.stray(self.at + 1)
        self.prose_lines.append(line)
        self.at += 1

    def stray(self, number):
        return Problem(self.where(number), "nothing runs this command: put "
                       "it in a fence marked sh or console")

    def reject_comments(self):
        """Readers of the text see comments too."""
        prose = INLINE.sub(lambda span: re.sub(r"[^\n]", " ", span[0]),
                           self.prose)
        at = prose.find("<!--")
        if at >= 0:
            raise Problem(self.where(prose.count("\n", 0, at) + 1),
                          "an HTML comment: what the tests need is in the "
                          "script of this page")

    def read_fence(self, fence):
        first, words = self.at + 1, fence[3].split()
        lines = self.fence_lines(fence)
        language = words[0] if words else ""
        if language in ("sh", "console"):
            self.add_block(first, words, lines)
            return
        stray = [number for number, line in lines if STRAY.match(line)
                 and language not in ("c", "make")]
        self.fences.append(Text(self.where(first), [t for _, t in lines],
                                self.stray(stray[0]) if stray else None))

    def fence_lines(self, fence):
        """The (number, line) pairs within a fence, without its indent."""
        first, lines, mark = self.at + 1, [], fence[2]
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip().startswith(mark) and not line.strip(mark[0] + " "):
                self.prose_lines += [""] * (self.at + 1 - first)
                return lines
            outer = min(len(fence[1]), len(line) - len(line.lstrip(" ")))
            lines.append((self.at, line[outer:]))
        raise Problem(self.where(first), "this fence has no end")

    def add_block(self, first, words, lines):
        if len(words) > 1:
            raise Problem(self.where(first), f'mark this fence "{words[0]}" '
                          "only: the script of the page names the terminal")
        parse = console_commands if words[0] == "console" else sh_commands
        commands = parse([(self.where(number), line)
                          for number, line in lines])
        if not commands:
            raise Problem(self.where(first), "no command in this fence")
        self.fences.append(Block(self.where(first), commands))


def joined(lines):
    """One (where, text) pair for a line and those that continue it."""
    rest = iter(lines)
    for where, line in rest:
        while line.endswith("\\"):
            line = line[:-1] + next(rest, ("", ""))[1].lstrip()
        yield where, line


def sh_commands(lines):
    stripped = ((w, without_comment(line)) for w, line in joined(lines))
    return [Command(where, text) for where, text in stripped if text]


def console_commands(lines):
    commands = []
    for where, line in joined(lines):
        if line.startswith("$ "):
            text = without_comment(line[2:])
            commands.append(Command(where, text, []))
        elif commands:
            commands[-1].output.append((where, line.rstrip()))
        elif line.strip():
            raise Problem(where, "output before the first command")
    for command in commands:
        while command.output and not command.output[-1][1]:
            command.output.pop()
    return commands


def read(name, text):
    """Return the `fences` and the `prose` of a page."""
    return Reader(name, text).read()
