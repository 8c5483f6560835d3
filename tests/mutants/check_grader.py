# SPDX-License-Identifier: MIT
"""check_grader.py GRADE.SH FOLDER [NAME...]: grades programs of known grade.

A mutant is the solution or the starter with a few lines changed, and what the
grader must find in it. Most are wrong; some are right in another way, and some
cheat. Each file of FOLDER, FILE.mutants, has many of them:

    # The nonce.
    in: sender.c

    === S50: the last bytes of the nonce are never set
    fails M5-05: Bytes 9..12 of the nonce are always the same
    -    if (kit_random(box.nonce.bytes, sizeof box.nonce.bytes) != 0)
    +    if (kit_random(box.nonce.bytes, 8) != 0)

"=== NAME: TITLE" begins a mutant. "=== NAME" begins a part: it is not graded,
but mutants can be based on it. Then come the heads:

    fails IDS: WORDS        These checks must fail with these words. Without
                            ": WORDS" any words will do. With "fails ID alone"
                            only this check is run.
    reason: sanitizer       The report must give this reason.
    see: WORDS              The place to look at, which it must name first.
    next: ID                The check to look at first, which it must name.
    points: N, attempt: N   The scores it must get.
    seconds: N              The time limit of the grading.
    only: IDS               The checks to run, with commas between them, or all.
                            By default: all those of the programs that change.
    base: NAME              What it changes: starter, solution (the default), or
                            a mutant or part of any file.
    in: sender.c            The program that the next hunks change: sender.c,
                            receiver.c or both.
    new: sender.c           The same, but the next hunk is the whole program.
    include: NAME.h NAME.h  The program includes these headers too.
    replace: OLD => NEW     Changes OLD, which the program has exactly once. A
                            space in it stands for any white space.

Heads above the first mutant are the defaults of the file. Comments begin with
#. A hunk looks like one of a unified diff: lines to keep begin with a space,
lines to remove with -, lines to add with +. It ends at a blank line or a head.
The lines that it keeps and removes must be in the program exactly once. A hunk
that only adds is put below the last #include and a blank line.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PROGRAMS = ("sender.c", "receiver.c")


class Mutant:
    """Its heads, and its programs when they are made."""

    def __init__(self, path, name, title, text):
        self.path, self.name, self.title, self.text = path, name, title, text
        self.base = "solution"
        self.fails, self.words, self.alone = [], "", False
        self.reason = self.only = self.see = self.next = ""
        self.points = self.attempt = self.seconds = None
        self.targets = ()       # the programs that the next hunk changes
        self.programs = None
        self.changed = set()

    def wrong(self, why):
        sys.exit(f"{self.path}: {self.name}: {why}")


def read_mutants(folder):
    """All mutants and parts of the files in FOLDER, by name."""
    mutants = {}
    for path in sorted(pathlib.Path(folder).glob("*.mutants")):
        top, *sections = re.split(r"^=== ", path.read_text(), flags=re.M)
        for section in sections:
            first, _, text = section.partition("\n")
            name, _, title = first.partition(": ")
            mutant = Mutant(path, name, title, top + "\n" + text)
            if not re.fullmatch(r"[\w-]+", name):
                mutant.wrong('write "=== NAME: TITLE" or "=== NAME"')
            if name in mutants:
                mutant.wrong(f"{mutants[name].path} has this name too")
            mutants[name] = mutant
    return mutants


# --- The programs -------------------------------------------------------------

def make_base(mutant, mutants):
    """Sets the programs of MUTANT to those of its base, unless they are set."""
    if mutant.programs is not None:
        return
    if mutant.base in ("solution", "starter"):
        mutant.programs = {name: pathlib.Path(mutant.base, name).read_text()
                           for name in PROGRAMS}
    elif mutant.base in mutants:
        base = mutants[mutant.base]
        make(base, mutants)
        mutant.programs = dict(base.programs)
        mutant.changed = set(base.changed)
    else:
        mutant.wrong(f"the base {mutant.base} is unknown")


def put(mutant, name, start, end, new):
    text = mutant.programs[name]
    mutant.programs[name] = text[:start] + new + text[end:]
    mutant.changed.add(name)


def replace(mutant, name, pattern, old, new):
    """Puts NEW in place of OLD, which PATTERN must find exactly once."""
    places = list(re.finditer(pattern, mutant.programs[name], re.M))
    if len(places) != 1:
        mutant.wrong(f"this must be in {name} exactly once, but is there "
                     f"{len(places)} times: correct it, or add more of the "
                     f"lines around it:\n{old}")
    put(mutant, name, *places[0].span("old"), new)


def apply_words(mutant, name, old, new):
    words = r"\s+".join(re.escape(word) for word in old.split())
    replace(mutant, name, f"(?=(?P<old>{words}))", old, new)


def add_below_includes(mutant, name, new):
    includes = re.finditer(r"^#include .*\n", mutant.programs[name], re.M)
    place = list(includes)[-1].end()
    put(mutant, name, place, place, new)


def apply_hunk(mutant, name, hunk):
    old = "".join(line[1:] + "\n" for line in hunk if line[0] != "+")
    new = "".join(line[1:] + "\n" for line in hunk if line[0] != "-")
    if old == "" and mutant.programs[name] != "":
        add_below_includes(mutant, name, "\n" + new)
    else:
        replace(mutant, name, f"^(?=(?P<old>{re.escape(old)}))", old, new)


def for_targets(mutant, mutants, function, *arguments):
    make_base(mutant, mutants)
    if not mutant.targets:
        mutant.wrong('there is no "in: sender.c" above the first change')
    for name in mutant.targets:
        function(mutant, name, *arguments)


def read_head(mutant, mutants, line):
    name, _, value = line.partition(" ")
    if name == "fails" and not mutant.fails:
        ids, _, mutant.words = value.partition(": ")
        mutant.alone = ids.endswith(" alone")
        mutant.fails = ids.removesuffix(" alone").split()
    elif name == "base:" and mutant.programs is None:
        mutant.base = value
    elif name in ("reason:", "only:", "see:", "next:"):
        setattr(mutant, name[:-1], value)
    elif name in ("points:", "attempt:", "seconds:"):
        setattr(mutant, name[:-1], int(value))
    elif name in ("in:", "new:") and value in PROGRAMS + ("both",):
        mutant.targets = PROGRAMS if value == "both" else (value,)
        if name == "new:":
            make_base(mutant, mutants)
            mutant.programs |= {target: "" for target in mutant.targets}
    elif name == "include:":
        for_targets(mutant, mutants, add_below_includes, "".join(
            f"#include <{header}>\n" for header in value.split()))
    elif name == "replace:" and " => " in value:
        for_targets(mutant, mutants, apply_words, *value.split(" => ", 1))
    else:
        mutant.wrong(f'cannot use "{line}": see check_grader.py')


def make(mutant, mutants):
    """Reads the heads of MUTANT and makes its programs."""
    def is_hunk(line):
        return line.startswith((" ", "-", "+"))

    if mutant.programs is not None:
        return
    for hunk, lines in itertools.groupby(mutant.text.split("\n"), is_hunk):
        if hunk:
            for_targets(mutant, mutants, apply_hunk, list(lines))
            continue
        for line in lines:
            if line != "" and line[0] != "#":
                read_head(mutant, mutants, line)
    make_base(mutant, mutants)
    if bool(mutant.title) != (bool(mutant.fails) or mutant.points is not None):
        mutant.wrong('needs "fails" or "points"; a part has neither')


def write_programs(mutant, folder):
    folder.mkdir()
    for name, text in mutant.programs.items():
        (folder / name).write_text(text)


# --- One run of the grader ----------------------------------------------------

def checks_to_run(mutant, named):
    """As the grader's option --only; None for all."""
    if (named or mutant.alone) and mutant.fails and mutant.points is None:
        return ",".join(mutant.fails)
    if mutant.only:
        return mutant.only if mutant.only != "all" else None
    return {("sender.c",): "B-01,M4,M5",
            ("receiver.c",): "B-02,R4,R5,A,X"}.get(tuple(mutant.changed))


def differs(what, found, wanted):
    return f"{what}: {found!r} instead of {wanted!r}"


def what_is_wrong(mutant, report):
    """What in REPORT is not as MUTANT expects, or None."""
    results = {result["id"]: result for result in report["results"]}
    for name in mutant.fails:
        result = results.get(name, {"state": "no such check"})
        if result["state"] == "skip":
            return f"{name}: skipped, fix {result['fix_first']} first"
        if result["state"] != "fail":
            return f"{name}: {result['state']}, but it must fail"
        if mutant.words not in result["cause"]:
            return differs(f"the cause of {name}", result["cause"],
                           mutant.words)
        if mutant.reason not in ("", result["reason"]):
            return differs(f"the reason of {name}", result["reason"],
                           mutant.reason)
        see = result.get("see", "")
        if not see.startswith(mutant.see):
            return differs(f"the place of {name}", see, mutant.see)
    if mutant.next not in ("", report.get("next")):
        return differs("the next check", report.get("next"), mutant.next)
    if mutant.points not in (None, report["checks"]):
        return differs("points", report["checks"], mutant.points)
    if mutant.attempt not in (None, report["attempt"]):
        return differs("attempt", report["attempt"], mutant.attempt)
    return None


def left_behind(tmp):
    """Whether a file in TMP, or a process from there, is left."""
    if any(tmp.iterdir()):
        return True
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(tmp) in os.readlink(process / "exe"):
                return True
    return False


def grade(mutant, folder, ask):
    """Grades MUTANT in FOLDER and prints how. Returns (good, verdicts)."""
    tmp, report, verdicts = folder / "tmp", folder / "report.json", ""
    folder.mkdir(mode=0o711)
    write_programs(mutant, folder / "chat")
    tmp.mkdir(mode=0o711)
    command = ["sh", ask.grader, "--submission", folder / "chat", "--format",
               "json", "--report", report, "--jobs", "3"]
    only = checks_to_run(mutant, ask.named)
    limit = ["--seconds", str(mutant.seconds)] if mutant.seconds else []
    start = time.monotonic()
    code = subprocess.run(command + limit + (["--only", only] if only else []),
                          env={**os.environ, "TMPDIR": str(tmp)},
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL).returncode
    seconds = time.monotonic() - start
    try:
        report = json.loads(report.read_text())
        results = report["results"]
        why = what_is_wrong(mutant, report)
        verdicts = " ".join(f"{result['id']}={result['state']}"
                            for result in results)
    except (OSError, ValueError, KeyError):
        why = "there is no report"
    if why is None and code not in (0, 1):
        why = f"the grader ended with {code}"
    if why is None and left_behind(tmp):
        why = f"something is left behind in {tmp}"
    good = why is None
    if good:
        failed = [result["id"] for result in results
                  if result["state"] == "fail"]
        why = " ".join(failed + [f"{report['checks']} points,",
                                 f"attempt {report['attempt']}"])
    # One write, so that the lines of several graders do not mix.
    print(f"  {'ok' if good else 'WRONG':6} {mutant.name:14} {seconds:5.1f} s"
          f"  {mutant.title}\n{'':25}{why}\n", end="", flush=True)
    return good, verdicts


# --- All of them --------------------------------------------------------------

@contextlib.contextmanager
def busy_cores(wanted):
    """Keeps every core busy meanwhile, if WANTED."""
    loop = [sys.executable, "-c", "while True: pass"]
    load = [subprocess.Popen(loop) for _ in range(os.cpu_count() * wanted)]
    try:
        yield
    finally:
        for process in load:
            process.kill()
            process.wait()


def choose(mutants, names):
    """The mutants called NAMES or in files of these names.

    All if there are no NAMES.
    """
    graded = [mutant for mutant in mutants.values() if mutant.title]
    for name in names:
        if not any(name in (mutant.name, mutant.path.stem)
                   for mutant in graded):
            sys.exit(f"there is no mutant and no file of mutants called {name}")
    return [mutant for mutant in graded if not names or mutant.name in names
            or mutant.path.stem in names]


def check(chosen, ask):
    """Grades each of CHOSEN as often as asked. Returns whether all is well."""
    start, verdicts, good = time.monotonic(), collections.defaultdict(set), 0
    trials = chosen * ask.repeat
    with tempfile.TemporaryDirectory(prefix="mutants-", dir="/tmp") as work, \
            busy_cores(ask.busy), \
            concurrent.futures.ThreadPoolExecutor(ask.jobs) as graders:
        os.chmod(work, 0o711)
        folders = [pathlib.Path(work, str(i)) for i in range(len(trials))]
        for mutant, (fine, verdict) in zip(trials, graders.map(
                grade, trials, folders, itertools.repeat(ask))):
            good += fine
            verdicts[mutant.name].add(verdict)
    differ = {name: found for name, found in verdicts.items() if len(found) > 1}
    for name, found in differ.items():
        print(f"{name} differs:", *sorted(found), sep="\n  ")
    print(f"{good} of {len(trials)} as they should be, {len(differ)} verdicts "
          f"differ, {time.monotonic() - start:.1f} s")
    return good == len(trials) and not differ


def main():
    parser = argparse.ArgumentParser(
        description="Grades programs whose grade is known: all mutants of "
        "FOLDER, or only those called NAME and those in NAME.mutants.")
    parser.add_argument("grader", metavar="GRADE.SH")
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("names", metavar="NAME", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() + 2,
                        help="graders at once")
    parser.add_argument("--repeat", type=int, default=1, metavar="N",
                        help="grade each N times: the verdicts must not differ")
    parser.add_argument("--busy", action="store_true",
                        help="keep every core busy")
    parser.add_argument("--named", action="store_true",
                        help="run only the checks that must fail")
    parser.add_argument("--write", type=pathlib.Path, metavar="FOLDER",
                        help="write the programs to FOLDER, and grade nothing")
    ask = parser.parse_args()
    mutants = read_mutants(ask.folder)
    chosen = choose(mutants, ask.names)
    for mutant in chosen:
        make(mutant, mutants)
    if ask.write is None:
        sys.exit(not check(chosen, ask))
    ask.write.mkdir()
    for mutant in chosen:
        write_programs(mutant, ask.write / mutant.name)


if __name__ == "__main__":
    main()
