# SPDX-License-Identifier: MIT
"""check_alone.py SUBMISSIONS: grades one by one, and compares the verdicts.

It takes hand-ins that make grade-class has graded, grades each again, alone,
with grade.sh, and compares every check. --count takes only some of them.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import entries
import grade_class
import record


def states(report):
    return {result["id"]: result["state"] for result in report["results"]}


def grade_alone(files, grader):
    """{check: state} of the hand-in with FILES, or the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o711)
        for name, data in files.items():
            pathlib.Path(folder, name).write_bytes(data)
        report = pathlib.Path(folder, "report.json")
        code = subprocess.run(
            ["sh", grader, "--submission", folder, "--format", "json",
             "--report", report], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, check=False).returncode
        return states(json.loads(report.read_bytes())) if code < 2 else code


def differences(entry, one, grader):
    """What differs between the record ONE of ENTRY and its grading alone."""
    alone = grade_alone(entry.read().files, grader)
    if not isinstance(alone, dict):
        return [f"exit code {alone}"]
    course = states(one)
    return [f"{check}: {course.get(check)} in the class, {alone.get(check)} "
            "alone" for check in sorted(course.keys() | alone.keys())
            if course.get(check) != alone.get(check)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("submissions")
    parser.add_argument("--grader", default="build/libsodium/grade.sh")
    parser.add_argument("--count", type=int, default=1 << 30)
    ask = parser.parse_args()
    folder = grade_class.results_folder(ask.submissions)
    found, _ = entries.find(ask.submissions)
    graded = [(entry, one) for entry in found
              for one in [record.read(folder, entry.id)]
              if one and record.has_verdict(one)]
    random.Random(1).shuffle(graded)
    graded, differ = graded[:ask.count], 0
    if not graded:
        sys.exit(f"no hand-in in {ask.submissions} has a verdict: type make "
                 f"grade-class SUBMISSIONS={ask.submissions}")
    for entry, one in graded:
        lines = differences(entry, one, ask.grader)
        differ += bool(lines)
        for line in lines:
            print(f"{one['entry']}: {line}", flush=True)
    print(f"{len(graded)} graded alone, {differ} differ")
    sys.exit(differ > 0)


if __name__ == "__main__":
    main()
