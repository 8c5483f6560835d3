# SPDX-License-Identifier: MIT
"""Tests of writers.py, with records that no run of check.py has."""

import json
import os
import unittest
from unittest import mock

import fields
import writers

IDENTITY = {"CLASSROOM": "crypto", "ASSIGNMENT": "chat-lab",
            "USERNAME": "alice", "SUBMISSION_TAG": "submit/1"}
HOSTILE = "|`<script>\n\x1b[31m```\n``````````\ud800</td>"


def check(identity, state="pass", points=50, **more):
    return dict({"id": identity, "group": "Group " + identity[0],
                 "title": "the title", "state": state, "max_points": points,
                 "points": points if state == "pass" else 0}, **more)


def record(*checks, **more):
    return dict({"score": sum(c["points"] for c in checks), "attempt": 100,
                 "attempt_why": "sender.c was changed", "grading": "checks",
                 "checks": sum(c["points"] for c in checks), "notes": [],
                 "summary": "The summary.", "sandbox": "setpriv",
                 "unfinished": 0, "results": list(checks)}, **more)


def results(one, hidden=()):
    """The result of each platform: (its name, its text)."""
    settings = {"hidden": list(hidden), "grading": "checks"}
    with mock.patch.dict(os.environ, IDENTITY):
        return [(name, writers.result_of(name, one, settings, "/tmp/x"))
                for name in writers.WRITERS]


class Writers(unittest.TestCase):
    def valid(self, one, hidden=()):
        """{platform: (score, checks)}, after a look at the fields."""
        read = {}
        for name, text in results(one, hidden):
            faults, score, passed = fields.READERS[name](text)
            self.assertEqual(faults, [], name)
            read[name] = score, passed
        return read

    def test_every_state(self):
        one = record(check("A-01"), check("B-03", "fail", 30, cause="why"),
                     check("C-01", "skip", 20, fix_first="B-03"))
        for name, (score, passed) in self.valid(one).items():
            self.assertEqual(score, 50, name)
            self.assertEqual(passed, {"A-01": True, "B-03": False,
                                      "C-01": False}, name)

    def test_unfinished(self):
        for name, (score, _) in self.valid(
                record(check("A-01"), unfinished=3)).items():
            self.assertEqual(score, 50, name)

    def test_no_hand_in(self):
        for name, (score, _) in self.valid(
                writers.failed_record("there is " + HOSTILE)).items():
            self.assertEqual(score, 0, name)

    def test_attempt(self):
        one = record(check("A-01"), check("B-03", "fail"), grading="attempt",
                     score=100)
        read = self.valid(one)
        del read["ci"]  # its table has the points of the checks
        for name, (score, _) in read.items():
            self.assertEqual(score, 100, name)

    def test_hidden_checks(self):
        one = record(check("A-01"), check("B-03", "fail", cause="secret"),
                     next="B-03")
        for name, text in results(one, ["B"]):
            if name == "gradescope":
                tests = json.loads(text)["tests"]
                self.assertEqual([test["visibility"] for test in tests],
                                 ["visible", "hidden"])
                self.assertNotIn("B-03", json.loads(text)["output"])
            else:
                self.assertNotIn("B-03", text, name)
                self.assertNotIn("secret", text, name)
                self.assertIn(writers.HIDDEN_TITLE, text, name)
        self.valid(one, ["B"])

    def test_hidden_names_whole_ids(self):
        settings = {"hidden": ["A", "M4-01"]}
        self.assertTrue(writers.is_hidden(check("A-01"), settings))
        self.assertTrue(writers.is_hidden(check("M4-01"), settings))
        self.assertFalse(writers.is_hidden(check("M4-011"), settings))
        self.assertFalse(writers.is_hidden(check("AB-01"), settings))

    def test_hostile_text(self):
        self.valid(record(check("A-01", "fail", cause=HOSTILE,
                                transcript=HOSTILE * 9, title="t" + HOSTILE,
                                max_points=100, expected=HOSTILE),
                          summary=HOSTILE, notes=[HOSTILE]))

    def test_long_transcripts(self):
        checks = [check("A-%d" % n, "fail", 1, cause="\xe9" * 1000,
                        transcript="\xe9" * 32768) for n in range(100)]
        for name, text in results(record(*checks)):
            self.assertLess(len(text.encode("utf-8")),
                            1 << 20, name)

    def test_does_not_compile(self):
        text = dict(results(record(check("B-01", "fail", 0, cause="line 1"),
                                   check("A-01"))))["prairielearn"]
        self.assertFalse(json.loads(text)["gradable"])
        self.assertIn("line 1", json.loads(text)["format_errors"][0])


if __name__ == "__main__":
    unittest.main()
