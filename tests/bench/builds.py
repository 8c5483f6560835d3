# SPDX-License-Identifier: MIT
"""How long the kit takes to build and to test: seconds, and CPU seconds.

    builds.py [--check]

It works on a copy of this folder, so that build/ does not change. It grades the
solution without a sandbox, and a copy of the solution, like a student's hand-in,
in the best sandbox that works here. Only --check measures make check, which
takes minutes. The results are also in build/bench/builds.json.
"""

import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

COMMANDS = [
    ("build from clean", ["make"]),
    ("the grader, after that", ["make", "grader"]),
    ("grade, without a sandbox", ["make", "grade", "SUBMISSION=solution"]),
    ("grade, in a sandbox", ["make", "grade", "SUBMISSION=hand-in"]),
]
CHECK = ("make check, after that", ["make", "check"])


def adopt_orphans():
    """On Linux, lets processes that outlive their parent become our children, so
    that their processor time counts. The sandboxes start such processes."""
    if sys.platform == "linux":
        subreaper = 36                     # PR_SET_CHILD_SUBREAPER
        ctypes.CDLL(None).prctl(subreaper, 1, 0, 0, 0)


def reap_orphans():
    """Waits for all of them."""
    try:
        while os.waitpid(-1, 0)[0] > 0:
            pass
    except ChildProcessError:
        pass


def measure(command, folder):
    """Runs COMMAND. Returns its seconds and CPU seconds, or None if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    reap_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return (seconds, cpu) if result.returncode == 0 else None


def main():
    commands = COMMANDS + [CHECK] * ("--check" in sys.argv[1:])
    results = []
    adopt_orphans()
    # A compiler cache would hide what a first build costs.
    os.environ["CCACHE_DISABLE"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "kit")
        shutil.copytree(".", copy, symlinks=True,
                        ignore=shutil.ignore_patterns("build", ".git"))
        shutil.copytree(os.path.join(copy, "solution"),
                        os.path.join(copy, "hand-in"))
        for name, command in commands:
            measured = measure(command, copy)
            if measured is None:
                print(f"{name:28} FAILED: {' '.join(command)}")
                return 1
            print(f"{name:28} {measured[0]:8.1f} s {measured[1]:8.1f} s CPU",
                  flush=True)
            results.append({"what": name, "command": " ".join(command),
                            "seconds": measured[0], "cpu_seconds": measured[1]})
    os.makedirs("build/bench", exist_ok=True)
    with open("build/bench/builds.json", "w") as file:
        json.dump(results, file, indent=4)
    return 0


if __name__ == "__main__":
    sys.exit(main())
