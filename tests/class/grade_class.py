# SPDX-License-Identifier: MIT
"""grade_class.py: grades all hand-ins of a class; make grade-class calls it.

It reads every hand-in in SUBMISSIONS, grades those that have no record with
their fingerprint yet, and writes the results to build/class/NAME/. So after an
interruption the same command continues, and a hand-in that has changed is
graded again. A hand-in without a verdict, because the machine failed, is tried
twice, and again the next time.
"""

import argparse
import collections
import contextlib
import fcntl
import os
import pathlib
import statistics
import sys
import time

import entries
import gradebook
import jobs
import record
import report
import sheet
import similar
import unpack
import upload
from progress import Progress, duration, printable

USAGE, UNAVAILABLE, INTERRUPTED = 64, 69, 130


class Class:
    """All hand-ins, their records, and the folder with the results."""

    def __init__(self, found, folder, options):
        self.entries = {entry.id: entry for entry in found}
        self.folder, self.options = pathlib.Path(folder), options
        self.kit = record.fingerprint_of_kit()
        self.records, self.lines, self.codes = {}, {}, {}
        self.starter = similar.Starter(similar.what_was_given())

    def prepare(self, entry_id):
        """Reads a hand-in. Keeps its record, or the line of its job."""
        entry = self.entries[entry_id]
        try:
            hand_in = entry.read()
        except unpack.Unreadable as error:
            self.keep(self.new_record(entry, error.code, f"not graded: {error}",
                                      ""))
            return
        self.codes[entry.id] = similar.read(hand_in.files, self.starter)
        fingerprint = record.fingerprint(
            hand_in.files, self.options.as_dict(), self.kit)
        old = record.read(self.folder, entry.id)
        new = self.new_record(entry, -1, "", fingerprint)
        new["notes"] = hand_in.notes
        if (old and old["fingerprint"] == fingerprint
                and record.has_verdict(old)):
            # What the LMS tells about the hand-in may have changed.
            self.keep(old | {name: new[name] for name in (
                "entry", "id", "sources", "lms", "name", "person", "late")})
            return
        self.records[entry.id] = new
        self.lines[entry.id] = jobs.job_line(entry.id, hand_in.files,
                                             self.options)

    @staticmethod
    def new_record(entry, code, message, fingerprint):
        return {"entry": entries.text(entry.entry), "id": entry.id,
                "sources": entry.sources, "lms": entry.lms, "name": entry.name,
                "person": entry.person, "late": entry.late, "exit": code,
                "message": message, "machine": "", "fingerprint": fingerprint}

    def keep(self, new):
        self.records[new["id"]] = new
        record.write(self.folder, new)

    def take(self, answer):
        """Makes a record of the ANSWER of a worker. Returns it, or None."""
        try:
            started = self.records[answer["id"]]
            graded = answer["report"]
            new = graded | started | {
                "exit": answer["exit"], "message": answer["message"],
                "machine": answer["machine"],
                "notes": started.get("notes", []) + graded.get("notes", [])}
            if "submission" in graded:
                new["submission"] = new["entry"]
            self.keep(new)
        except (KeyError, TypeError, record.Invalid) as error:
            print(f"the answer of a worker is not valid: {error}: its hand-in "
                  "has no verdict yet", file=sys.stderr)
            return None
        return new

    def pending(self):
        """The hand-ins that have no verdict and could get one."""
        return [entry_id for entry_id in self.lines
                if not record.has_verdict(self.records[entry_id])]

    def give_up(self, entry_id):
        """Keeps a record for a hand-in whose worker has no answer."""
        if self.records[entry_id]["exit"] < 0:
            self.keep(self.records[entry_id] | {
                "exit": UNAVAILABLE, "message": "no verdict: the process or "
                "the machine that graded it died: type the same command again"
            })

    def sorted_records(self):
        return [self.records[entry_id] for entry_id in sorted(self.records)]


def words_about(one):
    """ONE record in a line."""
    if not record.has_verdict(one):
        return f"{one['entry']}: {one['message']}"
    passed, checks = record.passed(one)
    return (f"{one['entry']}: {one['score']} points, {passed} of {checks} "
            "checks pass")


# --- Grading ------------------------------------------------------------------

def grade(course, at_a_time, find_hosts):
    """Grades what is pending, and once more what has got no verdict."""
    for _ in range(2):
        pending = course.pending()
        if not pending:
            return
        hosts = find_hosts()
        progress = Progress(len(pending))
        try:
            for answer in jobs.run(map(course.lines.get, pending), at_a_time,
                                   hosts, course.folder):
                new = course.take(answer)
                if new:
                    progress.step(words_about(new))
        finally:
            progress.end()
        if len(course.pending()) == len(course.lines):
            break       # none at all: trying again does not help
    for entry_id in course.pending():
        course.give_up(entry_id)


@contextlib.contextmanager
def locked(folder):
    """Only one command at a time writes to FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise jobs.Unusable(f"another make grade-class is writing to "
                                f"{folder}: wait for it") from None
        yield


# --- The summary --------------------------------------------------------------

def missed(records):
    """The checks that most of RECORDS have failed: [(count, id, title)]."""
    count, titles = collections.Counter(), {}
    for one in records:
        for result in one["results"]:
            titles[result["id"]] = result["title"]
            count[result["id"]] += result["state"] == "fail"
    # The ladder's order for equal counts: a dict keeps it.
    order = {check: i for i, check in enumerate(titles)}
    return [(count[check], check, titles[check]) for check in sorted(
        count, key=lambda check: (-count[check], order[check]))
        if count[check]]


def summarize(records, ignored):
    """Prints what the class got, and what needs a look."""
    graded = [one for one in records if record.has_verdict(one)]
    others = [one for one in records if not record.has_verdict(one)]
    print(f"\n{len(records)} hand-ins: {len(graded)} graded, "
          f"{len(others)} not.")
    if graded:
        points = [one["score"] for one in graded]
        print(f"Points: median {statistics.median(points):g}; "
              f"{points.count(100)} have 100, {points.count(0)} have none.")
    for count, check, title in missed(graded)[:5]:
        print(f"  {count:4} fail {check}: {title}")
    if others:
        print("Not graded:")
    # A machine that cannot grade has the same message for the whole class.
    who = collections.defaultdict(list)
    for one in others:
        who[one["message"]].append(one["entry"])
    for message, names in who.items():
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        print(f"  {printable(', '.join(names[:5]))}{more}: "
              f"{printable(message)}")
    if ignored:
        print("Neither a folder nor an archive, so ignored: "
              + printable(", ".join(ignored)))


def write_report(folder, course, outcome, ignored):
    """Writes report.html to FOLDER. Returns its path."""
    codes = course.codes | {similar.SOLUTION: similar.read(
        similar.read_folder("solution"), course.starter)}
    page = report.build(course.title, course.sorted_records(),
                        similar.Comparison(codes), outcome, ignored)
    record.write_file(folder / "report.html", page)
    return folder / "report.html"


def fill_gradebook(folder, column, records):
    """Writes the COLUMN for the LMS to FOLDER. Returns the upload.Outcome."""
    outcome = upload.fill(column, records)
    path = folder / f"for-{column.lms}.csv"
    record.write_file(path, column.data())
    print(f'\nThe column "{printable(column.title)}" for '
          f"{column.lms.capitalize()}: {path}. Grades filled in: {outcome.filled}.")
    for title, lines in outcome.lists():
        if lines:
            print(f"{title}: {len(lines)}")
        for line in lines:
            print(f"  {printable(line)}")
    return outcome


def results_folder(submissions):
    """build/class/NAME for the folder or archive NAME."""
    name = os.path.basename(os.path.abspath(submissions))
    return pathlib.Path("build/class", entries.Entry(
        entries.without_ending(name)).id)


def grade_class(ask):
    if ask.submissions == "":
        raise jobs.Unusable("name the folder with the hand-ins, or the zip "
                            "file of Canvas or Moodle: make grade-class "
                            "SUBMISSIONS=FOLDER")
    try:
        found, ignored = entries.find(ask.submissions)
    except (OSError, unpack.Unreadable) as error:
        raise jobs.Unusable(f"SUBMISSIONS={ask.submissions}: "
                            f"{getattr(error, 'strerror', None) or error}"
                            ) from error
    jobs.find_parallel()
    column = sheet.read(ask.gradebook, ask.column) if ask.gradebook else None
    folder, start = results_folder(ask.submissions), time.monotonic()
    with locked(folder):
        options = jobs.Options(ask.grader, ask.grading, ask.sandbox)
        course = Class(found, folder, options)
        course.title = entries.text(os.path.basename(
            os.path.abspath(ask.submissions)))
        for entry_id in course.entries:
            course.prepare(entry_id)
        new = len(course.pending())
        print(f"{len(found)} hand-ins, {new} to grade; results in {folder}/",
              flush=True)
        grade(course, ask.jobs, lambda: jobs.ask_machines(
            jobs.read_hosts(ask.machines), ask.crypto, folder)
            if ask.machines else [])
        graded = new - len(course.pending())
        records = course.sorted_records()
        gradebook.write(folder / "gradebook.csv", records)
    summarize(records, ignored)
    outcome = fill_gradebook(folder, column, records) if column else None
    page = write_report(folder, course, outcome, ignored)
    print(f"{graded} graded in {duration(time.monotonic() - start)}. The grades: "
          f"{folder}/gradebook.csv. Look at {page}")
    failed = sum(not record.has_verdict(one) and one["exit"] not in (
        unpack.NO_INPUT, unpack.DATA_ERROR) for one in records)
    if failed:
        print(f"{failed} could not be graded here: type the same command again")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(
        description="Grades all hand-ins of a class; make grade-class calls "
        "it.")
    parser.add_argument("submissions", metavar="SUBMISSIONS")
    parser.add_argument("--grader", required=True, metavar="GRADE.SH")
    parser.add_argument("--crypto", required=True)
    parser.add_argument("--jobs", type=int, default=0, metavar="N",
                        help="how many at a time; 0: one for each core")
    parser.add_argument("--machines", default="", metavar="FILE")
    parser.add_argument("--gradebook", default="", metavar="CSV",
                        help="what Canvas or Moodle exported")
    parser.add_argument("--column", default="", metavar="TITLE",
                        help="the title of the column to fill in that file")
    ask = parser.parse_args()
    ask.grading = os.environ.get("GRADING") or "attempt"
    ask.sandbox = os.environ.get("SANDBOX", "")
    try:
        sys.exit(grade_class(ask))
    except jobs.Unusable as error:
        print(f"make grade-class: {printable(str(error))}", file=sys.stderr)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        print("\nInterrupted. To continue, type the same command.",
              file=sys.stderr)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
