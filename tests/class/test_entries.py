# SPDX-License-Identifier: MIT
"""The names in SUBMISSIONS, as Canvas, Moodle and people write them."""

import os
import pathlib
import tempfile
import unittest

import entries
import unpack
from make_class import tar_gz, zipped

GOOD = {"sender.c": b"int s;\n", "receiver.c": b"int r;\n"}


def sender(entry):
    return entry.read().files["sender.c"]


class Finding(unittest.TestCase):

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name, "class")
        self.folder.mkdir()

    def put(self, path, data=b""):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def find(self):
        found, self.ignored = entries.find(str(self.folder))
        return {entry.entry: entry for entry in found}

    def test_plain_names(self):
        self.put("group1/sender.c", b"1")
        self.put("group 2.tar.gz", tar_gz({"sender.c": b"2"}))
        self.put("Gruppe Ä.ZIP", zipped({"sender.c": b"3"}))
        self.put("notes.txt")
        self.put(".DS_Store")
        self.put("__MACOSX/group1/._sender.c")
        found = self.find()
        self.assertEqual({name: sender(entry) for name, entry in found.items()},
                         {"group1": b"1", "group 2": b"2", "Gruppe Ä": b"3"})
        self.assertEqual(self.ignored, ["notes.txt"])

    def test_canvas(self):
        self.put("doejane_123_4567_hand-in.tar.gz", tar_gz(GOOD))
        self.put("doejoe_LATE_124_4568_hand-in-2.tar.gz", tar_gz(GOOD))
        self.put("müllerzoë_125_4569_hand-in (1).zip", zipped(GOOD))
        self.put("anon_Xk3Pq_4570_hand-in.tar.gz", tar_gz(GOOD))
        self.put("LATE_anon_Yk3Pq_4571_hand-in.tar.gz", tar_gz(GOOD))
        found = self.find()
        self.assertEqual(
            {(entry.name, entry.person, entry.late)
             for entry in found.values()},
            {("doejane", "123", False), ("doejoe", "124", True),
             ("müllerzoë", "125", False), ("", "anon_Xk3Pq", False),
             ("", "anon_Yk3Pq", True)})
        for entry in found.values():
            self.assertEqual(entry.lms, "canvas")
            self.assertEqual(entry.read().files, GOOD)

    def test_canvas_with_separate_files(self):
        self.put("doejane_123_4567_sender.c", b"1")
        self.put("doejane_123_4568_receiver-1.c", b"2")
        self.put("doejane_123_4569_GROUP", b"doe")
        self.put("doejoe_124_4570_essay.pdf")
        found = self.find()
        self.assertEqual(sorted(found), ["doejane_123", "doejoe_124"])
        self.assertEqual(found["doejane_123"].read().files, {
            "sender.c": b"1", "receiver.c": b"2", "GROUP": b"doe"})
        with self.assertRaises(unpack.Unreadable):
            found["doejoe_124"].read()

    def test_canvas_with_two_archives(self):
        self.put("doejane_123_4567_b.tar.gz", tar_gz({"sender.c": b"old"}))
        self.put("doejane_123_4568_a.tar.gz", tar_gz({"sender.c": b"new"}))
        found = self.find()
        self.assertEqual(sender(found["doejane_123"]), b"new")

    def test_canvas_with_the_same_file_twice(self):
        self.put("doejane_123_9999_sender.c", b"old")
        self.put("doejane_123_10000_sender.c", b"new")
        self.assertEqual(sender(self.find()["doejane_123"]), b"new")

    def test_moodle(self):
        self.put("Jane Doe_123_assignsubmission_file_/hand-in.tar.gz",
                 tar_gz(GOOD))
        self.put("Zoë O'Neil_124_assignsubmission_file/sender.c", b"1")
        self.put("Zoë O'Neil_124_assignsubmission_onlinetext/onlinetext.html")
        self.put("Joe Doe_125_assignsubmission_file_hand-in.zip", zipped(GOOD))
        self.put("Group 7_55_assignsubmission_file_/x/sender.c", b"2")
        self.put("Default group_assignsubmission_file_/sender.c", b"3")
        found = self.find()
        self.assertEqual(
            {(entry.name, entry.person) for entry in found.values()},
            {("Jane Doe", "123"), ("Zoë O'Neil", "124"), ("Joe Doe", "125"),
             ("Group 7", "55"), ("Default group", "")})
        self.assertEqual(sender(found["Zoë O'Neil_124"]), b"1")
        self.assertEqual(found["Joe Doe_125"].read().files, GOOD)

    def test_one_name_like_canvas_is_not_canvas(self):
        self.put("team_1_2_final.tar.gz", tar_gz({"sender.c": b"2"}))
        self.put("team_1_3_final.tar.gz", tar_gz({"sender.c": b"3"}))
        for i in range(4):
            self.put(f"team{i}.tar.gz", tar_gz(GOOD))
        found = self.find()
        self.assertEqual(sender(found["team_1_2_final"]), b"2")
        self.assertEqual(sender(found["team_1_3_final"]), b"3")

    def bulk(self):
        return {f"doe{i}_{i}_{100 + i}_hand-in.tar.gz":
                tar_gz({"sender.c": b"%d" % i}) for i in range(9)}

    def test_the_zip_of_canvas(self):
        self.put("submissions.zip", zipped(self.bulk()))
        for path in (self.folder, self.folder / "submissions.zip"):
            found, _ = entries.find(str(path))
            self.assertEqual([sender(entry) for entry in found],
                             [b"%d" % i for i in range(9)])

    def test_the_zip_of_moodle(self):
        self.put("CS101-Lab-77.zip", zipped({
            f"Jane Doe {i}_{i}_assignsubmission_file_/hand-in.zip":
            zipped({"lab/sender.c": b"%d" % i}) for i in range(9)}))
        self.put("old/sender.c", b"old")
        self.assertEqual(len(self.find()), 10)

    def test_one_folder_too_many(self):
        for name, data in self.bulk().items():
            self.put(f"submissions/{name}", data)
        self.put("__MACOSX/submissions/x")
        self.assertEqual(len(self.find()), 9)

    def test_one_hand_in_is_not_a_class(self):
        self.put("only/hand-in.tar.gz", tar_gz(GOOD))
        self.assertEqual(self.find()["only"].read().files, GOOD)

    def test_two_archives_of_one_person(self):
        self.put("a.zip", zipped({"b.tar.gz": tar_gz(GOOD),
                                  "c.tar.gz": tar_gz(GOOD)}))
        self.put("d.zip", zipped(GOOD))
        self.assertEqual(sorted(self.find()), ["a", "d"])

    def test_a_folder_and_an_archive_of_one_name(self):
        self.put("g1/sender.c", b"1")
        self.put("g1.zip", zipped({"sender.c": b"2"}))
        self.put("g1.tar.gz", tar_gz({"sender.c": b"3"}))
        found, _ = entries.find(str(self.folder))
        self.assertEqual(sorted(map(sender, found)), [b"1", b"2", b"3"])
        self.assertEqual(len({entry.id for entry in found}), 3)

    def test_hostile_names(self):
        names = ['"', "'; reboot;'", "$(reboot)", "`reboot`", "a\nb", "\033[2J",
                 "-rf", "=1+1", "\u202egpj", "a" * 200, "ä", "A", "a", "{}"]
        for name in names:
            self.put(f"{name}/sender.c", name.encode())
        os.mkdir(os.fsencode(self.folder) + b"/\xff")
        found, _ = entries.find(str(self.folder))
        self.assertEqual(len(found), len(names) + 1)
        for entry in found:
            self.assertRegex(entry.id, r"\A[a-z0-9][a-z0-9._-]{0,89}\Z")
            entries.text(entry.entry).encode()
        self.assertEqual(len({entry.id for entry in found}), len(names) + 1)

    def refused(self, words):
        with self.assertRaises(unpack.Unreadable) as caught:
            self.find()
        self.assertIn(words, str(caught.exception))

    def test_what_is_not_a_class(self):
        self.refused("no hand-in")
        self.put("notes.txt")
        self.refused("no hand-in")
        self.put("sender.c")
        self.refused("one hand-in")

    def test_links(self):
        self.put("g1/sender.c", b"1")
        os.symlink("/etc", self.folder / "g2")
        os.symlink("/etc/passwd", self.folder / "g3.tar.gz")
        found = self.find()
        self.assertEqual(sorted(found), ["g1", "g3"])
        with self.assertRaises(unpack.Unreadable):
            found["g3"].read()
        self.assertEqual(self.ignored, ["g2"])


if __name__ == "__main__":
    unittest.main()
