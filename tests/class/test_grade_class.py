# SPDX-License-Identifier: MIT
"""make grade-class from end to end, with a grader that only reads a number."""

import csv
import fcntl
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import jobs
import progress
import record
import table
from make_class import tar_gz

KIT = pathlib.Path(__file__).resolve().parents[2]

# sender.c has a word and a number: "points 50" gets 50 points, "exit 70" ends
# with this code, "die 0" kills the worker. Each grading adds a line to a log.
FAKE_GRADER = """#!/bin/sh
[ "$1" = --submission ] && [ "$5" = --report ] || exit 64
read -r word number <"$2/sender.c"
echo "$word $number $SANDBOX $8" >>"$FAKE_LOG"
case $word in
exit) echo "no verdict: $2 is cursed" >&2; exit "$number" ;;
die) kill -9 $PPID; exit 1 ;;
esac
names=$(sed 's/.*/"&"/' "$2/GROUP" 2>/dev/null | paste -sd , -)
cat >"$6" <<END
{"group": [$names], "submission": "$2", "summary": "fine", "grading": "$8",
 "score": $number, "attempt": 100, "checks": $number, "checks_max": 100,
 "notes": ["A note."], "results": [{"id": "M4-01", "title": "asks",
 "state": "$([ "$number" -eq 100 ] && echo pass || echo fail)",
 "points": $number, "max_points": 100}]}
END
[ "$number" -eq 100 ]
"""

# ssh HOST COMMAND: runs COMMAND here, in the home folder of HOST.
FAKE_SSH = """#!/bin/sh
[ "$1" != dead ] || { echo "no route to host" >&2; exit 255; }
[ "$1" != flaky ] || mkdir "$FAKE_HOMES/asked" || exit 255
cd "$FAKE_HOMES/$1" || exit
shift
[ "$1" != -- ] || shift
HOME=$PWD exec sh -c "$*"
"""


def has_parallel():
    try:
        jobs.find_parallel()
    except jobs.Unusable:
        return False
    return True


@unittest.skipUnless(has_parallel(), "GNU parallel is absent")
class Grading(unittest.TestCase):

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="class test ")
        self.addCleanup(temporary.cleanup)
        self.top = pathlib.Path(temporary.name)
        self.kit = self.make_kit("home")
        self.log = self.top / "log"
        self.submissions = self.top / "lab 1"
        self.submissions.mkdir()
        (self.top / "fake-ssh").write_text(FAKE_SSH)
        os.chmod(self.top / "fake-ssh", 0o755)
        self.environment = os.environ | {
            "HOME": str(self.top / "home"), "TMPDIR": str(self.top),
            "FAKE_LOG": str(self.log),
            "FAKE_HOMES": str(self.top), "PARALLEL_SSH": "fake-ssh",
            "PATH": f"{self.top}:{os.environ['PATH']}",
            "SANDBOX": "none", "GRADING": "checks"}

    def make_kit(self, home):
        """A folder that looks like the kit, in the folder HOME."""
        kit = self.top / home / "kit"
        (kit / "build").mkdir(parents=True)
        for name in ("tests", "lib", "backends", "server"):
            os.symlink(KIT / name, kit / name)
        (kit / "Makefile").write_text("grader:\n\t@:\n")
        (kit / "build/grade.sh").write_text(FAKE_GRADER)
        return kit

    def hand_in(self, name, words, group=""):
        (self.submissions / f"{name}.tar.gz").write_bytes(tar_gz({
            "sender.c": f"{words}\n".encode(), "receiver.c": b"",
            "GROUP": group.encode()}))

    def command(self, *options):
        return [sys.executable, "-B", "tests/class/grade_class.py", "--grader",
                "build/grade.sh", "--crypto", "libsodium", *options, "--",
                str(self.submissions)]

    def run_class(self, *options, code=0):
        done = subprocess.run(self.command(*options), cwd=self.kit, text=True,
                              env=self.environment, capture_output=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stderr.count("Traceback"), 0, done.stderr)
        return done.stdout

    def results(self):
        return next((self.kit / "build/class").iterdir())

    def gradebook(self):
        text = (self.results() / "gradebook.csv").read_text("utf-8")
        return list(csv.reader(io.StringIO(text)))[1:]

    def graded(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    def test_results(self):
        self.hand_in("all", "points 100", "jane\n=joe\n")
        self.hand_in("half", "points 50")
        self.hand_in("@none", "points 0", "+1\n")
        (self.submissions / "bad.zip").write_bytes(b"junk")
        (self.submissions / "notes.txt").write_bytes(b"")
        out = self.run_class()
        self.assertEqual(self.gradebook(), [
            ["all", "jane, =joe", "100", "100", "100", "0", ""],
            ["bad", "", "", "", "", "65", "not graded: bad.zip: it is neither "
             "a tar.gz nor a zip archive"],
            ["half", "", "100", "50", "50", "1", ""],
            ["'@none", "'+1", "100", "0", "0", "1", ""]])
        for words in ("4 hand-ins: 3 graded, 1 not", "median 50", "1 have 100",
                      "2 fail M4-01: asks", "ignored: notes.txt"):
            self.assertIn(words, out)
        page = (self.results() / "report.html").read_text("utf-8")
        for words in ("lab 1", "jane; =joe", "asks", "notes.txt"):
            self.assertIn(words, page)
        one = record.read(self.results(), "half")
        self.assertEqual(one["submission"], "half")
        self.assertEqual(one["notes"], ["A note."])
        self.assertIn("points 50 none checks", self.graded())

    def test_the_gradebook_of_the_lms(self):
        export = self.top / "export.csv"
        export.write_text("Student,ID,SIS Login ID,Section,Lab (7),Exam (8)\n"
                          "    Points Possible,,,,10.00,10.00\n"
                          '"Doe, Jane",1,jane,A,,\n"Roe, Joe",2,joe,A,,\n')
        self.hand_in("hand-in-jane-zoe", "points 50", "jane, Jane Doe\nzoe\n")
        fill = ("--gradebook", str(export))
        self.run_class(*fill, code=64)      # which column?
        self.assertEqual(self.graded(), [])
        out = self.run_class(*fill, "--column", "Lab")
        self.assertIn("Grades filled in: 1", out)
        self.assertIn("zoe (in the GROUP of hand-in-jane-zoe): nobody", out)
        self.assertIn("  Roe, Joe (joe)", out)
        filled = (self.results() / "for-canvas.csv").read_text()
        self.assertEqual(filled, export.read_text().replace("A,,", "A,5.00,", 1))

    def test_nothing_is_graded_twice(self):
        for i in range(4):
            self.hand_in(f"g{i}", f"points {i}")
        self.run_class()
        before = self.gradebook()
        self.assertIn("4 hand-ins, 0 to grade", self.run_class())
        self.assertEqual(self.gradebook(), before)
        self.assertEqual(len(self.graded()), 4)
        # But what has changed is.
        self.hand_in("g1", "points 77")
        (self.results() / "records/g2.json").write_text("{")
        self.run_class()
        self.assertEqual(len(self.graded()), 6)
        self.assertEqual(self.gradebook()[1][4], "77")
        self.environment["GRADING"] = "attempt"
        self.run_class()
        self.assertEqual(len(self.graded()), 10)

    def test_no_verdict(self):
        self.hand_in("cursed", "exit 71")
        self.hand_in("deadly", "die 0")
        self.hand_in("good", "points 100")
        out = self.run_class(code=1)
        rows = self.gradebook()
        self.assertEqual(rows[0][5:],
                         ["71", "no verdict: the hand-in is cursed"])
        self.assertEqual(rows[1][5], "69")
        self.assertEqual(rows[2][4], "100")
        self.assertIn("2 could not be graded", out)
        # Twice each, and again with the next command.
        self.assertEqual(len(self.graded()), 5)
        self.run_class(code=1)
        self.assertEqual(len(self.graded()), 7)

    def interrupt(self, signal_number, target):
        """Starts grading, and sends a signal when 3 hand-ins are graded."""
        child = subprocess.Popen(
            self.command("--jobs", "2"), cwd=self.kit, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True)
        with child:
            for _ in range(4):
                child.stdout.readline()
            target(child.pid, signal_number)
        return child.returncode

    def test_resume(self):
        for i in range(6):
            self.hand_in(f"g{i:02}", f"points {i}")
        self.run_class("--jobs", "2")
        whole = (self.results() / "gradebook.csv").read_bytes()
        for kill in ((signal.SIGKILL, os.killpg), (signal.SIGKILL, os.kill),
                     (signal.SIGINT, os.killpg)):
            shutil.rmtree(self.kit / "build/class")
            self.log.unlink()
            self.interrupt(*kill)
            kept = len(list((self.results() / "records").glob("*.json")))
            self.assertGreaterEqual(kept, 3)
            self.assertFalse((self.results() / "gradebook.csv").exists())
            out = self.run_class("--jobs", "2")
            self.assertIn(f"{6 - kept} to grade", out)
            self.assertEqual((self.results() / "gradebook.csv").read_bytes(),
                             whole)

    def test_two_commands_at_a_time(self):
        self.hand_in("g", "points 1")
        self.run_class()
        with open(self.results() / "lock", "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.run_class(code=64)

    def test_hosts(self):
        for name in ("alice", "bob", "flaky"):
            self.make_kit(name)
        self.make_kit("old")
        (self.top / "old/kit/Makefile").write_text("grader:\n\t@: # old\n")
        (self.top / "hosts").write_text(
            "# Some of these work.\nalice\n2/bob\n\ndead\nold\nflaky\n")
        for i in range(12):
            self.hand_in(f"g{i:02}", f"points {i}")
        out = self.run_class("--machines", str(self.top / "hosts"))
        self.assertIn("MACHINES: dead: not used", out)
        self.assertIn("MACHINES: old: not used: its kit differs", out)
        joblog = (self.results() / "joblog").read_text()
        self.assertIn("\talice\t", joblog)
        self.assertIn("\tbob\t", joblog)
        # It answered once, so it was used, and others did its jobs.
        self.assertNotIn("MACHINES: flaky: not used", out)
        self.assertNotIn("\tflaky\t", joblog)
        self.assertEqual([row[4] for row in self.gradebook()],
                         [str(i) for i in range(12)])
        self.assertEqual(len(self.graded()), 12)

    def test_no_host(self):
        self.hand_in("g", "points 1")
        hosts = self.top / "hosts"
        for words in ("", "# none\n", "dead\n"):
            hosts.write_text(words)
            self.run_class("--machines", str(hosts), code=64)
        hosts.unlink()
        self.run_class("--machines", str(hosts), code=64)

    def test_what_is_not_a_class(self):
        self.run_class(code=64)
        self.submissions.rmdir()
        self.run_class(code=64)


class Parts(unittest.TestCase):

    def test_cells(self):
        for words in ("=1", "+1", "-1", "@a", "\t=1", "\r=1"):
            self.assertEqual(table.as_text(words), "'" + words)
        for words in ("a=1", "", "1", "'=1"):
            self.assertEqual(table.as_text(words), words)

    def test_progress(self):
        class Terminal(io.StringIO):
            def isatty(self):
                return True

        out = Terminal()
        shown = progress.Progress(2, out)
        shown.step("evil \033[2J\u202e name")
        shown.step("x" * 500)
        shown.end()
        self.assertNotIn("\033[2J", out.getvalue())
        self.assertNotIn("\u202e", out.getvalue())
        self.assertIn("1 of 2 graded", out.getvalue())
        self.assertEqual(out.getvalue().count("\n"), 1)
        out = io.StringIO()
        shown = progress.Progress(1, out)
        shown.step("one")
        shown.end()
        self.assertEqual(out.getvalue(), "1 of 1  one\n")

    def test_records(self):
        good = {"entry": "g\ud800", "id": "g", "sources": [], "lms": "",
                "name": "", "person": "", "late": False, "exit": 70,
                "message": "", "machine": "", "fingerprint": ""}
        record.validate(good)
        for name in good:
            with self.assertRaises(record.Invalid):
                record.validate({**good, name: None})
        for wrong in ([], {**good, "exit": 0}, {**good, "exit": True}):
            with self.assertRaises(record.Invalid):
                record.validate(wrong)
        with tempfile.TemporaryDirectory() as folder:
            self.assertIsNone(record.read(folder, "g"))
            record.write(folder, good)
            self.assertEqual(record.read(folder, "g")["exit"], 70)
            self.assertEqual(os.listdir(f"{folder}/records"), ["g.json"])
            for junk in ("", "{}", "[" * 100000, "\0", '{"exit": 0}'):
                record.path(folder, "g").write_text(junk)
                self.assertIsNone(record.read(folder, "g"))

    def test_fingerprints(self):
        def sign(files, options=("a", "b"), kit="k"):
            return record.fingerprint(files, dict([options]), kit)

        one = sign({"sender.c": b"1", "GROUP": b"2"})
        self.assertEqual(one, sign({"GROUP": b"2", "sender.c": b"1"}))
        others = {sign({"sender.c": b"1"}), sign({"sender.c": b"12"}),
                  sign({"sender.c": b"", "GROUP": b"12"}),
                  sign({"sender.c": b"1", "GROUP": b"2"}, ("a", "c")),
                  sign({"sender.c": b"1", "GROUP": b"2"}, kit="l")}
        self.assertEqual(len(others | {one}), 6)


if __name__ == "__main__":
    unittest.main()
