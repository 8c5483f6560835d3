# SPDX-License-Identifier: MIT
"""Types every command of the pages, as a reader would.

    run.py ARCHIVE [PAGE...]

play.py explains the scripts, which are in scripts/. README.md and instructor.md
are played in a copy of this tree, handout.md and student.md in the unpacked
student archive. Exit code 1 if a page is wrong.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from play import check
from workspace import Workspace

ROOT = Path(__file__).resolve().parents[3]
PORTS = (8080, 4444)       # the defaults of server and receiver
OF_INSTRUCTORS = ("README.md", "handout/instructor.md")
OF_STUDENTS = ("handout/handout.md", "handout/student.md")
PRIVATE = "RUN_PY_IS_PRIVATE"


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


def private_network():
    """A command that runs another one in a private network, where every
    port is free; None if that is not allowed here."""
    words = ["unshare", "--net"]
    if os.geteuid() != 0:
        words += ["--user", "--map-current-user", "--keep-caps"]
    words += ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if shutil.which("unshare") is None or subprocess.run(
            [*words, "true"], capture_output=True, check=False).returncode:
        return None
    return words


def main():
    # When we are killed, the terminals end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    busy = [port for port in PORTS if taken(port)]
    # Another program, such as a grader, can take a port later. So root always
    # moves to a private network, where it keeps all its rights.
    if PRIVATE not in os.environ and (busy or os.geteuid() == 0):
        words = private_network()
        if words:
            os.environ[PRIVATE] = "1"
            os.execvp(words[0], [*words, sys.executable, *sys.argv])
    if busy:
        sys.exit(f"error: another program listens on port {busy[0]}, which "
                 "the pages use: stop it (a make server, for example)")
    archive, *pages = sys.argv[1:]
    results = [check(Workspace(ROOT, archive if name in OF_STUDENTS else None), name)
               for name in pages or OF_INSTRUCTORS + OF_STUDENTS]
    print("\n".join(line for line, _ in results))
    return 0 if all(good for _, good in results) else 1


if __name__ == "__main__":
    sys.exit(main())
