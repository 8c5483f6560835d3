# SPDX-License-Identifier: MIT
"""Compares the output in a page's transcript with what a command printed.

A line "..." matches any number of lines, "..." within a line any characters.
Spaces at the end of a line are ignored.
"""

import re


def pattern(lines):
    """A regular expression for these lines, each with its newline."""
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            inner = map(re.escape, line.rstrip().split("..."))
            parts.append(".*".join(inner) + r"\n")
    return "".join(parts)


def tidy(text):
    """The text without spaces at line ends and without empty last lines."""
    lines = [line.rstrip() for line in text.rstrip().split("\n")]
    return "".join(line + "\n" for line in lines) if text.strip() else ""


def begins(expected, text):
    """Does the output begin with these lines?"""
    return re.match(pattern(expected), tidy(text)) is not None


def missing(expected, text):
    """The index of the first expected line that is missing.

    None if the output is as expected; the number of expected lines if more
    was printed.
    """
    if re.fullmatch(pattern(expected), tidy(text)):
        return None
    for index in range(len(expected)):
        if not begins(expected[:index + 1], text):
            return index
    return len(expected)
