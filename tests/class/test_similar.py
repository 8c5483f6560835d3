# SPDX-License-Identifier: MIT
"""Which hand-ins count as the same, and as nearly the same."""

import pathlib
import re
import unittest

import similar

KIT = pathlib.Path(__file__).resolve().parents[2]


class Similar(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.given = similar.read_folder(KIT / "starter")
        cls.solved = similar.read_folder(KIT / "solution")
        cls.starter = similar.Starter(cls.given)

    def compare(self, **hand_ins):
        return similar.Comparison({name: similar.read(files, self.starter)
                                   for name, files in hand_ins.items()})

    def changed(self, *changes):
        """The solution after CHANGES: (pattern, text)."""
        files = dict(self.solved)
        for pattern, text in changes:
            for name in files:
                files[name] = re.sub(pattern, text, files[name], flags=re.M)
        return files

    def test_the_starter_is_like_nobody(self):
        indented = {name: b"/* us */\n" + data.replace(b"    ", b"\t")
                    for name, data in self.given.items()}
        found = self.compare(a=self.given, b=self.given, c=indented, d={},
                             e={"sender.c": b"", "receiver.c": b"int x;"})
        self.assertEqual((found.same, found.near), ([], []))

    def test_same(self):
        other = self.changed((rb"^    ", b"\t"), (rb"$", b" // by us"))
        found = self.compare(a=self.solved, b=self.given, c=other)
        self.assertEqual(found.same, [["a", "c"]])
        self.assertEqual(found.near, [])

    def test_near(self):
        other = self.changed((rb"\bad\b", b"mine"), (rb"\bm5\b", b"line"),
                             (rb"kit_random\(", b"puts(x), kit_random("))
        found = self.compare(a=self.solved, b=other)
        self.assertEqual(found.same, [])
        [(share, *names)] = found.near
        self.assertEqual(sorted(names), ["a", "b"])
        self.assertGreater(share, similar.LIMIT)
        rows = list(found.side_by_side("a", "b"))
        self.assertTrue(any(equal for _, _, equal in rows))
        self.assertTrue(any(not equal for _, _, equal in rows))
        # Nothing that was given is shown.
        self.assertFalse({left for left, _, _ in rows} &
                         {line.decode() for line in
                          self.starter.lines["sender.c"]} - {""})

    def test_different(self):
        half = dict(self.given, **{"sender.c": self.solved["sender.c"]})
        other = dict(self.given, **{"receiver.c": self.solved["receiver.c"]})
        found = self.compare(a=half, b=other, c=self.solved)
        self.assertEqual((found.same, found.near), ([], []))

    def test_hostile_code(self):
        for junk in (b'"' * 100000, b"/*" * 100000, b"\\\n" * 100000, b"\0\xff",
                     b"a " * 1000000, b"'\\" * 100000):
            found = self.compare(a={"sender.c": junk}, b={"sender.c": junk})
            for names in found.same:
                list(found.side_by_side(*names))


if __name__ == "__main__":
    unittest.main()
