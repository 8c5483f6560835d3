# SPDX-License-Identifier: MIT
"""Faults of the machine, and the end of a grading before its time.

The solution is graded while something is wrong that is not the student's fault.
Either it still passes, or there is no verdict: the exit code is above 1, and the
grader has printed what is wrong.
"""

import os
import signal

import handins

VERDICT = "Checks: 1 of 1 in ONLY passes."
EITHER = ""
NO_VERDICT = " "    # any words, but no verdict


class Fault:
    """Grades the solution.

    WRAP is a command that calls the grader. ENV changes its environment. MOUNT
    has the options of a file system that is mounted at TMPDIR. TOOL is a
    program, by its name and text, that comes first in PATH.

    WORDS is what the grader must print. With VERDICT the solution must pass.
    With EITHER it may pass, or there is no verdict. With any other WORDS there
    must be no verdict. A dict has the WORDS for some kinds of sandbox; in the
    others the solution must pass.
    """

    def __init__(self, name, words, wrap=(), env=None, mount=None, tool=None,
                 seconds=30):
        self.name, self.words, self.wrap = name, words, list(wrap)
        self.env, self.mount, self.tool = env or {}, mount, tool
        self.seconds = seconds

    def words_for(self, place):
        words = self.words
        return words.get(place.kind, VERDICT) if isinstance(words, dict) \
            else words

    def put_tool(self, grading):
        """Puts a program that does not work in front of PATH."""
        name, text = self.tool
        folder = grading.folder / "tools" / "bin"
        folder.mkdir(parents=True)
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
        self.env = {"PATH": f"{folder}:{os.environ['PATH']}"}

    def grade(self, grading, neighbour):
        handins.copy_solution(grading.chat)
        if self.tool:
            self.put_tool(grading)
        seen = grading.run(grading.chat, "M4-01", wrap=self.wrap, env=self.env,
                           mount=self.mount, seconds=self.seconds)
        words, code = self.words_for(grading.place), seen["code"]
        good = code > 1 if words != VERDICT else code == 0
        good |= words == EITHER and code == 0
        printed = " ".join(seen["printed"].split())
        if not good:
            return seen, f"exit code {code}: {printed[-60:]}", None
        if words.strip() not in printed:
            return seen, f"\"{words}\" is missing: {printed[-60:]}", None
        return seen, None, f"exit code {code}: {words}"


class End:
    """The grader gets the signal NUMBER when programs run."""

    def __init__(self, name, number):
        self.name, self.number = name, number

    def grade(self, grading, neighbour):
        handins.copy_solution(grading.chat)
        seen = grading.run(grading.chat, "M4-01,R4-01", signal=self.number)
        code, report = seen["code"], grading.report.exists()
        what = f"exit code {code}, {'a' if report else 'no'} report"
        if not seen["signalled"]:
            good, what = False, "it ended before it got the signal"
        elif self.number == signal.SIGPIPE:     # it is ignored
            good = code == 0 and report
        else:
            good = code not in (0, 1) and not report
        return seen, None if good else what, what


def limit(option):
    """A command that lowers a limit of the shell."""
    return ["sh", "-c", f'ulimit {option} && exec "$@"', "sh"]


WITHOUT_CC = "the compiler cannot build a correct program"

ALL = [
    Fault("no-path", {"bubblewrap": "is not installed",
                      "setpriv": "is not installed"},
          env={"PATH": "/nonexistent"}),
    Fault("umask", VERDICT, ["sh", "-c", 'umask 777 && exec "$@"', "sh"]),
    Fault("no-streams", NO_VERDICT,
          ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]),
    Fault("ignored-signals", VERDICT,
          ["env", "--ignore-signal=CHLD", "--ignore-signal=TERM",
           "--ignore-signal=ALRM", "--ignore-signal=PIPE"]),
    Fault("blocked-signals", VERDICT, ["env", "--block-signal"]),
    Fault("ulimit-files", "ulimit -n", limit("-n 20")),
    Fault("ulimit-file-size", "ulimit -f", limit("-f 100")),
    Fault("ulimit-processes", NO_VERDICT, limit("-u 10")),
    Fault("ulimit-cpu", "ulimit -t", limit("-t 5")),
    Fault("ulimit-addresses", NO_VERDICT, limit("-v 3000000")),
    Fault("ulimit-stack", "ulimit -s", limit("-s 64")),
    Fault("tmpdir-missing", {"setpriv": "set TMPDIR"},
          env={"TMPDIR": "/nonexistent"}),
    Fault("tmpdir-noexec", {"setpriv": "noexec"}, mount="noexec"),
    Fault("tmpdir-full", {"setpriv": "No space left"}, mount="size=500k"),
    Fault("tmpdir-nearly-full", {"setpriv": EITHER}, mount="size=20m"),
    Fault("tmpdir-read-only", {"setpriv": "set TMPDIR"}, mount="ro"),
    Fault("cc-fails", WITHOUT_CC,
          tool=("cc", "#!/bin/sh\necho broken >&2\nexit 1\n")),
    Fault("cc-is-killed", WITHOUT_CC,
          tool=("cc", "#!/bin/sh\nkill -s KILL $$\n")),
    Fault("cc-writes-nothing", NO_VERDICT, tool=("cc", "#!/bin/sh\nexit 0\n")),
    Fault("cc-is-no-program", NO_VERDICT, tool=("cc", "#!/nonexistent\n")),
    Fault("cc-waits", NO_VERDICT, seconds=10,
          tool=("cc", "#!/bin/sh\nread -r line </dev/zero\n")),
    Fault("bwrap-fails", {"bubblewrap": "does not work here: broken"},
          tool=("bwrap", "#!/bin/sh\necho broken >&2\nexit 1\n")),
    Fault("setpriv-fails", EITHER,
          tool=("setpriv", "#!/bin/sh\necho broken >&2\nexit 1\n")),
    End("killed", signal.SIGKILL),
    End("hung-up", signal.SIGHUP),
    End("interrupted", signal.SIGINT),
    End("terminated", signal.SIGTERM),
    End("no-reader", signal.SIGPIPE),
]
