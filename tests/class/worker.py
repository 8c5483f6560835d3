# SPDX-License-Identifier: MIT
"""worker.py: grades one hand-in; jobs.py starts it, here or through ssh.

Standard input has one line, a job in JSON: its id, its files in base64, and the
grader with its options. Standard output has one line, the id with the exit code
and the report. So a machine needs the kit, and no files are copied to it. This
program runs in the folder of the kit.

worker.py --machine describes this machine instead: the kit, and how many cores
it has.
"""

import base64
import ctypes
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile

import record

MACHINE, TEMPORARY = 71, 75         # exit codes of sysexits.h
SECONDS_MAX = 900                   # the grader has its own, shorter limit
MESSAGE_MAX = 2000


def die_with_parent():
    """Ends the grading if parallel or ssh is killed: its result is lost."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)      # PR_SET_PDEATHSIG


def describe():
    """What jobs.py compares before it uses this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(
        os, "sched_getaffinity") else os.cpu_count()
    return {"machine": platform.node(), "cores": cores,
            "kit": record.fingerprint_of_kit()}


def write_files(folder, files):
    for name, data in files.items():
        # Only these names, whatever the line says.
        if name in ("sender.c", "receiver.c", "GROUP"):
            (folder / name).write_bytes(base64.b64decode(data))


def run(command, environment):
    """(exit code, messages) of COMMAND."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=errors, env=environment, preexec_fn=die_with_parent)
        try:
            code = child.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            code = TEMPORARY
            errors.write(b"no verdict: the grader did not end within "
                         b"%d s\n" % SECONDS_MAX)
        finally:
            if child.poll() is None:
                child.terminate()       # it removes what it has made
                child.wait()
        errors.seek(0)
        words = errors.read(MESSAGE_MAX).decode("utf-8", "replace")
    return (code if code >= 0 else MACHINE), words


def grade(job, folder):
    """Grades JOB in FOLDER. Returns what jobs.py makes a record of."""
    hand_in, report = folder / "hand-in", folder / "report.json"
    hand_in.mkdir(mode=0o711)
    write_files(hand_in, job["files"])
    command = ["sh", job["grader"], "--submission", str(hand_in), "--format",
               "json", "--report", str(report)] + job["options"]
    code, words = run(command, {**os.environ, **job["environment"]})
    result = {"exit": code, "message": "", "report": {}}
    if code in (0, 1):
        try:
            result["report"] = json.loads(report.read_text("utf-8"))
        except (OSError, ValueError) as error:
            result["exit"] = MACHINE
            words = f"no verdict: the report cannot be read: {error}"
    if result["exit"] not in (0, 1):
        # The path of a temporary folder means nothing to the reader.
        words = words.replace(str(hand_in), "the hand-in")
        result["message"] = " ".join(words.split()) or (
            f"the grader ended with exit code {code}")
    return result


def main():
    if sys.argv[1:] == ["--machine"]:
        print(json.dumps(describe()))
        return
    die_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    job = json.loads(sys.stdin.buffer.readline())
    try:
        with tempfile.TemporaryDirectory(prefix="class-") as folder:
            os.chmod(folder, 0o711)     # root's grader runs as another user
            result = grade(job, pathlib.Path(folder))
    except OSError as error:
        result = {"exit": MACHINE, "report": {},
                  "message": f"no verdict: {error}: free space on the disk "
                             "if it is full, and grade again"}
    print(json.dumps({"id": job["id"], "machine": platform.node(), **result}))


if __name__ == "__main__":
    main()
