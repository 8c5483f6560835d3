# SPDX-License-Identifier: MIT
"""make_class.py FOLDER: makes a class that hands in, to test make grade-class.

Most hand in the solution, the starter or a mutant (tests/mutants). The others
cheat, attack the machine, or hand in an archive that is broken. They hand in
folders, tar.gz and zip archives, with all that macOS, Windows, browsers, Canvas
and Moodle do to them. The same --seed makes the same class.
"""

import argparse
import io
import json
import pathlib
import random
import sys
import tarfile
import zipfile

KIT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(KIT / "tests/mutants"))
import check_grader                                     # noqa: E402

# Programs that attack the machine: as sender.c and as receiver.c.
FORK_BOMB = """#include <unistd.h>

int main(void)
{
    for (;;)
        fork();
}
"""
DISK_FILLER = """#include <stdio.h>
#include <string.h>

int main(void)
{
    static char block[1 << 20];
    char name[32];

    memset(block, 'x', sizeof block);
    for (int i = 0;; i++) {
        snprintf(name, sizeof name, "%d", i);
        FILE *file = fopen(name, "w");
        for (int n = 0; file != NULL && n < 64; n++)
            fwrite(block, 1, sizeof block, file);
        if (file != NULL)
            fclose(file);
    }
}
"""
ENDLESS_LOOP = """int main(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
}
"""
ATTACKS = {"fork-bomb": FORK_BOMB, "disk-filler": DISK_FILLER,
           "endless-loop": ENDLESS_LOOP}


def read_programs():
    """{name: {file: text}} of all programs that the class may hand in."""
    mutants = check_grader.read_mutants(KIT / "tests/mutants")
    programs = {}
    for mutant in mutants.values():
        if mutant.title:
            check_grader.make(mutant, mutants)
            programs[mutant.name] = mutant.programs
    for name in ("solution", "starter"):
        programs[name] = {file: (KIT / name / file).read_text()
                          for file in check_grader.PROGRAMS}
    for name, text in ATTACKS.items():
        programs[name] = {file: text for file in check_grader.PROGRAMS}
    return programs


def choose(programs, count, dice):
    """COUNT names of programs, in the shares of a large class."""
    cheats = [name for name in programs if name.startswith("cheat")]
    mutants = [name for name in programs if name not in cheats
               and name not in ATTACKS]
    large = max(count, 400)
    names = list(ATTACKS) * 2 + cheats + ["broken archive"] * (large // 20) \
        + ["solution"] * (large // 5) + ["starter"] * (large // 7)
    dice.shuffle(mutants)
    while len(names) < large:
        names += mutants[:large - len(names)]
    dice.shuffle(names)
    return names[:count]


# --- How they pack it ---------------------------------------------------------

def tar_gz(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def link_in_tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("hand-in")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(member)
        member = tarfile.TarInfo("hand-in/passwd")
        archive.addfile(member)
    return out.getvalue()


def bomb():
    """Unpacks to much more than any hand-in has."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("zeros")
        member.size = 100 << 20
        archive.addfile(member, Zeros())
        member = tarfile.TarInfo("sender.c")
        archive.addfile(member)
    return out.getvalue()


class Zeros:
    def read(self, size):
        return bytes(size)


BROKEN = (lambda good: good[:len(good) // 2], lambda good: b"",
          lambda good: b"this is not an archive\n", lambda good: link_in_tar(),
          lambda good: zipped({"notes.txt": b"no code\n"}),
          lambda good: zipped({"a/sender.c": b"", "b/sender.c": b""}),
          lambda good: bomb())

# What happens to the files before they are packed.
CHANGES = (
    lambda files: files,
    lambda files: {"chat-lab/starter/" + name: data
                   for name, data in files.items()},
    lambda files: {name: data.replace(b"\n", b"\r\n")
                   for name, data in files.items()},
    lambda files: {name: b"\xef\xbb\xbf" + data
                   for name, data in files.items()},
    lambda files: {"my hand-in/" + name: data for name, data in files.items()}
    | {"__MACOSX/my hand-in/._" + name: b"\0\5\x16\7" for name in files}
    | {"my hand-in/.DS_Store": b"\0\0\0\1Bud1"},
    lambda files: {" " + name: data for name, data in files.items()},
    lambda files: {name.replace(".c", "-1.c"): data
                   for name, data in files.items()},
)


def pack(files, dice):
    """(ending, bytes) of an archive with FILES."""
    kind = dice.choice(("tar.gz", "tar.gz", "zip", "zip in zip"))
    if kind == "tar.gz":
        return ".tar.gz", tar_gz(files)
    if kind == "zip":
        return ".zip", zipped(files)
    return ".zip", zipped({"hand-in.tar.gz": tar_gz(files)})


# --- What the LMS calls it ----------------------------------------------------

def write_canvas(folder, i, ending, data, dice):
    late = "_LATE" if dice.random() < 0.1 else ""
    copy = dice.choice(("", "", "", "-1", "-2"))
    name = f"doejane{i:03}{late}_{1000 + i}_{50000 + i}_hand-in{copy}{ending}"
    (folder / name).write_bytes(data)
    return f"doejane{i:03}_{1000 + i}"


def write_moodle(folder, i, ending, data, dice):
    entry = f"Jané Doe {i:03}_{1000 + i}"
    below = folder / f"{entry}_assignsubmission_file_"
    below.mkdir()
    (below / f"hand-in{ending}").write_bytes(data)
    return entry


def write_plain(folder, i, ending, data, dice):
    (folder / f"group {i:03}{ending}").write_bytes(data)
    return f"group {i:03}"


WRITERS = {"canvas": write_canvas, "moodle": write_moodle, "plain": write_plain}


def write_class(folder, count, lms, seed):
    """Writes the class to FOLDER. Returns {entry: name of the program}."""
    dice, programs = random.Random(seed), read_programs()
    folder.mkdir(parents=True)
    who = {}
    for i, name in enumerate(choose(programs, count, dice)):
        source = programs.get(name, programs["solution"])
        files = {file: text.encode() for file, text in source.items()}
        files["GROUP"] = f"doe{i:03}\n=1+{i}\n".encode()
        files = dice.choice(CHANGES)(files)
        ending, data = pack(files, dice)
        if name == "broken archive":
            data = dice.choice(BROKEN)(data)
        elif lms == "plain" and dice.random() < 0.3:
            entry = f"group {i:03}"
            for path, content in files.items():
                file = folder / entry / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            who[entry] = name
            continue
        who[WRITERS[lms](folder, i, ending, data, dice)] = name
    return who


def main():
    parser = argparse.ArgumentParser(
        description="Makes a class that hands in, to test make grade-class.")
    parser.add_argument("folder", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--lms", choices=sorted(WRITERS), default="canvas")
    parser.add_argument("--seed", type=int, default=1)
    ask = parser.parse_args()
    who = write_class(ask.folder, ask.count, ask.lms, ask.seed)
    print(json.dumps(who, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
