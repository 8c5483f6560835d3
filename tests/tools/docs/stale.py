# SPDX-License-Identifier: MIT
"""Commands in the middle of a sentence: do they name what there is?"""

import re

from page import Problem, code_spans

RULE = re.compile(r"^([a-z][\w.-]*(?: +[a-z][\w.-]*)*) *:(?!=)", re.M)
COMMAND = re.compile(r'^ *\{"([a-z]+)", command_', re.M)
WORD = re.compile(r"[A-Za-z][\w-]*")


def contents(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def targets(root):
    """What can be made."""
    makefiles = contents(root / "Makefile") + contents(root / "tests/maintainer.mk")
    return {name for rule in RULE.findall(makefiles) for name in rule.split()}


def subcommands(root):
    """What chat-server can be told to do."""
    return set(COMMAND.findall(contents(root / "server/main.c")))


def unknown(code, known):
    """The word of an inline command that names nothing, or None."""
    program, *words = code.split() or [""]
    program = program.rsplit("/")[-1]
    if program == "chat-server":
        words = words[:1]
    elif program != "make":
        return None
    names = [word for word in words if WORD.fullmatch(word)]
    return next((name for name in names if name not in known[program]), None)


def check(prose, root):
    """A Problem for each inline `make` or `chat-server` that went stale."""
    known = {"make": targets(root), "chat-server": subcommands(root)}
    for line, code in code_spans(prose):
        name = unknown(code, known)
        if name:
            yield Problem(line, f"`{' '.join(code.split())}`: "
                          f"there is no {name}")
