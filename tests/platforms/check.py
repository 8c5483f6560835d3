# SPDX-License-Identifier: MIT
"""check.py [PLATFORM...]: runs each bundle as its platform does.

For each platform: packs the bundle, builds the image in a clean root, hands in
some submissions, and checks the result file against the platform's list of
fields. The last submission is killed in the middle.
"""

import os
import shutil
import subprocess
import sys
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


class Gradescope:
    """Its harness unpacks autograder.zip, copies run_autograder, runs setup.sh
    once, and run_autograder in /autograder for each submission."""

    def __init__(self, scratch):
        self.home = os.path.join(scratch, "autograder")
        self.submission = os.path.join(self.home, "submission")
        self.result = os.path.join(self.home, "results", "results.json")
        bundle("gradescope", os.path.join(scratch, "bundle"))
        with zipfile.ZipFile(os.path.join(scratch, "bundle",
                                          "autograder.zip")) as packed:
            packed.extractall(os.path.join(self.home, "source"))
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


PLATFORMS = {
    "gradescope": Gradescope,
}


def grade(name, platform, submission):
    """Grades one submission and checks the result. Returns the score."""
    lowest, highest, check, passes = SUBMISSIONS[submission]
    submission(platform.submission)
    process = platform.start()
    output = process.communicate()[0].decode("utf-8", "replace")
    must(process.returncode == 0, "exit code %d: %s" % (process.returncode,
                                                        output))
    must(os.path.exists(platform.result), "there is no result: " + output)
    with open(platform.result, encoding="utf-8") as file:
        faults, score, passed = fields.READERS[name](file.read())
    must(not faults, "the fields: " + "; ".join(faults))
    must(lowest <= score <= highest, "score %s: %s" % (score, output))
    must(check is None or passed.get(check) == passes,
         "%s: %s" % (check, passed))
    return score


def kill(name, platform):
    """Kills the container after the first result. Returns its score."""
    right(platform.submission)
    os.unlink(platform.result)
    process = platform.start()
    while not os.path.exists(platform.result):
        try:
            process.wait(0.02)
            raise Wrong("there was no result before the end")
        except subprocess.TimeoutExpired:
            pass
    process.kill()
    process.communicate()
    with open(platform.result, encoding="utf-8") as file:
        faults, score, passed = fields.READERS[name](file.read())
    must(not faults, "the fields: " + "; ".join(faults))
    must(0 < len(passed) < 81, "checks in the result: %d" % len(passed))
    return score


def line(name, what, result):
    print("  %-12s %-10s %s" % (name, what, result), flush=True)


def test(name, scratch):
    platform = PLATFORMS[name](scratch)
    code, output = platform.build()
    must(code == 0, "the image: exit code %d: %s" % (code, output))
    line(name, "image", "ok")
    for submission in SUBMISSIONS:
        score = grade(name, platform, submission)
        line(name, submission.__name__, "ok, %g of 100" % score)
    line(name, "killed", "ok, %g of 100" % kill(name, platform))


def main():
    failed = 0
    for name in sys.argv[1:] or PLATFORMS:
        # Not the user's TMPDIR: other users must be able to enter it.
        with tempfile.TemporaryDirectory() as scratch:
            os.chmod(scratch, 0o755)
            try:
                test(name, scratch)
            except Wrong as wrong:
                line(name, "WRONG", wrong)
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
