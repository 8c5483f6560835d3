# SPDX-License-Identifier: MIT
"""Moodle's grading worksheet: an assignment with offline grading writes it.

    Identifier,"Full name","Email address",Status,Grade,"Maximum Grade",...
    "Participant 123","Jane Doe",jane@example.org,"Submitted",,100.00,...

Its words are in the language of the user: Teilnehmer/in123, Bewertung. So the
person's number is the end of the first column, and the maximum is right of the
grade. There may be more columns with ids; for anonymous submissions there are no
names.
"""

import re

from jobs import Unusable
from layout import Layout, Person, choose, number

# In ca, de, en, es, fr, it, nl, pt. For other languages, set COLUMN.
GRADE = ("Qualificació", "Bewertung", "Grade", "Calificación", "Note",
         "Valutazione", "Cijfer", "Nota")
IDENTIFIER = re.compile(r"[^\d]+(\d+)")


def is_mine(table):
    """Whether all rows begin with a word and a number."""
    rows = [cells for cells in table.rows[1:] if cells != [""]]
    return bool(rows) and len(table.rows[0]) > 2 and all(
        IDENTIFIER.fullmatch(cells[0]) for cells in rows)


def untrusted(header, grade):
    """The columns that Moodle does not read again: they have what students
    choose, like names and online text. The instructor's comments are right of
    the date, and stay.
    """
    date = [column for column, title in enumerate(header) if
            title.casefold().endswith(f"({header[grade]})".casefold())]
    end = date[-1] if date else len(header)
    return tuple(column for column in range(1, end) if column != grade)


def read(table, wanted):
    header = table.rows[0]
    column = choose({column: title for column, title in enumerate(header)
                     if column and (wanted or title in GRADE)} or
                    dict(enumerate(header[1:], 1)), wanted)
    possible = table.get(1, column + 1)
    if number(possible) is None:
        raise Unusable(f'right of the column "{header[column]}" there is no '
                       f'maximum, but "{possible}": in the settings of the '
                       "assignment, choose points and not a scale")
    return Layout(people(table, column), column, number(possible),
                  "," in possible, untrusted(header, column))


def people(table, grade):
    found = []
    for row, cells in enumerate(table.rows):
        match = IDENTIFIER.fullmatch(cells[0])
        if row and match:
            named = grade > 2       # else there is nothing but the status
            found.append(Person(
                row, match[1], cells[1] if named else cells[0],
                tuple(cell for cell in cells[2:grade]
                      if re.fullmatch(r"\S+", cell)) if named else ()))
    return found
