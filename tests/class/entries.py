# SPDX-License-Identifier: MIT
"""Finds the hand-ins in SUBMISSIONS: a folder, or the LMS's zip file itself.

An entry is one hand-in: a folder, an archive, or the files of one person.
The file names in a bulk download of Canvas or Moodle tell who it is from:

    Canvas  doejane_123_4567_hand-in.tar.gz         name, user, attachment, file
            doejane_LATE_123_4567_hand-in-1.tar.gz  late; the second attempt
            anon_Xk3Pq_4567_hand-in.tar.gz          an anonymous assignment
    Moodle  Jane Doe_123_assignsubmission_file_/hand-in.tar.gz
            Jane Doe_123_assignsubmission_file/hand-in.tar.gz     Moodle 4
            Jane Doe_123_assignsubmission_file_hand-in.tar.gz     no folders
            Group 7_55_assignsubmission_file_/...   a group, with its number
"""

import dataclasses
import functools
import hashlib
import os
import re
import unicodedata

import unpack

CANVAS = re.compile(r"(?s)(?:(?!LATE_)(?P<name>\w+?)_)?(?P<late>LATE_)?"
                    r"(?P<person>\d+|anon_[A-Za-z0-9]+)_(?P<order>\d+)_"
                    r"(?P<file>.+)")
MOODLE = re.compile(r"(?s)(?P<name>.+?)(?:_(?P<person>\d+))?_assignsubmission_"
                    r"(?P<type>[a-z]+)(?:_(?P<file>.*))?")
LMS = {"canvas": CANVAS, "moodle": MOODLE}


@dataclasses.dataclass
class Entry:
    """One hand-in, to be read once."""

    entry: str              # what people call it; not always printable
    lms: str = ""           # canvas, moodle, or nothing
    name: str = ""          # of the person or the group, as the LMS has it
    person: str = ""        # her number there
    late: bool = False
    sources: list = dataclasses.field(default_factory=list)
    items: list = dataclasses.field(default_factory=list)   # iterables of Item

    @functools.cached_property
    def id(self):
        """The entry as part of a file name, also on a disk without case."""
        # NFKD splits é into e and an accent. The next line drops the accent.
        plain = unicodedata.normalize("NFKD", self.entry.lower())
        plain = re.sub(r"[\u0300-\u036f]", "", plain)
        safe = re.sub(r"[^a-z0-9._-]+", "-", plain)
        safe = safe.lstrip(".-")[:80] or "hand-in"
        if safe == self.entry:
            return safe
        digest = hashlib.sha256(os.fsencode(self.entry)).hexdigest()
        return f"{safe}-{digest[:8]}"

    def read(self):
        """The unpack.HandIn, or raises unpack.Unreadable."""
        return unpack.read(self.items)


def text(name):
    """NAME as valid Unicode: a name on the disk may have any bytes."""
    return os.fsencode(name).decode("utf-8", "replace")


# --- Names --------------------------------------------------------------------

def guess_lms(names):
    """The LMS that most of NAMES come from, or None.

    A few matches are not enough: team_1_2_final.zip looks like Canvas's.
    """
    for lms, pattern in LMS.items():
        matching = sum(bool(pattern.fullmatch(name)) for name in names)
        if matching * 2 > len(names):
            return lms
    return None


def parse_name(name, lms):
    """(entry without items, rest of the name, order) for a top-level NAME."""
    match = LMS[lms].fullmatch(name) if lms else None
    if not match:
        return Entry(without_ending(name)), name, 0
    found = match.groupdict()
    entry = Entry("_".join(filter(None, (found["name"], found["person"]))),
                  lms, found["name"] or "", found["person"] or "",
                  bool(found.get("late")))
    return entry, found["file"] or "", int(found.get("order") or 0)


def without_ending(name):
    """The name of an archive without .tar.gz and the like."""
    if unpack.ARCHIVE.match(name):
        name = re.sub(r"(?i)(\.tar)?\.[a-z0-9]+$", "", name)
    return unpack.plain(name) or "hand-in"


# --- What is in SUBMISSIONS ---------------------------------------------------

def find(path):
    """(entries, ignored names) in SUBMISSIONS, both sorted.

    Raises unpack.Unreadable if there are no entries.
    """
    if os.path.isdir(path):
        tops = list(tops_of_folder(path))
    else:
        tops = tops_of_archive(open(path, "rb"))
    tops = [top for top in expand(tops)
            if not unpack.is_clutter((unpack.plain(top[0]),))]
    if any(unpack.role_of(name) for name, _, folder in tops if not folder):
        raise unpack.Unreadable(
            "it is one hand-in: name the folder that the hand-ins are in, or "
            "type make grade SUBMISSION=" + text(path), unpack.NO_INPUT)
    lms = guess_lms([name for name, _, _ in tops])
    found, ignored = {}, []
    for name, items, is_folder in tops:
        entry, rest, order = parse_name(name, lms)
        if not is_folder and not entry.lms and not unpack.ARCHIVE.match(name):
            ignored.append(text(name))
            continue
        entry = known(found, entry, name)
        entry.sources.append(text(name))
        entry.items.append(within(items, rest, order, is_folder))
    if not found:
        raise unpack.Unreadable("there is no hand-in in it: neither a folder "
                                "nor a tar.gz or zip archive", unpack.NO_INPUT)
    return sorted(found.values(), key=lambda entry: entry.id), sorted(ignored)


def known(found, entry, name):
    """The entry in FOUND that the LMS's file NAME belongs to, maybe a new one.

    Only names of an LMS join files: g1.zip and the folder g1 are two entries.
    """
    key = ("person", entry.entry) if entry.lms else ("file", name)
    if not entry.lms and any(other.entry == entry.entry
                             for other in found.values()):
        entry.entry = name
    other = found.setdefault(key, entry)
    other.late |= entry.late
    return other


def within(items, rest, order, is_folder):
    """ITEMS with paths as the person knows them, without the LMS's names."""
    for item in items:
        parts = item.parts[1:] if is_folder else (rest,)
        yield dataclasses.replace(item, parts=parts, order=order or item.order)


def tops_of_folder(path):
    """(name, items, is it a folder) for everything in the folder PATH."""
    for name in sorted(os.listdir(path)):
        full = os.path.join(path, name)
        if os.path.isdir(full) and not os.path.islink(full):
            yield name, unpack.Folder(full, (name,)), True
        else:
            yield name, [unpack.file_item(full, (name,))], False


def tops_of_archive(file):
    """The same for the archive FILE."""
    return group(unpack.walk_archive(file))


def archive_in(item):
    """The same for a file of the folder SUBMISSIONS, if it is an archive."""
    if not item.regular or not unpack.ARCHIVE.match(item.name):
        return []
    return tops_of_archive(open(item.path, "rb"))


def group(items):
    """The same for ITEMS, by the first part of their paths."""
    tops = {}
    for item in items:
        tops.setdefault((item.parts[0], len(item.parts) > 1), []).append(item)
    return [(name, items, is_folder)
            for (name, is_folder), items in sorted(tops.items(),
                                                   key=lambda top: top[0])]


def expand(tops):
    """Replaces the LMS's zip file, or a folder around all, by its contents."""
    tops = list(tops)
    visible = [top for top in tops if not unpack.is_clutter((top[0],))]
    for top in visible:
        inside = inside_bulk(*top, alone=len(visible) == 1)
        if inside:
            tops.remove(top)
            tops += inside
    return tops


def inside_bulk(name, items, is_folder, alone):
    """The entries in NAME, if it has many hand-ins; None if it is one hand-in.

    Two archives in an archive can be the work of one student. So they count as
    two hand-ins only if NAME is ALONE in SUBMISSIONS.
    """
    if any(pattern.fullmatch(name) for pattern in LMS.values()):
        return None
    if is_folder and not alone:
        return None
    try:
        tops = group(dataclasses.replace(item, parts=item.parts[1:])
                     for item in items) if is_folder else archive_in(items[0])
    except (unpack.Unreadable, OSError):
        return None     # an error of this entry, found again when it is read
    names = [top[0] for top in tops if not unpack.is_clutter((top[0],))]
    archives = sum(bool(unpack.ARCHIVE.match(name)) for name in names)
    many = guess_lms(names) or (alone and archives > 1)
    return tops if many else None
