# SPDX-License-Identifier: MIT
"""Reads a page: its command blocks, its other fences and its prose.

A command block is a fence marked `sh`. Each line is a command; a backslash at
the end continues it, and comments are dropped:

    ```sh
    make receiver ME=bob        # a comment
    ```

A page contains nothing that only the tests need: a script (see play.py) has
what is typed into the programs, and what must be seen then.
"""

import re
from dataclasses import dataclass

FENCE = re.compile(r"( *)```([^`]*)$")
INLINE = re.compile(r"(?<!`)(`+)(?!`)((?:.(?!\n\s*\n))*?)(?<!`)\1(?!`)", re.S)
# What looks like a command where nothing runs it.
STRAY = re.compile(r"\s*(\$ |make |sudo |(sh )?build/)")
# A shell line up to its comment: quoted texts, and a # within a word.
CODE = re.compile(r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\#]|\s|(?<=\S)#)*""")
RULE = re.compile(r"^([a-z][\w.-]*(?: +[a-z][\w.-]*)*) *:(?!=)", re.M)
SUBCOMMAND = re.compile(r'^ *\{"([a-z]+)", command_', re.M)
WORD = re.compile(r"[A-Za-z][\w-]*")


class Problem(Exception):
    """What is wrong, in which FILE:LINE, and how the terminal looked then."""

    def __init__(self, where, text, tail=()):
        super().__init__(text)
        self.where, self.tail = where, tail


@dataclass
class Fence:
    """A fence, with a (FILE:LINE, text) pair for each line. If it is a block of
    commands, there is a pair for each command."""
    where: str
    language: str
    lines: list

    @property
    def is_block(self):
        return self.language == "sh"

    def is_called(self, name):
        """Is this its first line? NAME may be cut and end in "..."."""
        first = self.lines[0][1].strip() if self.lines else ""
        if name.endswith("..."):
            return first.startswith(name[:-3].rstrip())
        return first == name

    def reject_stray(self):
        for where, line in self.lines:
            if STRAY.match(line) and self.language not in ("c", "make"):
                raise stray(where)


def stray(where):
    return Problem(where, "nothing runs this command: put it in a fence marked sh")


def commands(fence):
    """The lines of a command block without comments and continuations."""
    rest = iter(fence.lines)
    for where, line in rest:
        while line.endswith("\\"):
            line = line[:-1] + next(rest, ("", ""))[1].lstrip()
        end = CODE.match(line).end()
        text = (line[:end] if line[end:end + 1] == "#" else line).strip()
        if text:
            yield where, text


def fence_at(where, words):
    if words[:1] == ["sh"] and len(words) > 1:
        raise Problem(where, 'mark this fence "sh" only: the script chooses the terminal')
    return Fence(where, words[0] if words else "", [])


class Page:
    """The `fences`, and the `prose` between them. The prose has an empty line for
    each line of a fence, so that its lines can be counted."""

    def __init__(self, name, text):
        self.name, self.fences = name, []
        fence, indent, prose = None, "", []
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{name}:{number}"
            mark = FENCE.match(line)
            if fence and line.strip() == "```":
                self.add(fence)
                fence = None
            elif fence:
                fence.lines.append((where, line.removeprefix(indent)))
            elif mark:
                indent = mark[1]
                fence = fence_at(where, mark[2].split())
            else:
                # Four spaces after an empty line, or after another such line.
                above = prose[-1] if prose else ""
                if (line.startswith("    ") and STRAY.match(line)
                        and (not above.strip() or above.startswith("    "))):
                    raise stray(where)
                prose.append(line)
                continue
            prose.append("")
        if fence:
            raise Problem(fence.where, "this fence has no end")
        self.prose = "\n".join(prose)
        self.reject_comments()

    def add(self, fence):
        if fence.is_block:
            fence.lines = list(commands(fence))
            if not fence.lines:
                raise Problem(fence.where, "no command in this fence")
        self.fences.append(fence)

    def where(self, offset):
        """The FILE:LINE of a place in the prose."""
        return f"{self.name}:{self.prose.count(chr(10), 0, offset) + 1}"

    def reject_comments(self):
        """People read the text itself, and see comments too."""
        prose = INLINE.sub(lambda span: " " * len(span[0]), self.prose)
        at = prose.find("<!--")
        if at >= 0:
            raise Problem(self.where(at), "an HTML comment: what the tests need is in the script")

    def stale(self, root):
        """A Problem for each inline `make` or `chat-server` without a target
        or command of that name."""
        rules = RULE.findall(contents(root / "Makefile") + contents(root / "tests/maintainer.mk"))
        known = {"make": " ".join(rules).split(), "chat-server":
                 SUBCOMMAND.findall(contents(root / "server/main.c"))}
        for span in INLINE.finditer(self.prose):
            program, *words = span[2].split() or [""]
            program = program.rsplit("/")[-1]
            for word in words[:1] if program == "chat-server" else words:
                if (program in known and WORD.fullmatch(word)
                        and word not in known[program]):
                    yield Problem(self.where(span.start()),
                                  f"`{' '.join(span[2].split())}`: there is no {word}")
                    break


def contents(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""
