# SPDX-License-Identifier: MIT
"""A gradebook that an LMS has exported, with the column to fill.

canvas.py and moodle.py know where everything is in theirs. The rest is here.
"""

import dataclasses
import pathlib

import canvas
import moodle
import table
from jobs import Unusable

LAYOUTS = (canvas, moodle)


@dataclasses.dataclass
class Sheet:
    """The `table` of the LMS `lms`; `layout` has its columns and people."""

    lms: str
    table: table.Table
    layout: object

    def points(self, score):
        """SCORE, of 100, as the LMS writes it: in its own maximum and number
        format."""
        words = f"{score / 100 * (self.layout.possible or 100):.2f}"
        return words.replace(".", ",") if self.layout.comma else words

    def current(self, person):
        return self.table.get(person.row, self.layout.column).strip()

    def is_kept(self, person):
        """Whether the LMS or the instructor has decided: EX is excused."""
        return self.current(person).upper() in ("EX", "N/A")

    def fill(self, person, score):
        self.table.set(person.row, self.layout.column, self.points(score))

    @property
    def title(self):
        return self.table.get(0, self.layout.column)

    def data(self):
        """The file for the LMS.

        Students choose what is in some columns, which the LMS does not read
        again. There, a cell that a spreadsheet would compute becomes text.
        """
        for person in self.layout.people:
            for column in self.layout.untrusted:
                self.table.disarm(person.row, column)
        return self.table.data()


def read(path, wanted):
    """The Sheet in the file PATH. WANTED names the column to fill, or is ""."""
    try:
        rows = table.Table(pathlib.Path(path).read_bytes())
    except OSError as error:
        raise Unusable(f"GRADEBOOK={path}: {error.strerror}") from error
    except table.Malformed as error:
        raise Unusable(f"GRADEBOOK={path}: {error}") from error
    for module in LAYOUTS:
        if module.is_mine(rows):
            try:
                return Sheet(module.__name__, rows, module.read(rows, wanted))
            except Unusable as error:
                raise Unusable(f"GRADEBOOK={path}: {error}") from error
    raise Unusable(
        f"GRADEBOOK={path}: neither an export of Canvas's gradebook (Gradebook > "
        "Export) nor a grading worksheet of Moodle (Grading action > Download "
        "grading worksheet)")
