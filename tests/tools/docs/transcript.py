# SPDX-License-Identifier: MIT
"""What a document says that a command prints, and what it printed.

A line "..." stands for any number of lines, "..." within a line for any
characters. Spaces at the end of a line count for nothing.
"""

import re


def pattern(lines):
    """An expression for these lines, each with its newline."""
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            inner = map(re.escape, line.rstrip().split("..."))
            parts.append(".*".join(inner) + r"\n")
    return "".join(parts)


def tidy(text):
    """The text with each line's last spaces and the last empty lines cut."""
    lines = [line.rstrip() for line in text.rstrip().split("\n")]
    return "".join(line + "\n" for line in lines) if text.strip() else ""


def begins(expected, text):
    """Does the output begin with these lines?"""
    return re.match(pattern(expected), tidy(text)) is not None


def missing(expected, text):
    """The index of the first expected line that is not there.

    None when all is as expected; the number of expected lines when more was
    printed than these.
    """
    if re.fullmatch(pattern(expected), tidy(text)):
        return None
    for index in range(len(expected)):
        if not begins(expected[:index + 1], text):
            return index
    return len(expected)
