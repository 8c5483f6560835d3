# SPDX-License-Identifier: MIT
"""check_sandbox.py GRADE.SH [NAME...]: attacks the grader, in every sandbox.

Each attack is a hand-in. It is graded in each kind of sandbox, as root and
as an ordinary user, and nothing may come of it: the hand-in gets no points that
it has not earned, no other submission loses any, and processes, files, shared
memory, ports and the terminal are afterwards as they were before.

*.mutants in this folder have the attacks that are programs. The format is that
of tests/mutants, see check_grader.py there. An attack prints "GOT THROUGH: "
and what it has reached. Between two @, as in @MARK@, these words are replaced:

    MARK            begins the name of everything that an attack leaves behind
    SECRET_FILE     a file that no program may read
    SECRET_FOLDER   a folder that no program may change
    LINK            a link in /tmp to SECRET_FILE
    KIT             the folder of the kit
    REPORT          the file for the report of this grading
    NEIGHBOUR       TMPDIR of a grading that runs at the same time
    SERVICE         a port of this machine on which something listens

handins.py has the attacks that are not programs. faults.py has the faults of
the machine.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "mutants")]

import check_grader  # noqa: E402
import faults        # noqa: E402
import handins       # noqa: E402
import machine       # noqa: E402

SECONDS = 30            # for one grading
ORDINARY = 61100        # a user id that no person and no grader has
MEMORY_MB = 3000        # that a grading may use at most
DISK_MB = 300           # and of the disk
NEIGHBOUR_CHECKS = "M4-01,M4-03,R4-01,T-01"


class Place:
    """A kind of sandbox, and the user who grades in it."""

    def __init__(self, kind, user):
        self.kind, self.user = kind, user
        self.name = "root" if user == 0 else "user"


def places(ask):
    """Where attacks are graded: all kinds that work here for these users."""
    users = [0, ORDINARY] if os.geteuid() == 0 else [os.geteuid()]
    found = []
    for user in users:
        for kind in ["bubblewrap"] + ["setpriv"] * (user == 0):
            found.append(Place(kind, user))
    return [place for place in found
            if ask.kind in (None, place.kind)
            and ask.user in (None, place.name)]


# --- One grading --------------------------------------------------------------

class Grading:
    """The folders and files of one grading, and what it may not reach."""

    def __init__(self, base, place, ask):
        self.place, self.ask = place, ask
        self.mark = "mark-" + secrets.token_hex(6)
        self.secret = "secret-" + secrets.token_hex(6)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=base))
        self.chat, self.tmp = self.folder / "chat", self.folder / "tmp"
        self.report = self.folder / "report"
        self.vault = self.folder / "vault"
        self.link = pathlib.Path("/tmp", f"link-{self.mark}")
        self.service = socket.create_server(("127.0.0.1", 0))
        for path in (self.tmp, self.vault):
            path.mkdir()
        for name in ("file", "other"):
            (self.vault / name).write_text(f"#define {self.secret}\n")
        self.link.symlink_to(self.vault / "file")

    def words(self, neighbour):
        return {"MARK": self.mark, "SECRET_FILE": self.vault / "file",
                "SECRET_FOLDER": self.vault, "LINK": self.link,
                "KIT": pathlib.Path.cwd(), "REPORT": self.report,
                "NEIGHBOUR": neighbour.tmp,
                "SERVICE": self.service.getsockname()[1]}

    def give_to_user(self):
        """The user who grades owns everything, as in her home."""
        os.chmod(self.folder, 0o711)
        for path, folders, names in os.walk(self.folder):
            for name in [path] + [f"{path}/{name}" for name in folders + names]:
                os.chown(name, self.place.user, self.place.user,
                         follow_symlinks=False)

    def mounting(self, options):
        """The command that mounts a file system with OPTIONS at TMPDIR, which
        only this grading sees. Without OPTIONS, returns no words: nothing is
        mounted."""
        if options is None:
            return []
        user = self.place.user
        return ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o "$1" tmpfs '
                f'"$TMPDIR" && shift && exec setpriv --reuid={user} '
                f'--regid={user} --clear-groups "$@"', "sh",
                f"mode=755,uid={user},{options}"]

    def run(self, handin, only, options=(), seconds=SECONDS, wrap=(), env=None,
            mount=None, signal=0):
        """Grades the folder HANDIN. Returns what run_graded.py has seen.

        The grader is called by the command WRAP and gets SIGNAL; ENV and MOUNT
        are those of a Fault.
        """
        self.give_to_user()
        command = [*self.mounting(mount), *wrap, "/bin/sh", self.ask.grader,
                   "--submission", handin, "--sandbox", self.place.kind,
                   "--report", self.report, "--format", "json",
                   "--seconds", seconds, "--verbose", *options]
        command += ["--only", only] if only else []
        environment = {"PATH": os.environ["PATH"], "NO_COLOR": "1",
                       "TMPDIR": str(self.tmp), "KEY": self.secret}
        task = {"command": [str(word) for word in command],
                "env": {**environment, **(env or {})}, "signal": int(signal),
                "user": self.place.user if mount is None else 0,
                "watched": [str(self.tmp)], "service": self.service.fileno()}
        done = subprocess.run(
            [sys.executable, "-B", HERE / "run_graded.py"], check=True,
            input=json.dumps(task), stdout=subprocess.PIPE, text=True,
            pass_fds=[self.service.fileno()])
        return json.loads(done.stdout)

    def report_text(self):
        if not self.report.is_file():
            return ""
        return self.report.read_text(errors="replace")

    def read_report(self):
        try:
            return json.loads(self.report_text())
        except ValueError:
            return None

    def close(self):
        self.service.close()
        self.link.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def has_control_characters(text):
    return any(unicodedata.category(c) == "Cc" and c not in "\r\n\t"
               for c in text)


def what_got_through(grading, seen):
    """What an attack has reached on this machine, or None."""
    text = seen["printed"] + grading.report_text()
    line = text.partition("GOT THROUGH")[2][:70]
    files = machine.marked_files("X" + grading.mark)
    for wrong, why in (
            (line, f"GOT THROUGH{line}"),
            (grading.secret in text, "the report has the secret"),
            (has_control_characters(seen["printed"]),
             "control characters on the terminal"),
            (seen["late"], "the grader did not end"),
            (seen["left"], f"processes are left: {seen['left']}"),
            (files, f"files are left: {files}"),
            (list(grading.tmp.iterdir()), "files are left in TMPDIR"),
            (len(list(grading.vault.iterdir())) != 2, "a folder was changed"),
            (seen["heard"], "a service of the machine was reached"),
            (not seen["bound"], "no port was left"),
            (seen["memory"] > MEMORY_MB, f"{seen['memory']} MiB of memory"),
            (seen["disk"] > DISK_MB, f"{seen['disk']} MiB of files")):
        if wrong:
            return why
    return None


# --- The neighbour ------------------------------------------------------------

class Neighbour:
    """Grades the solution again and again while the attacks run."""

    def __init__(self, base, place, ask):
        self.grading = Grading(base, place, ask)
        self.tmp = self.grading.tmp
        self.stop, self.wrong, self.count = threading.Event(), [], 0
        self.thread = threading.Thread(target=self.grade)
        self.thread.start()

    def grade(self):
        while not self.stop.is_set():
            try:
                seen = self.grading.run("solution", NEIGHBOUR_CHECKS,
                                        seconds=120)
            except Exception as error:      # or this thread would end unnoticed
                self.wrong.append(str(error))
                return
            self.count += 1
            if seen["code"] != 0:
                self.wrong.append(seen["printed"])

    def close(self):
        self.stop.set()
        self.thread.join()
        self.grading.close()


# --- An attack ----------------------------------------------------------------

def kit_files():
    """What an attack would change in the kit to get points."""
    return [path for pattern in ("build/*/grade*", "build/*/confine",
                                 "build/*/chat-server", "solution/*",
                                 "starter/*", "tests/grade/shipped.txt",
                                 "build/*-san/selftest")
            for path in sorted(pathlib.Path().glob(pattern))]


class Program:
    """An attack that is a mutant of the solution or the starter."""

    def __init__(self, mutant):
        self.mutant, self.name = mutant, mutant.name

    def grade(self, grading, neighbour):
        """Returns (what run_graded.py has seen, what is wrong, the report)."""
        words = grading.words(neighbour)
        grading.chat.mkdir()
        for name, text in self.mutant.programs.items():
            for word in sorted(words, key=len, reverse=True):
                text = text.replace(f"@{word}@", str(words[word]))
            (grading.chat / name).write_text(text)
        only = self.mutant.only if self.mutant.only != "all" else None
        seen = grading.run(grading.chat, only,
                           seconds=self.mutant.seconds or SECONDS)
        report = grading.read_report()
        if seen["code"] not in (0, 1) or report is None:
            return seen, f"no verdict, exit code {seen['code']}", report
        return seen, check_grader.what_is_wrong(self.mutant, report), report


def happened(report):
    """The first failure in REPORT, in words."""
    if isinstance(report, str):
        return report
    for result in report["results"] if report else []:
        if result["state"] != "pass" and "cause" in result:
            return f"{result['id']}: {result['cause']}"
    return "all checks pass" if report else "not graded"


def attack(one, place, base, neighbour, ask):
    """Lets ONE attack the grader and prints a row.

    Returns whether it has achieved nothing, and the CPU seconds.
    """
    grading = Grading(base, place, ask)
    kit, shared = machine.hashes(kit_files()), machine.sysv_objects()
    try:
        seen, why, report = one.grade(grading, neighbour)
        through = what_got_through(grading, seen)
        if through is None and machine.hashes(kit_files()) != kit:
            through = "files of the kit were changed"
        if through is None and (new := machine.sysv_objects() - shared):
            through = f"shared memory is left: {new}"
    finally:
        grading.close()
    wrong = through or why
    print(f"  {'WRONG' if wrong else 'ok':6}{one.name:20} {place.kind:11}"
          f"{place.name:5}{seen['seconds']:6.1f} s {seen['cpu']:5.1f} s  "
          f"{wrong or happened(report)[:70]}", flush=True)
    if wrong and ask.verbose:
        print(seen["printed"])
    return not wrong, seen["cpu"]


def attack_all(chosen, place, base, ask):
    """Runs the attacks CHOSEN in PLACE. Returns (all good, CPU seconds)."""
    neighbour = Neighbour(base, place, ask)
    try:
        with concurrent.futures.ThreadPoolExecutor(ask.jobs) as pool:
            done = list(pool.map(
                lambda one: attack(one, place, base, neighbour, ask), chosen))
    finally:
        neighbour.close()
    for printed in neighbour.wrong:
        print(f"  WRONG the correct submission next to them failed:\n{printed}")
    print(f"  {'WRONG' if neighbour.wrong else 'ok':6}{'(neighbour)':20} "
          f"{place.kind:11}{place.name:5}  graded {neighbour.count} times "
          "meanwhile", flush=True)
    return (all(good for good, _ in done) and not neighbour.wrong,
            sum(cpu for _, cpu in done))


def choose(names):
    """The attacks called NAMES, or all attacks."""
    mutants = check_grader.read_mutants(HERE)
    programs = check_grader.choose(mutants, [])
    for mutant in programs:
        check_grader.make(mutant, mutants)
    attacks = [Program(mutant) for mutant in programs]
    known = {one.name: one for one in attacks + handins.ALL + faults.ALL}
    for name in names:
        if name not in known:
            sys.exit(f"there is no attack called {name}: tests/sandbox/ has "
                     "their names")
    chosen = [known[name] for name in names or known]
    mounting = [one for one in chosen if getattr(one, "mount", None)]
    if mounting and os.geteuid() != 0:
        print("skipped, because only root can mount:",
              *(one.name for one in mounting))
        chosen = [one for one in chosen if one not in mounting]
    return chosen


def main():
    parser = argparse.ArgumentParser(
        description="Attacks the grader. NAME: only these attacks.")
    parser.add_argument("grader", metavar="GRADE.SH")
    parser.add_argument("names", metavar="NAME", nargs="*")
    parser.add_argument("--kind", choices=("bubblewrap", "setpriv"))
    parser.add_argument("--user", choices=("root", "user"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count(),
                        help="attacks at the same time")
    parser.add_argument("--verbose", action="store_true",
                        help="after a WRONG, print the output of the grader")
    ask = parser.parse_intermixed_args()
    chosen, good, cpu, start = choose(ask.names), True, 0, time.monotonic()
    print("        attack               sandbox    user    time     CPU  what "
          "happened")
    with tempfile.TemporaryDirectory(prefix="check-sandbox-",
                                     dir="/var/tmp") as base:
        os.chmod(base, 0o711)
        for place in places(ask):
            fine, seconds = attack_all(chosen, place, base, ask)
            good, cpu = good and fine, cpu + seconds
    print(f"{'ok' if good else 'WRONG'}: {len(chosen)} attacks, "
          f"{time.monotonic() - start:.0f} s, {cpu:.0f} s of CPU")
    sys.exit(not good)


if __name__ == "__main__":
    main()
