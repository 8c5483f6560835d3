# SPDX-License-Identifier: MIT
"""grade.py PLATFORM HAND-IN RESULT: grades as a platform calls it.

HAND-IN is a folder or an archive. RESULT is written after each check, so that
a grading that is killed leaves one. Exit codes: 0 if there is a result, but 1
on plain CI unless all checks pass; others mean that the machine could not
grade, and then there is no result.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile

import writers

KIT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
sys.path.append(os.path.join(KIT, "tests", "class"))
import unpack  # noqa: E402

NO_HAND_IN = (65, 66)  # exit codes of the grader: EX_DATAERR, EX_NOINPUT
STOPPED = 75           # its EX_TEMPFAIL: a signal has stopped it


def settings_of(kit):
    """The settings that bundle.py wrote next to the kit."""
    with open(os.path.join(kit, "platform.json"), encoding="ascii") as file:
        return json.load(file)


def save(path, text):
    """Writes TEXT to PATH, completely or not at all."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def copy_hand_in(path, folder):
    """Copies the hand-in PATH to FOLDER, a new one. Returns remarks on it."""
    os.mkdir(folder)
    if os.path.isdir(path):
        hand_in = unpack.read([unpack.Folder(path)])
    else:
        with open(path, "rb") as file:
            hand_in = unpack.read([unpack.walk_archive(file)])
    for name, data in hand_in.files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    return hand_in.notes


def as_root():
    """What precedes a command so that it runs as root, if that is possible.

    Without namespaces, only root can run a hand-in as a separate user.
    """
    if os.geteuid() == 0:
        return []
    try:
        sudo = subprocess.run(["sudo", "-n", "true"], capture_output=True,
                              check=False)
    except FileNotFoundError:
        return []
    return ["sudo", "-n"] if sudo.returncode == 0 else []


class Grading:
    """One run of the grader. The result is written again after each check."""

    def __init__(self, platform, folder, notes, result, scratch):
        self.notes = notes
        self.settings = settings_of(KIT)
        self.platform = platform
        self.folder = folder
        self.result = result
        self.report = os.path.join(scratch, "report.json")
        self.seen = None
        # The report that it prints is not shown: it has hidden checks, too.
        self.process = subprocess.Popen(
            as_root() +
            ["sh", os.path.join(KIT, "build", self.settings["crypto"],
                                "grade.sh"),
             "--submission", folder, "--grading", self.settings["grading"],
             "--format", "json", "--report", self.report, "--partial"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)

    def publish(self):
        """Writes the result, if the report is new."""
        try:
            stat = os.stat(self.report)
        except FileNotFoundError:
            return
        if self.seen == (stat.st_ino, stat.st_mtime_ns):
            return
        self.seen = (stat.st_ino, stat.st_mtime_ns)
        with open(self.report, encoding="utf-8", errors="replace") as file:
            record = json.load(file)
        self.write(record)

    def write(self, record):
        record["notes"] = self.notes + record["notes"]
        save(self.result, writers.result_of(self.platform, record,
                                            self.settings, self.folder))

    def stop(self, *_):
        """On SIGTERM: the grader ends too, and the last result stays."""
        try:
            self.process.terminate()
        except PermissionError:
            pass  # it is root's; it ends after its own time limit

    def finish(self):
        """Follows the grader to its end. Returns an exit code."""
        errors = b""
        while True:
            try:
                errors = self.process.communicate(timeout=0.2)[1]
                break
            except subprocess.TimeoutExpired:
                self.publish()
        code = self.process.returncode
        message = errors.decode("utf-8", "replace").strip()
        if message:
            print(message, file=sys.stderr)
        if code in NO_HAND_IN:
            self.write(writers.failed_record(message))
        elif code in (0, 1, STOPPED) or code < 0:
            self.publish()
        else:
            remove(self.result)
        if not os.path.exists(self.result):
            return max(code, 70)
        return 1 if code != 0 and self.platform == "ci" else 0


def main():
    platform, path, result = sys.argv[1:]
    remove(result)
    with tempfile.TemporaryDirectory(prefix="platform-") as scratch:
        folder = os.path.join(scratch, "hand-in")
        try:
            notes = copy_hand_in(path, folder)
        except unpack.Unreadable as error:
            record = writers.failed_record(str(error))
            save(result, writers.result_of(platform, record, settings_of(KIT),
                                           folder))
            return 1 if platform == "ci" else 0
        grading = Grading(platform, folder, notes, result, scratch)
        signal.signal(signal.SIGTERM, grading.stop)
        return grading.finish()


if __name__ == "__main__":
    sys.exit(main())
