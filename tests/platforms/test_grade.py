# SPDX-License-Identifier: MIT
"""Tests of grade.py with a grader that ends in every way it can."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from unittest import mock

import grade
import test_writers

GRADER = """
while [ $# -gt 0 ]; do
    case $1 in --report) report=$2 ;; esac
    shift
done
echo "grade: why" >&2
"""
PUBLISH = "cp '%s' \"$report\"\n"


class Grade(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kit = folder.name
        os.makedirs(self.path("build/libsodium"))
        os.mkdir(self.path("hand-in"))
        self.write("hand-in/sender.c", "int main(void) { return 0; }\n")
        self.write("platform.json", json.dumps(
            {"grading": "checks", "hidden": [], "crypto": "libsodium"}))
        self.write("record.json", json.dumps(test_writers.record(
            test_writers.check("A-01"), unfinished=1)))
        patched = mock.patch.object(grade, "KIT", self.kit)
        patched.start()
        self.addCleanup(patched.stop)
        patched = mock.patch.object(grade, "as_root", list)
        patched.start()
        self.addCleanup(patched.stop)

    def path(self, name):
        return os.path.join(self.kit, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def grade(self, end, publish=True, platform="gradescope"):
        """The exit code and the result if the grader ends with END."""
        more = PUBLISH % self.path("record.json") if publish else ""
        self.write("build/libsodium/grade.sh", GRADER + more + end)
        result = self.path("results/results.json")
        argv = ["grade.py", platform, self.path("hand-in"), result]
        with mock.patch("sys.argv", argv), contextlib.redirect_stderr(
                io.StringIO()):
            code = grade.main()
        if not os.path.exists(result):
            return code, None
        with open(result, encoding="utf-8") as file:
            text = file.read()
        return code, text if platform == "ci" else json.loads(text)

    def test_verdict(self):
        for end in ("exit 0", "exit 1"):
            code, result = self.grade(end)
            self.assertEqual((code, result["score"]), (0, 50))

    def test_killed(self):
        for end in ("kill -KILL $$", "exit 75"):
            code, result = self.grade(end)
            self.assertEqual((code, result["score"]), (0, 50))

    def test_killed_before_the_first_check(self):
        code, result = self.grade("kill -KILL $$", publish=False)
        self.assertEqual((code, result), (70, None))

    def test_machine_failed(self):
        code, result = self.grade("exit 71")
        self.assertEqual((code, result), (71, None))

    def test_no_hand_in(self):
        code, result = self.grade("exit 66", publish=False)
        self.assertEqual((code, result["score"]), (0, 0))
        self.assertIn("grade: why", result["output"])

    def test_old_result(self):
        self.grade("exit 0")
        code, result = self.grade("exit 71", publish=False)
        self.assertEqual((code, result), (71, None))

    def test_bad_archive(self):
        os.unlink(self.path("hand-in/sender.c"))
        self.write("hand-in/hand-in.tar.gz", "not an archive")
        code, result = self.grade("exit 71")
        self.assertEqual((code, result["score"]), (0, 0))
        self.assertIn("archive", result["output"])

    def test_ci_fails_unless_all_pass(self):
        for end, code in (("exit 0", 0), ("exit 1", 1), ("exit 66", 1),
                          ("exit 75", 1), ("kill -KILL $$", 1)):
            self.assertEqual(self.grade(end, platform="ci")[0], code, end)
        os.unlink(self.path("hand-in/sender.c"))
        self.write("hand-in/hand-in.tar.gz", "not an archive")
        code, text = self.grade("exit 0", platform="ci")
        self.assertEqual(code, 1)
        self.assertIn("archive", text)


if __name__ == "__main__":
    unittest.main()
