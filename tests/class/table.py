# SPDX-License-Identifier: MIT
"""A CSV file that keeps every byte, except in the cells that are set.

An LMS imports its own export, which has more in it than we know. So everything
else stays the same: the encoding, the delimiter, the quotes, the line endings.
"""

import codecs
import re

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le",
        codecs.BOM_UTF16_BE: "utf-16-be"}


class Malformed(Exception):
    """The line in which the file is not CSV, and what to do."""


def as_text(value):
    """VALUE as a cell that a spreadsheet shows and does not compute.

    Excel and LibreOffice compute what begins with one of FORMULA. With an
    apostrophe before it, it is text.
    """
    words = str(value)
    return "'" + words if words.startswith(FORMULA) else words


def decode(data):
    """(BOM, encoding, text) of DATA. Excel also writes UTF-16 and cp1252."""
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            try:
                return bom, encoding, data[len(bom):].decode(encoding)
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "cp1252"):
        try:
            return b"", encoding, data.decode(encoding)
        except UnicodeDecodeError:
            pass
    return b"", "latin-1", data.decode("latin-1")


def split(text, delimiter, limit=None):
    """TEXT as rows, each a list of [cell with its quotes, what is after it]."""
    d = re.escape(delimiter)
    cell = re.compile(rf'("[^"]*(?:""[^"]*)*"[^{d}\r\n]*|[^{d}"\r\n][^{d}\r\n]*|)'
                      rf"({d}|\r\n|\n|\r|\Z)")
    rows, row, at = [], [], 0
    while at < len(text) or row:
        match = cell.match(text, at)
        if not match:
            line = text.count("\n", 0, at) + 1
            raise Malformed(f"line {line}: a quoted cell does not end: export "
                            "the file again from the LMS")
        row.append([match[1], match[2]])
        at = match.end()
        if match[2] != delimiter:
            rows.append(row)
            row = []
            if len(rows) == limit:
                break
    return rows


def guess_delimiter(text):
    """The one that splits the first row into the most cells."""
    def count(delimiter):
        try:
            return max(map(len, split(text, delimiter, limit=1)), default=0)
        except Malformed:
            return 0
    return max(",;\t", key=count)


class Table:
    """The CSV file DATA; `rows` has the text of its cells."""

    def __init__(self, data):
        self.bom, self.encoding, text = decode(data)
        self.delimiter = guess_delimiter(text)
        self.raw = split(text, self.delimiter)
        self.rows = [[self.unquote(cell) for cell, _ in row] for row in self.raw]

    @staticmethod
    def unquote(cell):
        if not cell.startswith('"'):
            return cell
        end = cell.rindex('"')
        return cell[1:end].replace('""', '"') + cell[end + 1:]

    def get(self, row, column):
        """The text of a cell. A short row has empty cells at its end."""
        cells = self.rows[row]
        return cells[column] if 0 <= column < len(cells) else ""

    def set(self, row, column, value):
        if self.get(row, column) == value:
            return
        cells, raw = self.rows[row], self.raw[row]
        while len(cells) <= column:
            cells.append("")
            raw.append(["", raw[-1][1]])
            raw[-2][1] = self.delimiter
        cells[column] = value
        if re.search(rf'[\r\n"{re.escape(self.delimiter)}]', value):
            value = '"' + value.replace('"', '""') + '"'
        raw[column][0] = value

    def disarm(self, row, column):
        """Turns a cell that a spreadsheet would compute into text."""
        value = self.get(row, column)
        # A - alone and numbers are harmless. So is ="=1+1": Canvas writes this
        # for the name =1+1.
        if not re.fullmatch(r'-|[-+]?\d+(?:[.,]\d+)?|="[^"]*"', value):
            self.set(row, column, as_text(value))

    def data(self):
        text = "".join(cell + after for row in self.raw for cell, after in row)
        return self.bom + text.encode(self.encoding, "replace")
