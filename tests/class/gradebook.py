# SPDX-License-Identifier: MIT
"""gradebook.csv: one line for each hand-in."""

import csv
import io

import record
from table import as_text

HEADER = ("entry", "names", "attempt", "checks", "points", "exit", "message")


def row(entry):
    """The line of the record ENTRY. Points are those that count: see GRADING.
    """
    if record.has_verdict(entry):
        grades = (entry["attempt"], entry["checks"], entry["score"])
        names = ", ".join(entry["group"])
    else:
        grades, names = ("", "", ""), ""
    return (entry["entry"], names, *grades, entry["exit"], entry["message"])


def write(path, records):
    """Writes the RECORDS to the CSV file PATH."""
    words = io.StringIO()
    writer = csv.writer(words, lineterminator="\n")
    writer.writerow(HEADER)
    for entry in records:
        writer.writerow([as_text(value) for value in row(entry)])
    record.write_file(path, words.getvalue())
