# SPDX-License-Identifier: MIT
"""Gradebooks of Canvas and Moodle: who is matched, and what is written."""

import pathlib
import tempfile
import unittest

import matching
import sheet
import table
import upload
from jobs import Unusable

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Notes,Lab 1 (501),"
    "Exam (502),Labs Current Score,Final Grade\r\n"
    ",,,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,,10.00,100.00,(read only),(read only)\r\n"
    '"Doe, Jane",11,S1,jdoe42,"A, ""1""",- ill,,55.00,,\r\n'
    '"Müller, Jörg",12,S2,joerg@x.example,A,,3.00,,,B\r\n'
    '"Smith, Ann",13,,asmith7,A,,EX,,,\r\n'
    '"Smith, Ann",14,,ann2,A,,,,,\r\n'
    '"=2+3, Eve",15,,eve,A,=note,N/A,,,\r\n'
    '"=""=1+1""",16,,Ødegård,A,,,,,\r\n')

MOODLE = (
    '\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,'
    '"Maximum Grade","Grade can be changed","Last modified (submission)",'
    '"Online text","Last modified (grade)","Feedback comments"\n'
    '"Participant 101","Jane Doe",S1,jane@x.example,"Submitted",,50.00,Yes,-,'
    '=HYPERLINK("http://x.example"),-,"- a\nb"\n'
    '"Participant 102","Łukasz Ødegård",S2,lo@x.example,"Submitted",7.00,50.00,'
    "Yes,-,-2,-,=1\n")

MOODLE_DE = (
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,'
    '"Bewertung kann geändert werden","Zuletzt geändert (Bewertung)"\r\n'
    'Teilnehmer/in101,"Jörg Müller",jm@x.example,"Zur Bewertung abgegeben",,'
    '"24,00",Ja,-\r\n')


def hand_in(entry, score=100, group=(), lms="", person="", name="", code=0):
    return {"entry": entry, "id": entry, "score": score, "group": list(group),
            "lms": lms, "person": person, "name": name, "exit": code,
            "message": "broken"}


def read(text, column="", encoding="utf-8"):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "export.csv")
        path.write_bytes(text.encode(encoding))
        return sheet.read(str(path), column)


class Tables(unittest.TestCase):

    def test_nothing_changes(self):
        for text in (CANVAS, MOODLE, MOODLE_DE, "", "\n", "a", "a;b\r\n\r\n;c",
                     '"a""b",c\n"x"y,\n', "a,b\rc,d\r", "a\tb\n1\t2"):
            for encoding in ("utf-8", "utf-16-le"):
                if encoding != "utf-8" and not text.startswith("\ufeff"):
                    continue
                data = text.encode(encoding)
                self.assertEqual(table.Table(data).data(), data)
        data = "Jörg,1\n".encode("cp1252")
        self.assertEqual(table.Table(data).rows, [["Jörg", "1"]])
        self.assertEqual(table.Table(data).data(), data)

    def test_cells(self):
        rows = table.Table(b'a;"b;""c"\r\nd\r\n')
        self.assertEqual(rows.rows, [["a", 'b;"c'], ["d"]])
        rows.set(1, 2, 'e"')
        rows.set(0, 0, "f;")
        self.assertEqual(rows.data(), b'"f;";"b;""c"\r\nd;;"e"""\r\n')
        with self.assertRaises(table.Malformed):
            table.Table(b'a,b\n"c,d\n')

    def test_formulas(self):
        for words in ("=1", "+1+1", "-1+1", "@a", "\t=1", "\r=1",
                      '="1"&"2"'):
            rows = table.Table(('"' + words.replace('"', '""') + '"\n').encode())
            rows.disarm(0, 0)
            self.assertEqual(rows.rows, [["'" + words]])
        for words in ("-", "-1.5", "+3", '="=1+1"', "a=1", ""):
            rows = table.Table(b"x\n")
            rows.set(0, 0, words)
            rows.disarm(0, 0)
            self.assertEqual(rows.rows, [[words]])


class Canvas(unittest.TestCase):

    def fill(self, *records):
        filled = read(CANVAS, "Lab 1")
        outcome = upload.fill(filled, records)
        return outcome, filled.data().decode().split("\r\n")

    def test_only_the_column_changes(self):
        outcome, lines = self.fill(
            hand_in("doejane_11", 95, lms="canvas", person="11", name="doejane"))
        self.assertEqual(outcome.filled, 1)
        expected = CANVAS.replace("- ill,,55.00", "- ill,9.50,55.00").replace(
            '"=2+3, Eve"', '"\'=2+3, Eve"').split("\r\n")
        self.assertEqual(lines, expected)

    def test_login_ids(self):
        outcome, lines = self.fill(
            hand_in("g1", 100, ["JDoe42, Jane Doe", "joerg, Jörg Müller"]),
            hand_in("g2", 50, ["asmith7", "eve, Eve"]),
            hand_in("g3", 10, ["ødegård"]))
        self.assertIn(",- ill,10.00,55.00,", lines[3])
        self.assertIn(",A,,10.00,,,B", lines[4])
        self.assertIn(",A,,EX,", lines[5])
        self.assertIn(",=note,N/A,", lines[7])
        self.assertIn(",A,,1.00,", lines[8])
        self.assertEqual([cell for _, cell in outcome.kept], ["EX", "N/A"])
        self.assertEqual([who.number for who in outcome.absent], ["14"])
        self.assertEqual(outcome.unmatched, [])

    def test_names(self):
        for line, number in (
                ("Jane Doe", "11"), ("Doe, Jane", "11"), ("DOE JANE", "11"),
                ("jorg muller", "12"), ("x (joerg@X.example)", "12"),
                ("x, Jörg Müller", "12"), ("s1", "11"), ("Ann Smith", None),
                ("Nobody", None), ("jdoe42, Jörg Müller", None), ("", None)):
            found = matching.find_member(
                matching.People(read(CANVAS, "501").layout.people), line)
            self.assertEqual(found.person and found.person.number, number, line)
            self.assertEqual(bool(found.why), not number)

    def test_nobody_is_dropped(self):
        outcome, _ = self.fill(
            hand_in("g1", 100, ["ann smith", "jdoe42"]),
            hand_in("g2", 100, ["zoe"]), hand_in("bad", code=65),
            hand_in("smithann_99", lms="canvas", person="99", name="smithann"),
            hand_in("doejane_11", lms="moodle", person="11", name="x"))
        self.assertEqual([words for _, words, _ in outcome.unmatched],
                         ["ann smith", "g2", "zoe", "bad", "smithann_99",
                          "doejane_11"])
        self.assertEqual([who.number for who in outcome.absent],
                         ["12", "14", "16"])
        listed = "\n".join(line for _, lines in outcome.lists()
                           for line in lines)
        self.assertIn("ann smith (in the GROUP of g1): 2 people", listed)
        self.assertIn("Müller, Jörg (joerg@x.example)", listed)

    def test_several_hand_ins(self):
        own = hand_in("doejane_11", 60, lms="canvas", person="11")
        other = hand_in("mallory", 10, ["jdoe42", "joerg@x.example"])
        third = hand_in("third", 20, ["joerg@x.example"])
        broken = hand_in("x_11", lms="canvas", person="11", code=65)
        outcome, lines = self.fill(own, other, third)
        self.assertIn(",- ill,6.00,", lines[3])
        self.assertIn(",A,,3.00,", lines[4])        # they do not agree: unchanged
        self.assertEqual(len(outcome.remarks), 2)
        outcome, lines = self.fill(broken, other)
        self.assertIn(",- ill,1.00,", lines[3])
        outcome, lines = self.fill(broken)
        self.assertIn(",- ill,,", lines[3])
        self.assertIn("not graded: x_11", outcome.remarks[0][1])

    def test_columns(self):
        for wanted in ("Lab 1", "Lab 1 (501)", "501", "lab"):
            self.assertEqual(read(CANVAS, wanted).title, "Lab 1 (501)")
        for wanted in ("", "zzz", "Notes", "Labs Current Score", "(50"):
            with self.assertRaisesRegex(Unusable, 'COLUMN.*"Lab 1 \\(501\\)", "Ex'):
                read(CANVAS, wanted)
        alone = CANVAS.replace("Exam (502)", "Exam")
        self.assertEqual(read(alone).title, "Lab 1 (501)")

    def test_variants(self):
        text = ("LastName;FirstName;ID;SIS Login ID;Section;Lab (7)\n"
                "    Points Possible;;;;;10,00\nDoe;Jane;11;jdoe;A;\n")
        filled = read(text)
        upload.fill(filled, [hand_in("doejane", 95)])
        self.assertTrue(filled.data().endswith(b"Doe;Jane;11;jdoe;A;9,50\n"))
        for bad in ("Student,ID,Section,Lab (7)\nDoe,1,A,\n", "", "a,b\n1,2\n",
                    'Student,"ID'):
            with self.assertRaises(Unusable):
                read(bad)
        with self.assertRaises(Unusable):
            sheet.read("/nonexistent.csv", "")


class Moodle(unittest.TestCase):

    def test_worksheet(self):
        filled = read(MOODLE)
        outcome = upload.fill(filled, [
            hand_in("Jane Doe_101", 50, lms="moodle", person="101",
                    group=["lukasz odegard"])])
        self.assertEqual(outcome.filled, 2)
        expected = MOODLE.replace(',"Submitted",,50', ',"Submitted",25.00,50')\
            .replace('7.00', '25.00').replace(
                '=HYPERLINK("http://x.example")',
                '"\'=HYPERLINK(""http://x.example"")"')
        self.assertEqual(filled.data().decode(), expected)

    def test_other_languages(self):
        filled = read(MOODLE_DE)
        upload.fill(filled, [hand_in("g", 50, ["JM, Jorg Muller"])])
        self.assertEqual(filled.data().decode(), MOODLE_DE.replace(
            'abgegeben",,', 'abgegeben","12,00",'))
        polish = MOODLE_DE.replace("Bewertung,", "Ocena,")
        with self.assertRaisesRegex(Unusable, "COLUMN"):
            read(polish)
        self.assertEqual(read(polish, "Ocena").title, "Ocena")

    def test_what_cannot_be_filled(self):
        with self.assertRaisesRegex(Unusable, "scale"):
            read(MOODLE.replace("50.00", "good bad"))
        anonymous = read("Identifier,Status,Grade,Maximum Grade\n"
                         "Participant 5,Submitted,,100.00\n")
        upload.fill(anonymous, [hand_in("Participant_5", 7, lms="moodle",
                                        person="5", name="Participant")])
        self.assertTrue(anonymous.data().endswith(b"Submitted,7.00,100.00\n"))


if __name__ == "__main__":
    unittest.main()
