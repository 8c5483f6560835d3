# SPDX-License-Identifier: MIT
"""Types every command of the pages, as a reader would.

    run.py [--archive chat-lab.tar.gz] [PAGE...]

script.py explains how scripts/NAME.txt describes what NAME.md leads to.
README.md and instructor.md are played in a copy of this tree, handout.md and
student.md in the unpacked student archive. Exit code 1 if a page is wrong.
"""

import argparse
import functools
import os
import signal
import socket
import sys
import tarfile
from pathlib import Path

import page
import place
import private
import script
import stale
from player import Player

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = "tests/tools/docs/scripts"
PORTS = (8080, 4444)       # the defaults of server and receiver
OF_INSTRUCTORS = ("README.md", "handout/instructor.md")
OF_STUDENTS = ("handout/handout.md", "handout/student.md")


def taken(port):
    """Does another program listen on this port?"""
    with socket.socket() as probe:
        # As servers do: ignore what is left of old connections.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def report(problem):
    print(f"{problem.where}: FAILED: {problem}")
    for line in problem.tail:
        print(f"  | {line}")


class Outcome:
    """The result of one page, and how it is printed."""

    def __init__(self, name):
        self.name, self.failed, self.counts = name, False, "0 commands run"

    def fail(self, problem):
        self.failed = True
        report(problem)

    def line(self):
        return f"{self.name}: {self.counts}" + (
            ", FAILED" if self.failed else "")


def check(root, name, fill, see_wait=120, command_wait=900):
    """Read and play one page; `fill` fills its work folder."""
    outcome = Outcome(name)
    try:
        for problem in play(root, outcome, fill, see_wait, command_wait):
            outcome.fail(problem)
    except page.Problem as problem:
        outcome.fail(problem)
    except (OSError, tarfile.TarError) as error:
        outcome.fail(page.Problem(name, f"cannot be played: {error}"))
    return outcome


def play(root, outcome, fill, see_wait, command_wait):
    """Yield problems with the page's text, then play it to the first one."""
    text = (root / outcome.name).read_text(encoding="utf-8")
    this = page.read(outcome.name, text)
    yield from stale.check(this, root)
    if not any(isinstance(fence, page.Block) for fence in this.fences):
        raise page.Problem(outcome.name, "there is no command in this page")
    its_script = f"{SCRIPTS}/{Path(outcome.name).stem}.txt"
    entries = script.read(
        its_script, (root / its_script).read_text(encoding="utf-8"), this)
    with place.Place(root, fill) as here:
        player = Player(entries, here, see_wait, command_wait)
        try:
            player.play()
        finally:
            outcome.counts = player.counts()


def filler(name, archive):
    """The function that fills the folder in which this page is played."""
    if name not in OF_STUDENTS:
        return functools.partial(place.copy_tree, ROOT)
    if archive is None:
        return functools.partial(place.copy_for_students, ROOT)
    return functools.partial(place.unpack, archive)


def arguments():
    parser = argparse.ArgumentParser(
        description="Types every command of the pages, as a reader would.")
    parser.add_argument("--archive", type=Path,
                        help="the student archive (default: this tree "
                        "without solution/)")
    parser.add_argument("--private", action="store_true",
                        help="(internal) this runs in a network of its own")
    parser.add_argument("pages", nargs="*", metavar="PAGE",
                        default=OF_INSTRUCTORS + OF_STUDENTS,
                        help="README.md, handout/handout.md ... (all)")
    return parser.parse_args()


def main():
    options = arguments()
    if options.private:
        private.loopback_up()
    # When we are killed, the terminals end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    busy = [port for port in PORTS if taken(port)]
    # Another program, such as a grader, can take a port later. So root always
    # moves to a private network: root loses nothing there.
    if not options.private and (busy or os.geteuid() == 0):
        private.enter()
    if busy:
        sys.exit(f"error: another program listens on port {busy[0]}, which "
                 "the pages use: stop it (a make server, for example)")
    outcomes = [check(ROOT, name, filler(name, options.archive))
                for name in options.pages]
    print("\n".join(outcome.line() for outcome in outcomes))
    return 1 if any(outcome.failed for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
