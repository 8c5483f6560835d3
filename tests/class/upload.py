# SPDX-License-Identifier: MIT
"""Fills the gradebook of the LMS, and lists what could not be filled."""

import dataclasses

import matching


@dataclasses.dataclass
class Outcome:
    """What became of each person and of each hand-in."""

    sheet: object
    filled: int = 0
    kept: list = dataclasses.field(default_factory=list)        # (person, cell)
    remarks: list = dataclasses.field(default_factory=list)     # (person, why)
    absent: list = dataclasses.field(default_factory=list)      # people
    unmatched: list = dataclasses.field(default_factory=list)   # (record, what, why)

    def lists(self):
        """[(title, [line])] of what needs a look; the lists may be empty."""
        return [
            ("Hand-ins, and lines of GROUP, that match nobody in the gradebook",
             [f"{short(words)}: {why}" if words == one["entry"] else
              f"{short(words)} (in the GROUP of {short(one['entry'])}): {why}"
              for one, words, why in self.unmatched]),
            ("People in the gradebook without a hand-in",
             [describe(person) for person in self.absent]),
            ("People in several hand-ins, or without a grade",
             [f"{describe(person)}: {why}" for person, why in self.remarks]),
            ("Not changed, because the gradebook has EX or N/A",
             [f"{describe(person)}: {cell}" for person, cell in self.kept])]


def short(name):
    return name if len(name) <= 80 else name[:79] + "…"


def describe(person):
    login = f" ({short(person.logins[0])})" if person.logins else ""
    return short(person.name) + login


def fill(sheet, records):
    """Fills the column of SHEET. Returns the Outcome.

    The cells of people without a grade stay as they are.
    """
    people = sheet.layout.people
    matches = matching.match(records, people, sheet.lms)
    outcome = Outcome(sheet, unmatched=matches.unmatched)
    for person in people:
        claims = matches.claims.get(person, [])
        score, remark = matching.grade_of(claims)
        if remark:
            outcome.remarks.append((person, remark))
        if sheet.is_kept(person):
            outcome.kept.append((person, sheet.current(person)))
        elif score is not None:
            sheet.fill(person, score)
            outcome.filled += 1
        elif not claims:
            outcome.absent.append(person)
    return outcome
