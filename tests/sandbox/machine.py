# SPDX-License-Identifier: MIT
"""What the machine looks like to the tests: processes, files, ports."""

import contextlib
import ctypes
import hashlib
import os
import pathlib
import signal
import socket
import time

PR_SET_CHILD_SUBREAPER = 36
EVERYONE_WRITES = ("/tmp", "/var/tmp", "/dev/shm")


def become_subreaper():
    """From now on, orphaned descendants become children of this process."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(pid):
    found = []
    with contextlib.suppress(OSError):      # it may end meanwhile
        for task in os.listdir(f"/proc/{pid}/task"):
            text = pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text()
            found += [int(word) for word in text.split()]
    return found


def descendants(pid):
    found = children(pid)
    for child in found:
        found += children(child)
    return found


def name_of(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    return "?"


def memory_mb(pids):
    pages = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            pages += int(pathlib.Path(f"/proc/{pid}/statm")
                         .read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") >> 20


def disk_mb(folder):
    """The size of the files in FOLDER, which may change meanwhile."""
    size = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(path, name)).st_blocks * 512
    return size >> 20


def wait_for_children(seconds):
    """Waits until this process has no child. Returns those that are left.

    SIGCHLD must be blocked.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                signal.sigtimedwait({signal.SIGCHLD}, left)
        except ChildProcessError:
            return []
    return children(os.getpid())


def marked_files(mark):
    """Files whose names contain MARK, where every user can write."""
    found = []
    for folder in EVERYONE_WRITES:
        with contextlib.suppress(OSError):
            found += [f"{folder}/{name}" for name in os.listdir(folder)
                      if mark in name]
    return found


def sysv_objects():
    """The System V shared memory, semaphores and queues: (kind, id) pairs.

    Not their keys, because private ones all have the key 0.
    """
    found = set()
    for kind in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError):
            lines = pathlib.Path(f"/proc/sysvipc/{kind}").read_text()
            found |= {(kind, int(line.split()[1]))
                      for line in lines.splitlines()[1:]}
    return found


def can_bind():
    """Whether a program of this machine still gets a port."""
    try:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
    except OSError:
        return False
    return True


def hashes(paths):
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            found[str(path)] = hashlib.sha256(
                pathlib.Path(path).read_bytes()).hexdigest()
    return found
