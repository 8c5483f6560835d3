# SPDX-License-Identifier: MIT
"""Runs every command that the documents name.

    run.py [--archive chat-lab.tar.gz] [DOCUMENT...]

page.py says how a document names commands. README.md and instructor.md are
played in a copy of this tree, handout.md and student.md in the unpacked
student archive. Exit status 1 when a document is wrong.
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
import stale
from player import Player

ROOT = Path(__file__).resolve().parents[3]
PORTS = (8080, 4444)       # the defaults of server and receiver
OF_INSTRUCTORS = ("README.md", "handout/instructor.md")
OF_STUDENTS = ("handout/handout.md", "handout/student.md")


def taken(port):
    """Does somebody listen there already?"""
    with socket.socket() as probe:
        # As servers do: what is left of old connections is no listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def report(name, problem):
    print(f"{name}:{problem.line}: FAILED: {problem}")
    for line in problem.tail:
        print(f"  | {line}")


class Outcome:
    """What became of one document, and how it is told."""

    def __init__(self, name):
        self.name, self.failed, self.counts = name, False, "0 commands run"

    def fail(self, problem):
        self.failed = True
        report(self.name, problem)

    def line(self):
        return f"{self.name}: {self.counts}" + (
            ", FAILED" if self.failed else "")


def check(root, name, fill, see_wait=120, command_wait=900):
    """Read and play one document; `fill` makes its work folder."""
    outcome = Outcome(name)
    try:
        text = (root / name).read_text(encoding="utf-8")
        document = page.read(text)
        for problem in stale.check(document.prose, root):
            outcome.fail(problem)
        if not any(isinstance(i, page.Block) for i in document.items):
            raise page.Problem(1, "no command stands in this document")
        with place.Place(root, fill) as here:
            player = Player(name, document.items, here, see_wait,
                            command_wait)
            try:
                player.play()
            finally:
                outcome.counts = player.counts()
    except page.Problem as problem:
        outcome.fail(problem)
    except (OSError, tarfile.TarError) as error:
        outcome.fail(page.Problem(1, f"cannot be played: {error}"))
    return outcome


def filler(name, archive):
    """How the folder is made in which this document is read."""
    if name not in OF_STUDENTS:
        return functools.partial(place.copy_tree, ROOT)
    if archive is None:
        return functools.partial(place.copy_for_students, ROOT)
    return functools.partial(place.unpack, archive)


def arguments():
    parser = argparse.ArgumentParser(
        description="Runs every command that the documents name.")
    parser.add_argument("--archive", type=Path,
                        help="the student archive (default: this tree "
                        "without solution/)")
    parser.add_argument("--private", action="store_true",
                        help="(internal) this runs in a network of its own")
    parser.add_argument("documents", nargs="*", metavar="DOCUMENT",
                        default=OF_INSTRUCTORS + OF_STUDENTS,
                        help="README.md, handout/handout.md ... (all)")
    return parser.parse_args()


def main():
    options = arguments()
    if options.private:
        private.loopback_up()
    # Whoever ends us wants the terminals to end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    busy = [port for port in PORTS if taken(port)]
    # Ports can also be taken later, for example by a grader that runs beside
    # us. Only root loses nothing in the private network.
    if not options.private and (busy or os.geteuid() == 0):
        private.enter()
    if busy:
        sys.exit(f"error: another program listens on port {busy[0]}, which "
                 "the documents use: end it, for example a make server")
    outcomes = [check(ROOT, name, filler(name, options.archive))
                for name in options.documents]
    print("\n".join(outcome.line() for outcome in outcomes))
    return 1 if any(outcome.failed for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
