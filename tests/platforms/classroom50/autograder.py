# SPDX-License-Identifier: MIT
"""Classroom 50 runs this file in the student's checkout for each submission.

The other files in CLASSROOM/autograders/ASSIGNMENT/ are next to it here, too. It
must write result.json. See "Advanced Autograding" in the wiki of Classroom 50.
"""

import os
import pathlib
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent


def main():
    folder = pathlib.Path(os.environ.get("RUNNER_TEMP", HERE))
    with tarfile.open(HERE / "kit.tar") as kit:
        kit.extractall(folder)
    platforms = folder / "chat-lab" / "tests" / "platforms"
    subprocess.run(["sh", platforms / "prepare.sh"], check=True)
    # Exit code 0: result.json has the verdict. Others: the machine failed.
    return subprocess.run(
        [sys.executable, "-B", platforms / "grade.py", "classroom50", ".",
         "result.json"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
