# SPDX-License-Identifier: MIT
"""The record of one grading: build/class/NAME/records/ID.json.

A record is the grader's own report in JSON (tests/grade/report_json.c) and

    entry       what people call the hand-in: "doejane_123", "group7"
    id          the same as part of a file name
    sources     its files and folders in SUBMISSIONS
    lms         canvas, moodle or ""
    name        of the person or the group in the LMS, or ""
    person      her number there, or ""
    late        whether the LMS calls it late
    exit        the exit code of the grader: 0 or 1 is a verdict. With any other
                there is no verdict, and no report in the record
    message     why there is no verdict, or ""
    machine     which one graded it
    fingerprint of all that the verdict depends on: the files of the hand-in,
                the options and the kit

Every writer of results (gradebooks, pages, platforms) reads records only.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import tempfile

FIELDS = {"entry": str, "id": str, "sources": list, "lms": str, "name": str,
          "person": str, "late": bool, "exit": int, "message": str,
          "machine": str, "fingerprint": str}
REPORT = {"group": list, "summary": str, "grading": str, "score": int,
          "attempt": int, "checks": int, "checks_max": int, "notes": list,
          "results": list}
CHECK = {"id": str, "title": str, "state": str, "points": int,
         "max_points": int}
STATES = ("pass", "fail", "skip")


class Invalid(Exception):
    """Why this is not a record."""


def has_verdict(record):
    return record["exit"] in (0, 1)


def check_fields(fields, value, where):
    if not isinstance(value, dict):
        raise Invalid(f"{where} is not an object")
    for name, kind in fields.items():
        # A bool is an int in Python, but not in JSON.
        if name not in value or not isinstance(value[name], kind) or (
                kind is int and isinstance(value[name], bool)):
            raise Invalid(f"{where} has no {name} of the type {kind.__name__}")


def validate(record):
    """Raises Invalid if RECORD lacks something that its readers use."""
    check_fields(FIELDS, record, "the record")
    if not has_verdict(record):
        return
    check_fields(REPORT, record, "the record")
    for i, result in enumerate(record["results"]):
        check_fields(CHECK, result, f"result {i}")
        if result["state"] not in STATES:
            raise Invalid(f"result {i} has the state {result['state']}")
    if not all(isinstance(word, str)
               for word in record["group"] + record["notes"]):
        raise Invalid("group or notes has something other than strings")


def passed(record):
    """How many checks have passed, and of how many."""
    states = [result["state"] for result in record["results"]]
    return states.count("pass"), len(states)


# --- Files --------------------------------------------------------------------

def path(folder, entry_id):
    return pathlib.Path(folder, "records", f"{entry_id}.json")


def read(folder, entry_id):
    """The record, or None if it is missing or not valid."""
    try:
        record = json.loads(path(folder, entry_id).read_text("utf-8"))
        validate(record)
    except (OSError, ValueError, Invalid, RecursionError):
        return None
    return record


def write(folder, record):
    """Writes RECORD, completely or not at all, also if the power fails."""
    validate(record)
    write_file(path(folder, record["id"]),
               json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def write_file(target, words):
    """Replaces the file TARGET by one that contains WORDS, text or bytes."""
    data = words if isinstance(words, bytes) else words.encode("utf-8", "replace")
    target = pathlib.Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(new, 0o600)
        os.replace(new, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(new)
        raise


# --- Fingerprints -------------------------------------------------------------

# What a verdict depends on, besides the hand-in: not the pages, not the tests.
KIT = ("Makefile", "backends/*.[ch]", "lib/*.[ch]", "server/*.c",
       "server/*/*.[ch]", "tests/grade/*", "tests/support/*.[ch]")


def digest(parts):
    """The SHA-256 of PARTS, bytes, each with its length before it."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(len(part).to_bytes(8, "big") + part)
    return sha.hexdigest()


def fingerprint_of_kit(kit="."):
    """The same on every machine that has the same kit."""
    kit = pathlib.Path(kit)
    files = sorted(file for pattern in KIT for file in kit.glob(pattern)
                   if file.is_file())
    return digest(part for file in files for part in (
        file.relative_to(kit).as_posix().encode(), file.read_bytes()))


def fingerprint(files, options, kit):
    """Of a grading: FILES {name: bytes}, OPTIONS {name: word}, KIT's."""
    return digest([json.dumps(options, sort_keys=True).encode(), kit.encode()] +
                  [part for name in sorted(files)
                   for part in (name.encode(), files[name])])
