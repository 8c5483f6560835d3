# SPDX-License-Identifier: MIT
"""From the grader's record to the result file of each platform.

A record is what `grade.sh --format json` prints. WRITERS has one function for
each platform, from a record to the text of its result file. A record with
"unfinished" above 0 comes from a grading that still runs, or was killed.
"""

import json

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


def without_paths(value, folder):
    """The record VALUE, with sender.c in place of FOLDER/sender.c."""
    if isinstance(value, str):
        return value.replace(folder + "/", "")
    if isinstance(value, list):
        return [without_paths(one, folder) for one in value]
    if isinstance(value, dict):
        return {key: without_paths(one, folder) for key, one in value.items()}
    return value


def rest(record):
    """A row for the points of checks that have not run, or nothing."""
    points = MOST_POINTS - sum(c["max_points"] for c in record["results"])
    if record["unfinished"] == 0:
        return []
    return [{"id": "", "group": "Not graded", "state": "fail", "points": 0,
             "title": "%d checks have not run" % record["unfinished"],
             "max_points": max(points, 0),
             "cause": "The grading has not ended, or was interrupted."}]


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


def to_json(build):
    """BUILD(n) as JSON, for the largest n that keeps it small enough."""
    for most in (8000, 2000, 500, 0):
        text = json.dumps(build(most), indent=1) + "\n"
        if len(text) <= MOST_BYTES:
            break
    return text


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

    return to_json(lambda most: {
        "score": record["score"],
        "output": overview(record, settings), "output_format": "text",
        "visibility": "visible", "stdout_visibility": "hidden",
        "tests": [test(check, most)
                  for check in record["results"] + rest(record)],
        "extra_data": {"attempt": record["attempt"],
                       "checks": record["checks"],
                       "sandbox": record["sandbox"]}})


WRITERS = {
    "gradescope": gradescope,
}
