# SPDX-License-Identifier: MIT
"""check.py [PLATFORM...]: runs each bundle as its platform does.

For each platform: packs the bundle, builds the image in a clean root, hands in
some submissions, and checks the result file against the platform's list of
fields. The last grading is killed in the middle.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import container
import fields

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
HAND_IN = ("sender.c", "receiver.c", "GROUP")


class Wrong(Exception):
    """A test failed; the text has the details."""


def must(condition, text):
    if not condition:
        raise Wrong(text)


def bundle(platform, folder, **settings):
    environment = dict(os.environ, GRADING="checks", HIDDEN="", **settings)
    subprocess.run([sys.executable, "-B", os.path.join(HERE, "bundle.py"),
                    platform, folder], env=environment, check=True,
                   stdout=subprocess.DEVNULL)


def copy(source, folder):
    """Puts the hand-in of the kit's folder SOURCE into FOLDER."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name in HAND_IN:
        path = os.path.join(ROOT, source, name)
        if os.path.exists(path):
            shutil.copy(path, folder)


def right(folder):
    copy("solution", folder)


def starter(folder):
    copy("starter", folder)


def broken(folder):
    """It does not compile, and its message has markup and a bad byte."""
    copy("solution", folder)
    with open(os.path.join(folder, "sender.c"), "ab") as file:
        file.write(b'#error "<script>alert(1)</script> \xff \x1b[31m"\n')


def archive(folder):
    """One file, as make submit packs it."""
    copy("solution", folder)
    subprocess.run(["tar", "-czf", os.path.join(folder, "hand-in.tar.gz"),
                    "-C", folder, "sender.c", "receiver.c"], check=True)
    for name in HAND_IN:
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


# What each submission must get: (lowest score, highest score, a check and
# whether it passes).
SUBMISSIONS = {
    right: (100, 100, "B-01", True),
    archive: (100, 100, "B-01", True),
    starter: (0, 5, "M5-03", False),
    broken: (0, 70, "B-01", False),
    empty: (0, 0, None, False),
}


class Platform:
    """What a platform does with PACKED, the folder of its bundle."""

    submissions = (right, starter, broken)
    submission = None  # the folder that gets the hand-in
    result = None      # the path of the result file
    container = None

    def build(self):
        """Makes the image. Returns an exit code and the output."""
        return 0, ""

    def hand_in(self, submission):
        submission(self.submission)

    def text(self, output):
        """The text of the result, after a grading that printed OUTPUT."""
        with open(self.result, encoding="utf-8") as file:
            return file.read()

    def kill(self, process):
        """Kills the grading, which PROCESS runs."""
        process.kill()


class Gradescope(Platform):
    """Its harness unpacks autograder.zip, copies run_autograder, runs setup.sh
    once, and run_autograder in /autograder for each submission."""

    submissions = tuple(SUBMISSIONS)

    def __init__(self, scratch, packed):
        self.home = os.path.join(scratch, "autograder")
        self.submission = os.path.join(self.home, "submission")
        self.result = os.path.join(self.home, "results", "results.json")
        with zipfile.ZipFile(os.path.join(packed, "autograder.zip")) as bundle:
            bundle.extractall(os.path.join(self.home, "source"))
        os.mkdir(os.path.join(self.home, "results"))
        shutil.copy(os.path.join(self.home, "source", "run_autograder"),
                    self.home)
        os.chmod(os.path.join(self.home, "run_autograder"), 0o755)
        self.container = container.Container({self.home: "/autograder"}, True)

    def build(self):
        return self.container.run(["bash", "/autograder/source/setup.sh"])

    def start(self):
        return self.container.start(["/autograder/run_autograder"],
                                    "/autograder")


class PrairieLearn(Platform):
    """docker build reads the Dockerfile. The grader host puts the files into
    /grade/student and runs the entrypoint of info.json."""

    def __init__(self, scratch, packed):
        self.packed = packed
        self.kit = os.path.join(scratch, "chat-lab")
        self.grade = os.path.join(scratch, "grade")
        os.mkdir(self.kit)
        self.submission = os.path.join(self.grade, "student")
        self.result = os.path.join(self.grade, "results", "results.json")
        self.container = container.Container(
            {self.kit: "/chat-lab", self.grade: "/grade"}, True)
        os.makedirs(self.submission)

    def build(self):
        with open(os.path.join(self.packed, "Dockerfile"),
                  encoding="ascii") as file:
            words = [line.split(None, 1) for line in file
                     if line.strip() and not line.startswith("#")]
        must([word[0] for word in words] == ["FROM", "ADD", "RUN", "RUN"],
             "check.py does not know all of the Dockerfile")
        with tarfile.open(os.path.join(self.packed, "kit.tar")) as kit:
            kit.extractall(os.path.dirname(self.kit))
        for word, command in words:
            if word == "RUN":
                code, output = self.container.run(["sh", "-c", command])
                if code != 0:
                    break
        return code, output

    def start(self):
        with open(os.path.join(self.packed, "question", "info.json"),
                  encoding="ascii") as file:
            options = json.load(file)["externalGradingOptions"]
        return self.container.start(options["entrypoint"])


class Autolab(Platform):
    """Tango copies the two files and the hand-in to an empty folder and types
    make. It reads standard output alone, so here only the grader is killed."""

    submissions = (archive, starter, broken)

    def __init__(self, scratch, packed):
        self.home = os.path.join(scratch, "autolab")
        self.packed = packed
        self.submission = os.path.join(scratch, "hand-in")
        self.result = os.path.join(self.home, "result.txt")
        self.container = container.Container({self.home: "/autolab"}, True)
        os.mkdir(self.home)

    def build(self):
        shutil.copy(os.path.join(self.packed, "autograde-Makefile"),
                    os.path.join(self.home, "Makefile"))
        shutil.copy(os.path.join(self.packed, "autograde.tar"), self.home)
        return 0, ""

    def hand_in(self, submission):
        submission(self.submission)
        names = [name for name in HAND_IN if os.path.exists(
            os.path.join(self.submission, name))]
        target = os.path.join(self.home, "hand-in.tar.gz")
        if names:
            subprocess.run(["tar", "-czf", target, "-C", self.submission] +
                           names, check=True)
        else:
            shutil.copy(os.path.join(self.submission, "hand-in.tar.gz"),
                        target)

    def start(self):
        return self.container.start(["make"], "/autolab")

    def text(self, output):
        return output

    def kill(self, process):
        grader = [pid for pid in descendants(process.pid)
                  if b"grade.py" in command_of(pid)]
        must(grader, "the grader does not run")
        os.kill(grader[-1], signal.SIGKILL)


class Classroom50(Platform):
    """The runner unpacks the files of the assignment and runs autograder.py in
    the checkout, on a separate machine."""

    def __init__(self, scratch, packed):
        self.submission = os.path.join(scratch, "checkout")
        self.result = os.path.join(self.submission, "result.json")
        temporary = os.path.join(scratch, "temporary")
        os.mkdir(self.submission)
        os.mkdir(temporary)
        self.container = container.Container(
            {packed: "/bundle", self.submission: "/checkout",
             temporary: "/temporary"}, False)

    def hand_in(self, submission):
        # The student's repository has the files in starter/.
        for name in os.listdir(self.submission):
            path = os.path.join(self.submission, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        submission(os.path.join(self.submission, "starter"))

    def start(self):
        url = "https://github.com/school/crypto-chat-lab-alice"
        return self.container.start(
            ["python3", "/bundle/autograder.py"], "/checkout",
            {"CLASSROOM": "crypto", "ASSIGNMENT": "chat-lab",
             "ASSIGNMENT_TYPE": "individual", "USERNAME": "alice",
             "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
             "COMMIT_URL": url + "/commit/a1b2c3d", "RELEASE_URL": url,
             "REVIEW_URL": "", "RUNNER_TEMP": "/temporary"})


class Ci(Platform):
    """A runner checks out the hand-in and the kit, and runs the steps."""

    def __init__(self, scratch, packed):
        self.packed = packed
        self.home = os.path.join(scratch, "checkout")
        self.submission = os.path.join(self.home, "hand-in")
        self.result = os.path.join(self.home, "summary.md")
        shutil.copytree(os.path.join(packed, "kit"),
                        os.path.join(self.home, "kit"))
        self.container = container.Container({self.home: "/checkout"}, False)

    def steps(self):
        with open(os.path.join(self.packed, "grade.yml"),
                  encoding="ascii") as file:
            return re.findall(r"^      - run: (.*)$", file.read(), re.M)

    def build(self):
        return self.container.run(["sh", "-c", self.steps()[0]], "/checkout")

    def start(self):
        return self.container.start(
            ["sh", "-c", self.steps()[1]], "/checkout",
            {"GITHUB_STEP_SUMMARY": "/checkout/summary.md"})


PLATFORMS = {
    "gradescope": Gradescope,
    "autolab": Autolab,
    "prairielearn": PrairieLearn,
    "classroom50": Classroom50,
    "ci": Ci,
}


def descendants(pid):
    """The processes below PID, the youngest last."""
    with open("/proc/%d/task/%d/children" % (pid, pid),
              encoding="ascii") as file:
        children = [int(child) for child in file.read().split()]
    return children + [one for child in children for one in descendants(child)]


def command_of(pid):
    with open("/proc/%d/cmdline" % pid, "rb") as file:
        return file.read()


def check(name, text):
    """The score and the checks in the result TEXT, which must be valid."""
    faults, score, passed = fields.READERS[name](text)
    must(not faults, "the fields: %s: %s" % ("; ".join(faults), text))
    return score, passed


def grade(name, platform, submission):
    """Grades one submission and checks the result. Returns the score and the
    number of checks in it."""
    lowest, highest, one, passes = SUBMISSIONS[submission]
    platform.hand_in(submission)
    process = platform.start()
    output = process.communicate()[0].decode("utf-8", "replace")
    codes = (0, 1) if name == "ci" else (0,)
    must(process.returncode in codes,
         "exit code %d: %s" % (process.returncode, output))
    must(os.path.exists(platform.result), "there is no result: " + output)
    score, passed = check(name, platform.text(output))
    must(lowest <= score <= highest, "score %s: %s" % (score, output))
    must(one is None or passed.get(one) == passes, "%s: %s" % (one, passed))
    return score, len(passed)


def kill(name, platform, complete):
    """Kills the grading after the first result. Returns its score.

    COMPLETE is the number of checks in a complete result.
    """
    platform.hand_in(right)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(platform.result)
    process = platform.start()
    while not os.path.exists(platform.result):
        try:
            process.wait(0.02)
            raise Wrong("there was no result before the end")
        except subprocess.TimeoutExpired:
            pass
    platform.kill(process)
    output = process.communicate()[0].decode("utf-8", "replace")
    score, passed = check(name, platform.text(output))
    must(0 < len(passed) < complete,
         "checks in the result: %d of %d" % (len(passed), complete))
    return score


def line(name, what, result):
    print("  %-12s %-10s %s" % (name, what, result), flush=True)


def test(name, scratch):
    packed = os.path.join(scratch, "bundle")
    bundle(name, packed)
    platform = PLATFORMS[name](scratch, packed)
    code, output = platform.build()
    must(code == 0, "the image: exit code %d: %s" % (code, output))
    line(name, "image", "ok")
    complete = 0
    for submission in platform.submissions:
        score, checks = grade(name, platform, submission)
        complete = max(complete, checks)
        line(name, submission.__name__, "ok, %g of 100" % score)
    score = kill(name, platform, complete)
    line(name, "killed", "ok, %g of 100" % score)


def main():
    failed = 0
    for name in sys.argv[1:]:
        if name not in PLATFORMS:
            sys.exit("PLATFORM=%s: choose from %s" % (
                name, ", ".join(PLATFORMS)))
    for name in sys.argv[1:] or PLATFORMS:
        # Not the user's TMPDIR: other users must be able to enter it.
        with tempfile.TemporaryDirectory(dir="/tmp") as scratch:
            os.chmod(scratch, 0o755)
            try:
                test(name, scratch)
            except Wrong as wrong:
                line(name, "WRONG", wrong)
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
