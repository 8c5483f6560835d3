# SPDX-License-Identifier: MIT
"""Where things are in the gradebook of an LMS, and who is in it."""

import dataclasses
import re

from jobs import Unusable


@dataclasses.dataclass(frozen=True)
class Person:
    """A row of the gradebook."""

    row: int
    number: str         # in the names of the LMS's bulk download
    name: str
    logins: tuple       # login ids, other ids, and e-mail addresses


@dataclasses.dataclass
class Layout:
    people: list
    column: int         # to be filled
    possible: float     # the points that the LMS has for this column
    comma: bool         # 9,50 and not 9.50
    untrusted: tuple    # columns with text that students choose


def number(words):
    """WORDS as a number, or None. The LMS writes 1.5 or 1,5."""
    match = re.fullmatch(r"\s*(\d+)(?:[.,](\d+))?\s*", words)
    return float(f"{match[1]}.{match[2] or 0}") if match else None


def choose(titles, wanted):
    """The column that WANTED means in TITLES {column: title}."""
    if not titles:
        raise Unusable("it has no column for an assignment: create the "
                       "assignment in the LMS, and export again")
    rules = (lambda title: title == wanted,
             lambda title: re.sub(r" *\(\d+\)$", "", title) == wanted,
             lambda title: title.endswith(f"({wanted})"),
             lambda title: wanted.casefold() in title.casefold())
    for fits in rules if wanted else (lambda title: True,):
        found = [column for column, title in titles.items() if fits(title)]
        if len(found) == 1:
            return found[0]
    raise Unusable('which column has the grades? Add COLUMN="TITLE" with one of '
                   "these: " + ", ".join(f'"{title}"' for title in titles.values()))
