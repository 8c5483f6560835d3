# SPDX-License-Identifier: MIT
"""Checks the commands in the sentences of a page: do they exist?"""

import re

from page import Problem

RULE = re.compile(r"^([a-z][\w.-]*(?: +[a-z][\w.-]*)*) *:(?!=)", re.M)
COMMAND = re.compile(r'^ *\{"([a-z]+)", command_', re.M)
WORD = re.compile(r"[A-Za-z][\w-]*")


def contents(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def targets(root):
    """The targets of make."""
    makefiles = "".join(contents(root / name) for name in
                        ("Makefile", "tests/maintainer.mk"))
    return {name for rule in RULE.findall(makefiles) for name in rule.split()}


def subcommands(root):
    """The commands of chat-server."""
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


def check(page, root):
    """A Problem for each `make` or `chat-server` that no longer exists."""
    known = {"make": targets(root), "chat-server": subcommands(root)}
    for where, code in page.code_spans():
        name = unknown(code, known)
        if name:
            yield Problem(where, f"`{' '.join(code.split())}`: "
                          f"there is no {name}")
