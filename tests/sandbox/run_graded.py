# SPDX-License-Identifier: MIT
"""run_graded.py: runs one grading on a new terminal and watches it.

Standard input is a JSON object: the command, its environment, the user id, the
folders to watch, a signal for the grader (0: none), and the descriptor of the
service that it must not reach. The answer on standard output is one, too. This
program is the subreaper: processes that the grading leaves behind become its
children. So it must not be a part of check_sandbox.py, which has other
children.
"""

import errno
import fcntl
import json
import os
import pty
import resource
import select
import signal
import socket
import subprocess
import sys
import termios
import time

import machine

TICK = 0.2          # seconds between two looks at the machine
LONGEST = 150       # seconds, after which the grading is killed
BEGUN = 4           # processes: with this many, the submission is running
GRACE = 3           # seconds until the last process must have ended


def take_terminal():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    # A shell starts commands in the background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def read_some(terminal, seconds):
    """What is printed within SECONDS; None at the end."""
    if not select.select([terminal], [], [], seconds)[0]:
        return b""
    try:
        return os.read(terminal, 65536) or None
    except OSError as error:
        if error.errno == errno.EIO:    # no process has the terminal open
            return None
        raise


class Watch:
    """What a grading uses at most."""

    def __init__(self, folders):
        self.folders, self.next = folders, 0
        self.memory, self.disk, self.bound, self.processes = 0, 0, True, 0

    def look(self):
        if time.monotonic() < self.next:
            return
        all_of_it = machine.descendants(os.getpid())
        self.processes = len(all_of_it)
        self.memory = max(self.memory, machine.memory_mb(all_of_it))
        self.disk = max(self.disk,
                        sum(machine.disk_mb(path) for path in self.folders))
        self.bound &= machine.can_bind()
        self.next = time.monotonic() + TICK


def run(task, service):
    """Runs the command of TASK. SERVICE must not hear from it."""
    terminal, end = pty.openpty()
    os.fchown(end, task["user"], -1)
    start = time.monotonic()
    grader = subprocess.Popen(
        task["command"], stdin=end, stdout=end, stderr=end, env=task["env"],
        user=task["user"], group=task["user"], extra_groups=[],
        start_new_session=True, preexec_fn=take_terminal)
    os.close(end)
    watch, printed, some = Watch(task["watched"]), b"", b""
    late = False
    while some is not None or grader.poll() is None:
        if some is not None:
            some = read_some(terminal, TICK)
            printed += some or b""
        else:
            signal.sigtimedwait({signal.SIGCHLD}, TICK)
        watch.look()
        if task["signal"] and watch.processes >= BEGUN:
            grader.send_signal(task["signal"])
            task["signal"] = 0
        late = time.monotonic() - start > LONGEST
        if late:
            grader.send_signal(signal.SIGKILL)
            break
    code = grader.wait()
    left = machine.wait_for_children(GRACE)
    names = [machine.name_of(pid) for pid in left]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"code": code, "late": late, "left": names,
            "signalled": task["signal"] == 0,
            "printed": printed.decode(errors="backslashreplace"),
            "memory": watch.memory, "disk": watch.disk, "bound": watch.bound,
            "heard": bool(select.select([service], [], [], 0)[0]),
            "seconds": time.monotonic() - start,
            "cpu": usage.ru_utime + usage.ru_stime}


def main():
    task = json.load(sys.stdin)
    machine.become_subreaper()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    with socket.socket(fileno=task["service"]) as service:
        json.dump(run(task, service), sys.stdout)


if __name__ == "__main__":
    main()
