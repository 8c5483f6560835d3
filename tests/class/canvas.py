# SPDX-License-Identifier: MIT
"""The file that Canvas writes with Gradebook > Export, and reads with Import.

    Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (501),Current Score
                                               ,Manual Posting,
        Points Possible,,,,,100.00,(read only)
    "Doe, Jane",123,S77,jdoe42,CS 326,95.00,95.00

There may be LastName and FirstName instead of Student, no SIS User ID, more
columns before Section, notes after it, and no row for manual posting. An
assignment has its number in its title. EX is excused, N/A is not assigned.
"""

import re

from jobs import Unusable
from layout import Layout, Person, choose, number

LOGINS = ("SIS Login ID", "SIS User ID", "Integration ID", "Email")
STUDENTS_OWN = ("Student", "LastName", "FirstName", "SIS Login ID")
ASSIGNMENT = re.compile(r"\(\d+\)$")


def is_mine(table):
    header = table.rows[0] if table.rows else []
    return header[:1] in (["Student"], ["LastName"]) and "ID" in header


def find_points(table):
    """The row with Points Possible."""
    for row, cells in enumerate(table.rows):
        if "Points Possible" in cells[0]:
            return row
    raise Unusable("it has no row Points Possible: export it again from Canvas")


def read(table, wanted):
    header, points = table.rows[0], find_points(table)
    titles = {column: title for column, title in enumerate(header)
              if ASSIGNMENT.search(title)
              and "read only" not in table.get(points, column)}
    column = choose(titles, wanted)
    possible = table.get(points, column)
    return Layout(people(table, header, points), column, number(possible),
                  "," in possible,
                  tuple(header.index(title) for title in STUDENTS_OWN
                        if title in header))


def people(table, header, points):
    """The rows below Points Possible."""
    where = {title: column for column, title in enumerate(header)}
    found = []
    for row in range(points + 1, len(table.rows)):
        def get(title, row=row):
            return table.get(row, where.get(title, -1)).strip()

        name = get("Student") or f"{get('LastName')}, {get('FirstName')}"
        if get("ID") or name.strip(", "):
            found.append(Person(row, get("ID"), name,
                                tuple(filter(None, map(get, LOGINS)))))
    return found
