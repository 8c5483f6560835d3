# SPDX-License-Identifier: MIT
"""Hand-ins as people, browsers and attackers pack them."""

import bz2
import gzip
import io
import lzma
import os
import pathlib
import tarfile
import tempfile
import unittest
import zipfile

import make_class
import unpack
from make_class import tar_gz, zipped

FILES = {"sender.c": b"int s;\n", "receiver.c": b"int r;\n",
         "GROUP": b"doe\n"}


def in_archive(data, name="hand-in.tar.gz"):
    """The HandIn in an archive with the bytes DATA."""
    return unpack.read([[unpack.Item((name,), lambda most: data[:most])]])


def in_folder(files):
    """The HandIn in a folder with FILES {path: bytes}."""
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return unpack.read([unpack.Folder(folder)])


def below(folder, files=None):
    return {f"{folder}/{name}": data
            for name, data in (files or FILES).items()}


class Unpacking(unittest.TestCase):

    def refused(self, data, words, name="hand-in.tar.gz", code=65):
        with self.assertRaises(unpack.Unreadable) as caught:
            in_archive(data, name)
        self.assertIn(words, str(caught.exception))
        self.assertEqual(caught.exception.code, code)

    def test_every_kind_of_archive(self):
        tar = gzip.decompress(tar_gz(FILES))
        for data in (tar, gzip.compress(tar), bz2.compress(tar),
                     lzma.compress(tar), zipped(FILES)):
            # Browsers unpack one layer and keep the name.
            for name in ("a.tar.gz", "a.zip", "a.TGZ"):
                hand_in = in_archive(data, name)
                self.assertEqual(hand_in.files, FILES)
                self.assertEqual(hand_in.notes, [])

    def test_folders_around_the_files(self):
        for folder in ("x", "my hand-in", "chat-lab/starter", "a/b/c/d"):
            for read in (in_folder, lambda files: in_archive(zipped(files))):
                hand_in = read(below(folder))
                self.assertEqual(hand_in.files, FILES)
                self.assertIn(folder, hand_in.notes[0])

    def test_backslashes_of_windows(self):
        data = zipped(below("lab")).replace(b"lab/", b"lab\\")
        self.assertEqual(in_archive(data).files, FILES)

    def test_clutter(self):
        clutter = below("__MACOSX", {"._sender.c": b"x", "sender.c": b"x"}) | {
            ".DS_Store": b"x", ".git/sender.c": b"x", "._receiver.c": b"x"}
        self.assertEqual(in_archive(zipped(FILES | clutter)).files, FILES)
        self.assertEqual(in_folder(below("x") | clutter).files, FILES)

    def test_group_may_be_outside(self):
        files = below("src", {"sender.c": b"1"}) | {"GROUP": b"doe\n"}
        self.assertEqual(in_folder(files).files,
                         {"sender.c": b"1", "GROUP": b"doe\n"})

    def test_contents_stay_the_same(self):
        files = {"sender.c": b"\xef\xbb\xbfint s;\r\n\0\xff", "receiver.c": b""}
        self.assertEqual(in_archive(tar_gz(files)).files, files)

    def test_names_that_others_changed(self):
        for name in ("sender-1.c", "sender (2).c", " sender.c", "Sender.C",
                     "sender.c.txt", "\ufeffsender.c", "sender_3.c"):
            hand_in = in_archive(zipped({name: b"new"}))
            self.assertEqual(hand_in.files, {"sender.c": b"new"}, name)
            self.assertEqual(len(hand_in.notes), 1)
        hand_in = in_folder({"sender.c": b"", "group.txt": b"doe"})
        self.assertEqual(hand_in.files, {"sender.c": b"", "GROUP": b"doe"})

    def test_other_names(self):
        for name in ("mysender.c", "sender.cpp", "sender.o", "sender.c~",
                     "sender.h", "sender"):
            self.refused(zipped({name: b""}), "neither sender.c nor", code=66)

    def test_the_right_name_wins_and_then_the_newest(self):
        files = {"sender-9.c": b"old", "sender.c": b"new", "Sender.c": b"old"}
        self.assertEqual(in_archive(zipped(files)).files, {"sender.c": b"new"})
        files = {"sender-2.c": b"old", "sender-10.c": b"new"}
        self.assertEqual(in_archive(zipped(files)).files, {"sender.c": b"new"})

    def test_two_folders(self):
        self.refused(zipped(below("a") | below("b")), "in a and in b")

    def test_archives_in_archives(self):
        data = tar_gz(FILES)
        for _ in range(2):
            data = zipped({"hand-in.zip": data, "notes.pdf": b""})
            self.assertEqual(in_archive(data).files, FILES)
        for _ in range(3):
            data = zipped({"hand-in.zip": data})
        self.refused(data, "neither sender.c nor", code=66)

    def test_the_newest_archive(self):
        old = tar_gz({"sender.c": b"old"})
        hand_in = in_folder({"hand-in.tar.gz": old, "hand-in-1.tar.gz": old,
                             "hand-in-2.tar.gz": tar_gz(FILES)})
        self.assertEqual(hand_in.files, FILES)
        self.assertEqual(len(hand_in.notes), 2)
        self.refused(zipped({"a.zip": old, "b.zip": old}), "keep only one")

    def test_broken_archives(self):
        good = tar_gz(FILES)
        self.refused(b"", "it is empty")
        self.refused(b"junk" * 999, "neither a tar.gz nor a zip")
        self.refused(gzip.compress(b"junk" * 999), "cannot be read")
        self.refused(b"Rar!junk", "neither a tar.gz nor a zip")
        for cut in (10, 20, len(good) // 2):
            self.refused(good[:cut], "cannot be read")
        self.refused(zipped(FILES)[:-9], "cannot be read")

    def test_damaged_anywhere(self):
        for good in (tar_gz(FILES), zipped(FILES)):
            for i in range(len(good)):
                bad = bytearray(good)
                bad[i] ^= 0xff
                try:
                    in_archive(bytes(bad))
                except unpack.Unreadable:
                    pass

    def test_encrypted(self):
        data = bytearray(zipped(FILES))
        for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            place = data.find(magic)
            while place >= 0:
                data[place + at] |= 1
                place = data.find(magic, place + 1)
        self.refused(bytes(data), "encrypted")

    def test_bombs(self):
        self.refused(make_class.bomb(), "unpacks to more than")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("sender.c", bytes(64 << 20))
        hand_in = in_archive(out.getvalue())
        self.assertEqual(len(hand_in.files["sender.c"]), unpack.FILE_MAX)
        many = {f"{i}/x": b"" for i in range(unpack.MEMBERS_MAX + 1)}
        self.refused(zipped(many), "more than")
        self.refused(tar_gz(many), "more than")

    def test_nothing_leads_outside(self):
        self.refused(zipped({"../sender.c": b"", "a/../../sender.c": b""}),
                     "neither sender.c nor", code=66)
        hand_in = in_archive(tar_gz({"/sender.c": b"1"}))
        self.assertEqual(hand_in.files, {"sender.c": b"1"})

    def test_links_and_devices_in_archives(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                     tarfile.FIFOTYPE):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w:gz") as archive:
                member = tarfile.TarInfo("sender.c")
                member.type, member.linkname = kind, "/etc/passwd"
                archive.addfile(member)
            hand_in = in_archive(out.getvalue())
            self.assertEqual(hand_in.files, {})
            self.assertIn("link", hand_in.notes[0])
        self.refused(make_class.link_in_tar(), "neither", code=66)

    def test_links_and_pipes_in_folders(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink("/etc/passwd", f"{folder}/sender.c")
            os.mkfifo(f"{folder}/receiver.c")
            os.symlink("/etc", f"{folder}/etc")
            hand_in = unpack.read([unpack.Folder(folder)])
        self.assertEqual(hand_in.files, {})
        self.assertEqual(len(hand_in.notes), 2)

    def test_a_file_that_becomes_a_link(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "sender.c").write_bytes(b"")
            items = list(unpack.Folder(folder))
            os.unlink(f"{folder}/sender.c")
            os.symlink("/etc/passwd", f"{folder}/sender.c")
            with self.assertRaises(unpack.Unreadable):
                unpack.read([items])


if __name__ == "__main__":
    unittest.main()
