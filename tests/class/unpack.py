# SPDX-License-Identifier: MIT
"""Finds sender.c, receiver.c and GROUP in folders and archives.

Nothing is unpacked to the disk. An archive is a stream of names and bytes, and
we keep in memory only the files that may count. So a member named
../../etc/passwd, a link or a device in an archive has no effect outside of it.
The constants below limit the work for an archive that unpacks to gigabytes.
"""

import bz2
import contextlib
import dataclasses
import gzip
import io
import lzma
import os
import re
import signal
import stat
import tarfile
import typing
import zipfile
import zlib

NO_INPUT, DATA_ERROR = 66, 65       # as in sysexits.h, and as the grader's

FILE_MAX = (1 << 20) + 1            # the grader rejects a file of this size
ARCHIVE_MAX = 32 << 20              # bytes of an archive inside another one
UNPACKED_MAX = 64 << 20             # bytes that an archive unpacks to
MEMBERS_MAX = 10000                 # files in a folder or an archive
NESTED_MAX = 3                      # archives in archives
SECONDS_MAX = 30                    # to read one hand-in

ROLES = ("sender.c", "receiver.c", "GROUP")
# What editors, browsers and the LMS make of these names: "sender-1.c",
# "Receiver (2).c", "GROUP.txt". The number is that of the copy.
COPY = r"(?:[ _-]+(\d{1,6})|[ _-]*\((\d{1,6})\))?"
SIMILAR = (
    ("sender.c", re.compile(rf"sender{COPY}\.c(?:\.txt)?")),
    ("receiver.c", re.compile(rf"receiver{COPY}\.c(?:\.txt)?")),
    ("GROUP", re.compile(rf"group{COPY}(?:\.txt|\.md)?")),
)
ARCHIVE = re.compile(r"(?i).*\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$",
                     re.DOTALL)
COPY_OF_ARCHIVE = re.compile(rf"(?s).*?{COPY}(?:\.[a-z0-9]+){{1,2}}$")


class Unreadable(Exception):
    """Why there is no hand-in here. CODE is the exit code of the grader."""

    def __init__(self, why, code=DATA_ERROR):
        super().__init__(why)
        self.code = code


@dataclasses.dataclass
class Item:
    """A file in a folder or in an archive."""

    parts: tuple[str, ...]                  # the path to it, and its name
    read: typing.Callable[[int], bytes]     # read(n): its first n bytes
    regular: bool = True                    # not a link, pipe or device
    order: int = 0                          # newer files have higher numbers
    path: str = ""                          # on the disk; "" in an archive

    @property
    def name(self):
        return self.parts[-1]


@dataclasses.dataclass
class HandIn:
    """What is graded: the bytes of each file, and remarks for its report."""

    files: dict[str, bytes]
    notes: list[str]


# --- Names --------------------------------------------------------------------

def plain(name):
    """NAME without the marks and blanks that some programs add around it."""
    return name.strip("\ufeff\u200b\u200e\u200f \t\r\n")


def is_clutter(parts):
    """Whether macOS, Windows or an editor put this file there."""
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def role_of(name):
    """(role, copy) of a file called NAME, or None. An exact name is copy -1."""
    if name in ROLES:
        return name, -1
    for role, pattern in SIMILAR:
        match = pattern.fullmatch(plain(name).lower())
        if match:
            return role, int(match[1] or match[2] or 0)
    return None


def split_path(path):
    """The parts of a path in an archive; Windows writes backslashes."""
    return tuple(part for part in path.replace("\\", "/").split("/")
                 if part not in ("", "."))


# --- Folders and archives -----------------------------------------------------

class Folder:
    """The files below a folder. Links are listed, never followed."""

    def __init__(self, path, parts=()):
        self.path, self.parts = path, parts

    def __iter__(self):
        def refuse(error):
            raise Unreadable(f"cannot read it: {error.strerror}: make it "
                             "readable", NO_INPUT)

        count = 0
        for where, folders, names in os.walk(self.path, onerror=refuse):
            below = self.parts + split_path(os.path.relpath(where, self.path))
            folders.sort()
            for name in sorted(names):
                count += 1
                if count > MEMBERS_MAX:
                    raise Unreadable(f"it has more than {MEMBERS_MAX} files")
                yield file_item(os.path.join(where, name), below + (name,))


def file_item(path, parts):
    """An item for the file PATH."""
    def read(most):
        # A pipe would wait for a writer, and a link could lead out.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:
            return file.read(most)

    return Item(parts, read, stat.S_ISREG(os.lstat(path).st_mode), path=path)


class Limited(io.RawIOBase):
    """Reads FILE. Raises Unreadable after UNPACKED_MAX bytes."""

    def __init__(self, file):
        super().__init__()
        self.file, self.left = file, UNPACKED_MAX

    def read(self, size=-1):
        data = self.file.read(min(size if size >= 0 else self.left + 1,
                                  self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise Unreadable(f"it unpacks to more than {UNPACKED_MAX >> 20} "
                             "MiB")
        return data


def walk_tar(file):
    # A stream: members come in order and are read at once, so nothing is
    # decompressed twice.
    with tarfile.open(fileobj=Limited(file), mode="r|") as archive:
        for count, member in enumerate(archive):
            if count >= MEMBERS_MAX:
                raise Unreadable(f"it has more than {MEMBERS_MAX} files")
            parts = split_path(member.name)
            if member.isdir() or not parts or ".." in parts:
                continue
            regular = member.isreg()
            wanted = regular and wanted_bytes(parts)
            data = archive.extractfile(member).read(wanted) if wanted else b""
            yield Item(parts, lambda most, data=data: data[:most], regular)


def walk_zip(file):
    archive = zipfile.ZipFile(file)
    if len(archive.infolist()) > MEMBERS_MAX:
        raise Unreadable(f"it has more than {MEMBERS_MAX} files")
    for member in archive.infolist():
        parts = split_path(member.filename)
        if member.is_dir() or not parts or ".." in parts:
            continue

        def read(most, member=member):
            with archive.open(member) as data:
                return data.read(most)

        # Zip files from Windows have no mode.
        mode = member.external_attr >> 16
        yield Item(parts, read, stat.S_IFMT(mode) in (0, stat.S_IFREG))


def wanted_bytes(parts):
    """How many bytes of this file may matter."""
    if is_clutter(parts):
        return 0
    if role_of(parts[-1]):
        return FILE_MAX
    return ARCHIVE_MAX + 1 if ARCHIVE.match(parts[-1]) else 0


# How each kind of archive begins, and how to read it. The name does not
# matter: a browser may have unpacked one layer and kept the name.
FORMATS = (
    (b"PK\x03\x04", walk_zip),
    (b"PK\x05\x06", walk_zip),      # an empty one
    (b"\x1f\x8b", lambda file: walk_tar(gzip.GzipFile(fileobj=file))),
    (b"BZh", lambda file: walk_tar(bz2.BZ2File(file))),
    (b"\xfd7zXZ\0", lambda file: walk_tar(lzma.LZMAFile(file))),
    (b"Rar!", None),
    (b"7z\xbc\xaf\x27\x1c", None),
)


def walk_archive(file):
    """The files in the archive FILE, an open file."""
    start = file.read(512)
    file.seek(0)
    for magic, walk in FORMATS:
        if start.startswith(magic):
            break
    else:
        walk = walk_tar if start[257:262] == b"ustar" else None
    if walk is None:
        raise Unreadable("it is empty" if start == b"" else
                         "it is neither a tar.gz nor a zip archive")
    with damage_is_unreadable():
        yield from walk(file)


@contextlib.contextmanager
def damage_is_unreadable():
    """Turns all that damaged archives and files raise into Unreadable."""
    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
            EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
            LookupError, OverflowError) as error:
        # RuntimeError: a password. NotImplementedError: a rare compression.
        raise Unreadable(f"it cannot be read: {error}") from error


@contextlib.contextmanager
def deadline():
    """Limits the time: reading the names in a hostile archive can take hours."""
    def end(*_):
        raise Unreadable(f"it takes more than {SECONDS_MAX} s to unpack")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS_MAX)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- The three files of a hand-in ---------------------------------------------

def read(sources):
    """The HandIn in SOURCES, iterables of items.

    It is in a folder, in folders below it, or in an archive there.
    """
    with deadline():
        hand_in = search([item for items in sources for item in items])
    hand_in.notes = list(dict.fromkeys(hand_in.notes))
    return hand_in


def search(items, depth=0):
    items = [item for item in items if not is_clutter(item.parts)]
    roles = {}      # for each folder, the candidates for each role
    for item in items:
        found = role_of(item.name)
        if found:
            roles.setdefault(item.parts[:-1], {}).setdefault(
                found[0], []).append((found[1], item))
    folders = [folder for folder, has in roles.items()
               if "sender.c" in has or "receiver.c" in has]
    if not folders:
        return search_archives(items, depth)
    # As the grader does: the outermost folder counts, if it is the only one.
    level = min(map(len, folders))
    outermost = sorted(folder for folder in folders if len(folder) == level)
    if len(outermost) > 1:
        raise Unreadable("sender.c or receiver.c is in "
                         f"{' and in '.join(map('/'.join, outermost))}: keep "
                         "only one of these folders")
    return collect(roles, outermost[0])


def collect(roles, folder):
    """The HandIn in FOLDER; GROUP may be in a folder around it."""
    has = dict(roles[folder])
    for outer in range(len(folder), -1, -1):
        around = roles.get(folder[:outer], {})
        if "GROUP" in around:
            has.setdefault("GROUP", around["GROUP"])
    notes = [f"sender.c and receiver.c were found in {'/'.join(folder)}/."
             ] if folder else []
    files = {}
    for role in ROLES:
        if role in has:
            take(role, has[role], files, notes)
    return HandIn(files, notes)


def take(role, candidates, files, notes):
    """Puts the best of CANDIDATES for ROLE into FILES, and remarks in NOTES."""
    copy, item = sorted(candidates, key=lambda found: (
        found[0] < 0, found[0], found[1].order))[-1]
    if not item.regular:
        notes.append(f"{role} is a link or not a regular file: hand in the "
                     "file itself.")
        return
    if copy >= 0:
        notes.append(f"{item.name} was read as {role}.")
    with damage_is_unreadable():
        files[role] = item.read(FILE_MAX)


def search_archives(items, depth):
    """The HandIn in the newest archive of ITEMS."""
    def age(item):
        copy = COPY_OF_ARCHIVE.fullmatch(item.name.lower())
        return item.order, int((copy and (copy[1] or copy[2])) or 0)

    archives = sorted((item for item in items
                       if item.regular and ARCHIVE.match(item.name)), key=age)
    if not archives or depth >= NESTED_MAX:
        names = ", ".join(item.name for item in items[:8])
        raise Unreadable("neither sender.c nor receiver.c was handed in; "
                         f"found: {names or 'nothing'}", NO_INPUT)
    newest = archives[-1]
    if len(archives) > 1 and age(archives[-2]) == age(newest):
        raise Unreadable(f"{archives[-2].name} and {newest.name} are both "
                         "archives: keep only one of them")
    with damage_is_unreadable():
        data = newest.read(ARCHIVE_MAX + 1)
    if len(data) > ARCHIVE_MAX:
        raise Unreadable(f"{newest.name} has more than {ARCHIVE_MAX >> 20} MiB")
    try:
        hand_in = search(walk_archive(io.BytesIO(data)), depth + 1)
    except Unreadable as error:
        raise Unreadable(f"{newest.name}: {error}", error.code) from error
    hand_in.notes += [f"{older.name} was not graded: {newest.name} is newer."
                      for older in archives[:-1]]
    return hand_in
