# SPDX-License-Identifier: MIT
"""From the grader's record to the result file of each platform.

A record is what `grade.sh --format json` prints. WRITERS has one function for
each platform, from a record to the text of its result file. A record with
"unfinished" above 0 comes from a grading that still runs, or was killed.
"""

import datetime
import json
import os
import re

MOST_POINTS = 100
MOST_BYTES = 900_000  # PrairieLearn accepts 1 MB
HIDDEN_TITLE = "checks that are not shown"


def failed_record(message):
    """The record of a hand-in that cannot be graded, because of MESSAGE."""
    return {"score": 0, "attempt": 0, "checks": 0, "grading": "checks",
            "summary": "Not graded: " + message, "sandbox": "none",
            "notes": [], "results": [], "unfinished": 0, "failure": message}


# --- What all platforms share ---------------------------------------------


def is_hidden(check, settings):
    """Whether HIDDEN, like ONLY, names this check or its group."""
    return any(check["id"] == one or check["id"].startswith(one + "-")
               for one in settings["hidden"])


def overview(record, settings):
    """A few lines about the whole grading."""
    lines = [record["summary"]] + record["notes"]
    first = [check for check in record["results"]
             if check["id"] == record.get("next")]
    if first and not is_hidden(first[0], settings):
        lines.append("Look first at %s, %s." % (first[0]["id"],
                                                first[0]["title"]))
    if record["sandbox"] != "none":
        lines.append("Sandbox: %s." % record["sandbox"])
    return "\n".join(lines)


def explanation(check, most):
    """What a student reads about one check; MOST limits the transcript."""
    if check["state"] == "pass":
        return check.get("note", "")
    if check["state"] == "skip":
        return "Skipped: fix %s first." % check["fix_first"]
    lines = ["%s: %s" % (word, check[word])
             for word in ("cause", "expected", "got", "note", "see")
             if word in check]
    transcript = check.get("transcript", "")
    if transcript:
        lines += ["", transcript[:most] +
                  ("[...]" if len(transcript) > most else "")]
    return "\n".join(lines)


def clean(value, folder):
    """The record VALUE, with sender.c in place of FOLDER/sender.c, and with
    control characters, which no platform needs, as \\xNN."""
    if isinstance(value, str):
        return re.sub("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]",
                      lambda one: "\\x%02x" % ord(one[0]),
                      value.replace(folder + "/", ""))
    if isinstance(value, list):
        return [clean(one, folder) for one in value]
    if isinstance(value, dict):
        return {key: clean(one, folder) for key, one in value.items()}
    return value


def rest(record):
    """A row for the points of checks that have not run, or nothing."""
    points = MOST_POINTS - sum(c["max_points"] for c in record["results"])
    if record["unfinished"] == 0:
        return []
    return [{"id": "", "group": "Not graded", "state": "fail", "points": 0,
             "title": "%d checks have not run" % record["unfinished"],
             "max_points": max(points, 0),
             "cause": "The grading was interrupted, or has not ended yet. If this "
                      "stays, hand in again, or ask your instructor."}]


def shown(record, settings):
    """The checks to show: those that are hidden become one row."""
    checks = [c for c in record["results"] if not is_hidden(c, settings)]
    secret = [c for c in record["results"] if is_hidden(c, settings)]
    if secret:
        passed = all(c["state"] == "pass" for c in secret)
        checks.append({"id": "", "group": "Other", "title": HIDDEN_TITLE,
                       "state": "pass" if passed else "fail",
                       "points": sum(c["points"] for c in secret),
                       "max_points": sum(c["max_points"] for c in secret)})
    return checks + rest(record)


def name_of(check):
    return ("%s %s" % (check["id"], check["title"])).strip()


def fit(build):
    """BUILD(n), for the largest n that keeps this text small enough."""
    for most in (8000, 2000, 500, 0):
        text = build(most)
        if len(text.encode("utf-8")) <= MOST_BYTES:
            break
    return text


def to_json(value):
    return json.dumps(value, indent=1) + "\n"


# --- Gradescope -----------------------------------------------------------


def gradescope(record, settings):
    """results.json of "Autograder Specifications" in Gradescope's manual
    (gradescope-autograders.readthedocs.io, page specs)."""

    def test(check, most):
        return {"number": check["id"], "name": check["title"],
                "score": check["points"], "max_score": check["max_points"],
                "status": "passed" if check["state"] == "pass" else "failed",
                "output": explanation(check, most), "output_format": "text",
                "tags": [check["group"]],
                "visibility": "hidden" if is_hidden(check, settings)
                else "visible"}

    return fit(lambda most: to_json({
        "score": record["score"],
        "output": overview(record, settings), "output_format": "text",
        "visibility": "visible", "stdout_visibility": "hidden",
        "tests": [test(check, most)
                  for check in record["results"] + rest(record)],
        "extra_data": {"attempt": record["attempt"],
                       "checks": record["checks"],
                       "sandbox": record["sandbox"]}}))


# --- Autolab --------------------------------------------------------------

AUTOLAB_PROBLEM = "Chat"  # what the instructor calls the problem in Autolab


def autolab(record, settings):
    """Two lines of JSON: feedback, as in "Formatted Feedback", and the scores,
    as in "Guide for Lab Authors" (docs.autolabproject.com)."""

    def test(check, most):
        passed = check["state"] == "pass"
        hint = explanation(check, most)
        return {"passed": passed} if passed else {"passed": False,
                                                  "hint": hint}

    def build(most):
        feedback = {"_presentation": "semantic", "stages": []}
        for check in shown(record, settings):
            if check["group"] not in feedback["stages"]:
                feedback["stages"].append(check["group"])
            stage = feedback.setdefault(check["group"], {})
            stage[name_of(check)] = test(check, most)
        scores = {"scores": {AUTOLAB_PROBLEM: record["score"]}}
        return overview(record, settings) + "\n%s\n%s\n" % (
            json.dumps(feedback), json.dumps(scores))

    return fit(build)


# --- PrairieLearn ---------------------------------------------------------


def prairielearn(record, settings):
    """results.json of "External Grading" (docs.prairielearn.com)."""
    unusable = [explanation(check, 2000) for check in record["results"]
                if check["id"] in ("B-01", "B-02") and check["state"] == "fail"]
    if "failure" in record:
        unusable = [record["failure"]]
    if unusable:
        # It is not counted as an attempt: the student can hand in again.
        return to_json({"gradable": False, "format_errors": unusable,
                        "message": overview(record, settings)})

    def test(check, most):
        return {"name": name_of(check), "description": check["group"],
                "points": check["points"], "max_points": check["max_points"],
                "message": check["state"],
                "output": explanation(check, most)}

    return fit(lambda most: to_json({
        "gradable": True, "score": record["score"] / MOST_POINTS,
        "message": overview(record, settings),
        "tests": [test(check, most) for check in shown(record, settings)]}))


# --- Classroom 50 ---------------------------------------------------------


def classroom50(record, settings):
    """result.json of "Advanced Autograding", in the wiki of Classroom 50
    (github.com/foundation50/classroom50). Points are whole numbers, and the
    score is the sum of those of the tests. The runner sets owner, type and date
    itself, but also checks that they are there."""
    checks = shown(record, settings)
    if "failure" in record:
        checks = [{"id": "", "title": record["failure"], "state": "fail",
                   "points": 0, "max_points": MOST_POINTS}]
    tests = [{"test-name": name_of(check), "passed": check["state"] == "pass",
              "score": check["points"], "max-score": check["max_points"]}
             for check in checks]
    if record["grading"] == "attempt":
        for test in tests:
            test["score"] = test["max-score"] = 0
        tests.insert(0, {"test-name": "attempt: " + record["attempt_why"],
                         "passed": record["attempt"] > 0,
                         "score": record["attempt"],
                         "max-score": MOST_POINTS})
    given, now = os.environ.get, datetime.datetime.now(datetime.timezone.utc)
    commit = given("COMMIT_URL") or "unknown"
    return to_json({
        "schema": "classroom50/result/v1",
        "classroom": given("CLASSROOM", ""),
        "assignment": given("ASSIGNMENT", ""),
        "assignment_type": given("ASSIGNMENT_TYPE") or "individual",
        "owner": given("USERNAME") or given("OWNER") or "",
        "submission": given("SUBMISSION_TAG", ""), "commit": commit,
        "release": given("RELEASE_URL") or commit,
        "review": given("REVIEW_URL") or commit,
        "datetime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests})


# --- Plain CI -------------------------------------------------------------


def escaped(text):
    """TEXT without characters that mean something in Markdown or HTML."""
    return re.sub(r"[^\w .,:;/()-]", lambda one: "&#%d;" % ord(one[0]),
                  text.replace("\n", " "))


def block(text):
    """A block of code; its fence is longer than any in TEXT."""
    fence = "`" * (1 + max([2] + [len(run) for run in
                                  re.findall("`+", text)]))
    return "%stext\n%s\n%s\n" % (fence, text, fence)


def markdown(record, settings):
    """For $GITHUB_STEP_SUMMARY, which accepts 1 MiB of Markdown ("Workflow
    commands for GitHub Actions" on docs.github.com)."""

    def build(most):
        checks = shown(record, settings)
        lines = ["## Chat lab", "", block(overview(record, settings)),
                 "| state | check | points |", "|---|---|---|"]
        lines += ["| %s | %s | %d of %d |" % (
            check["state"], escaped(name_of(check)), check["points"],
            check["max_points"]) for check in checks]
        for check in checks:
            text = explanation(check, most)
            if check["state"] == "fail" and text:
                lines += ["", "### " + escaped(name_of(check)), "",
                          block(text)]
        return "\n".join(lines) + "\n"

    return fit(build)


WRITERS = {
    "gradescope": gradescope,
    "autolab": autolab,
    "prairielearn": prairielearn,
    "classroom50": classroom50,
    "ci": markdown,
}


def result_of(platform, record, settings, folder):
    """The text of the result file. FOLDER is where the hand-in was graded."""
    return WRITERS[platform](clean(record, folder), settings)
