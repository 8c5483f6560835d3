# SPDX-License-Identifier: MIT
"""bundle.py PLATFORM FOLDER: packs what the platform needs into FOLDER.

GRADING, HIDDEN, CRYPTO and IMAGE in the environment are the settings. The same tree
gives the same bytes. A bundle has the kit without its solution, because some
platforms show their files to students. If a file has an answer in it, nothing is
packed.
"""

import glob
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
import zipfile

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# The part of the kit that builds the grader and runs it on a platform.
KIT = """
Makefile LICENSE
backends/*.[ch] lib/*.[ch] server/*.c server/*/*.[ch]
handout/flow/flow.css handout/flow/wall.*
tests/tools/deps.sh tests/tools/writable.sh tests/tools/starts.sh
tests/grade/*.[ch] tests/grade/grade.sh tests/grade/shipped.txt
tests/support/failure.h tests/support/forgery.[ch] tests/support/tcp.[ch]
tests/support/http_server.[ch] tests/support/stopwatch.[ch]
tests/platforms/grade.py tests/platforms/writers.py tests/platforms/prepare.sh
tests/class/unpack.py
"""
DATE = (2026, 1, 1, 0, 0, 0)  # of every file in an archive
SECONDS = 1767225600          # the same for tar


def settings():
    """The settings, from the environment that make passes on."""
    grading = os.environ.get("GRADING") or "attempt"
    if grading not in ("attempt", "checks"):
        sys.exit("GRADING=%s: choose attempt or checks" % grading)
    hidden = [one for one in (os.environ.get("HIDDEN") or "").split(",") if one]
    ids = re.findall(r'"([A-Z0-9]+-[0-9]+)"',
                     read("tests/grade/ladder.c").decode("utf-8"))
    for one in hidden:
        if not any(name in (one, one + name[-3:]) for name in ids):
            sys.exit("HIDDEN=%s: there is no such check or group: make rubric "
                     "lists them" % one)
    return {"grading": grading, "hidden": hidden,
            "crypto": os.environ.get("CRYPTO") or "libsodium"}


def read(path):
    with open(os.path.join(ROOT, path), "rb") as file:
        return file.read()


def kit(prefix):
    """The files of the kit: {PREFIX + path: bytes}."""
    files = {}
    for pattern in KIT.split():
        found = sorted(glob.glob(os.path.join(ROOT, pattern)))
        if not found:
            sys.exit("bundle.py: %s is not there" % pattern)
        for path in found:
            name = os.path.relpath(path, ROOT)
            files[prefix + name] = read(name)
    files[prefix + "platform.json"] = (json.dumps(settings()) +
                                       "\n").encode("ascii")
    return files


def write_files(folder, files):
    """Writes FILES {path: bytes} to FOLDER."""
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def check_answers(files):
    """Exits if an answer of solution/ is in one of FILES."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder, files)
        names = [os.path.join(folder, name) for name in files]
        gate = subprocess.run(
            [sys.executable, "-B", os.path.join(ROOT, "tests/tools/dist/"
                                                "gate.py"),
             os.path.join(ROOT, "solution/sender.c"),
             os.path.join(ROOT, "solution/receiver.c"), "--"] + names,
            check=False)
    if gate.returncode != 0:
        sys.exit("bundle.py: a file of the bundle has an answer of solution/, "
                 "see above: nothing was packed")


def mode_of(name):
    return 0o755 if name.endswith((".sh", "run_autograder")) else 0o644


def pack_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, DATE)
            info.external_attr = (0o100000 | mode_of(name)) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])


def pack_tar(path, files):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(files[name]), SECONDS
            info.mode = mode_of(name)
            archive.addfile(info, io.BytesIO(files[name]))


def gradescope(folder):
    files = kit("kit/")
    for name in ("setup.sh", "run_autograder"):
        files[name] = read("tests/platforms/gradescope/" + name)
    check_answers(files)
    pack_zip(os.path.join(folder, "autograder.zip"), files)


def copy(folder, name, source):
    """Puts the file SOURCE of this folder into FOLDER as NAME."""
    shutil.copy(os.path.join(HERE, source), os.path.join(folder, name))


def pack_kit(path):
    files = kit("chat-lab/")
    check_answers(files)
    pack_tar(path, files)


def autolab(folder):
    pack_kit(os.path.join(folder, "autograde.tar"))
    copy(folder, "autograde-Makefile", "autolab/autograde-Makefile")


def prairielearn(folder):
    pack_kit(os.path.join(folder, "kit.tar"))
    copy(folder, "Dockerfile", "prairielearn/Dockerfile")
    question = os.path.join(folder, "question")
    os.mkdir(question)
    copy(question, "question.html", "prairielearn/question.html")
    with open(os.path.join(question, "info.json"), "w",
              encoding="ascii") as file:
        json.dump(question_info(), file, indent=4)


def question_info():
    """info.json of a PrairieLearn question, see "External Grading"."""
    return {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, "chat-lab/prairielearn")),
        "title": "Chat lab: messages 4 and 5", "topic": "Cryptography",
        "type": "v3", "gradingMethod": "External", "singleVariant": True,
        "externalGradingOptions": {
            "enabled": True, "image": os.environ.get("IMAGE") or "chat-lab",
            "entrypoint": ["python3", "-B", "/chat-lab/tests/platforms/"
                           "grade.py", "prairielearn", "/grade/student",
                           "/grade/results/results.json"],
            "timeout": 300}}


def classroom50(folder):
    pack_kit(os.path.join(folder, "kit.tar"))
    copy(folder, "autograder.py", "classroom50/autograder.py")


def ci(folder):
    files = kit("kit/")
    check_answers(files)
    write_files(folder, files)
    copy(folder, "grade.yml", "ci/grade.yml")


BUNDLES = {
    "gradescope": gradescope,
    "autolab": autolab,
    "prairielearn": prairielearn,
    "classroom50": classroom50,
    "ci": ci,
}


def main():
    platform, folder = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    BUNDLES[platform](folder)
    for name in sorted(os.listdir(folder)):
        print("%s/%s" % (folder, name))


if __name__ == "__main__":
    main()
