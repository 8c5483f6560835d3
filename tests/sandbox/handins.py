# SPDX-License-Identifier: MIT
"""Attacks that are not programs: the names, links and files of a hand-in."""

import os
import pathlib
import shutil
import xml.etree.ElementTree

KIT = pathlib.Path.cwd()
FILES = ("sender.c", "receiver.c", "GROUP")


def copy_solution(folder):
    folder.mkdir()
    for name in FILES:
        shutil.copy(KIT / "solution" / name, folder)


class HandIn:
    """One attack. MAKE makes the hand-in in grading.chat."""

    def __init__(self, name, make, only, code, words=""):
        self.name, self.make, self.only = name, make, only
        self.code, self.words = code, words

    def grade(self, grading, neighbour):
        folder = self.make(grading) or grading.chat
        seen = grading.run(folder, self.only)
        text = seen["printed"] + grading.report_text()
        why = None
        if seen["code"] != self.code:
            why = f"exit code {seen['code']}, not {self.code}"
        elif self.words not in text:
            why = f"the words \"{self.words}\" are missing"
        return seen, why, grading.read_report()


# --- Names --------------------------------------------------------------------

def named(name):
    """A hand-in in a folder called NAME."""
    def make(grading):
        folder = grading.folder / name.replace("MARK", "X" + grading.mark)
        copy_solution(folder)
        return folder
    return make


NAMES = {
    "quotes": "a \"quoted\" 'name'",
    "command": "$(touch MARK)",
    "backticks": "`touch MARK`; touch MARK & |",
    "newline": "two\nlines\n",
    "escapes": "\033[2J\033]0;title\007\x9b",
    "option": "--only",
    "percent": "%s%n%s%n",
}


# --- Links and files ----------------------------------------------------------

def link_to_folder(grading):
    copy_solution(grading.folder / "real")
    grading.chat.symlink_to(grading.folder / "real")


def link_with_slash(grading):
    link_to_folder(grading)
    return f"{grading.chat}/"


def link_below(grading):
    copy_solution(grading.folder / "real")
    grading.chat.mkdir()
    (grading.chat / "chat").symlink_to(grading.folder / "real")


def replaced(replace):
    """The solution, in which REPLACE makes another sender.c."""
    def make(grading):
        copy_solution(grading.chat)
        path = grading.chat / "sender.c"
        path.unlink()
        replace(grading, path)
    return make


def group(text):
    def make(grading):
        copy_solution(grading.chat)
        (grading.chat / "GROUP").write_bytes(text)
    return make


class JUnit(HandIn):
    """A hand-in whose report, in XML, must be valid."""

    def __init__(self, name, text):
        super().__init__(name, None, "M4-01", 1)
        self.text = text

    def grade(self, grading, neighbour):
        copy_solution(grading.chat)
        (grading.chat / "sender.c").write_text(
            "#include <stdio.h>\nint main(void)\n{\n    fputs(\""
            + "".join(f"\\x{byte:02x}\" \"" for byte in self.text)
            + "\", stderr);\n    return 1;\n}\n")
        (grading.chat / "GROUP").write_bytes(self.text)
        seen = grading.run(grading.chat, self.only, ["--format", "junit"])
        if seen["code"] != self.code:
            return seen, f"exit code {seen['code']}, not {self.code}", None
        try:
            xml.etree.ElementTree.parse(grading.report)
        except (OSError, xml.etree.ElementTree.ParseError) as error:
            return seen, f"the report is not XML: {error}", None
        return seen, None, None


ALL = [HandIn(f"name-{name}", named(text), "M4-01", 0)
       for name, text in NAMES.items()] + [
    HandIn("link-folder", link_to_folder, "B-01", 66, "is a link"),
    HandIn("link-slash", link_with_slash, "B-01", 66, "is a link"),
    HandIn("link-below", link_below, "B-01", 66, "not graded"),
    HandIn("link-file", replaced(
        lambda grading, path: path.symlink_to(grading.vault / "file")),
        "B-01", 1, "it is a link"),
    HandIn("link-proc", replaced(
        lambda grading, path: path.symlink_to("/proc/self/environ")),
        "B-01", 1, "it is a link"),
    HandIn("pipe", replaced(lambda grading, path: os.mkfifo(path)),
           "B-01", 1, "it is not a regular file"),
    HandIn("folder", replaced(lambda grading, path: path.mkdir()),
           "B-01", 1, "it is not a regular file"),
    HandIn("huge", replaced(lambda grading, path: os.truncate(
        os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40)),
        "B-01", 1, "larger than 1 MiB"),
    HandIn("group-formula", group(b"=cmd|' /C calc'!A0\n@SUM(1)\n+1\n-1\n"),
           "M4-01", 0),
    HandIn("group-escapes", group(b"Eve \033[2J\033]0;x\007\n\xef\xbf\xbe\n"),
           "M4-01", 0),
    JUnit("junit-noncharacters", b"\xef\xbf\xbe\xef\xbf\xbf ]]> \x01\x1b"),
    JUnit("junit-invalid", b"\xff\xfe\xed\xa0\x80\xc0\x80 &lt; <a>"),
]
