# SPDX-License-Identifier: MIT
"""gradebook.csv: one line for each hand-in."""

import csv
import io

import record
from table import as_text

HEADER = ("entry", "names", "attempt", "checks", "points", "exit", "message")


def row(one):
    """The line of the record ONE. Points are those that count: see GRADING.
    """
    if record.has_verdict(one):
        grades = (one["attempt"], one["checks"], one["score"])
        names = ", ".join(one["group"])
    else:
        grades, names = ("", "", ""), ""
    return (one["entry"], names, *grades, one["exit"], one["message"])


def write(path, records):
    """Writes the RECORDS to the CSV file PATH."""
    words = io.StringIO()
    writer = csv.writer(words, lineterminator="\n")
    writer.writerow(HEADER)
    for one in records:
        writer.writerow([as_text(value) for value in row(one)])
    record.write_file(path, words.getvalue())
