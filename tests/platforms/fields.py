# SPDX-License-Identifier: MIT
"""The fields of each platform's result file, as its manual lists them.

A rule is a type, a list with one rule for all items, a set of allowed values,
a function, or a dict of names: "name" is required, "name?" is optional, and no
others are allowed.
"""

import json
import re

NUMBER = (int, float)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def faults(value, rule, path="result"):
    """What is wrong with VALUE, in sentences; none if it is valid."""
    if isinstance(rule, dict):
        return faults_of_object(value, rule, path)
    if isinstance(rule, list):
        if not isinstance(value, list):
            return ["%s is not a list" % path]
        return [fault for number, one in enumerate(value) for fault in
                faults(one, rule[0], "%s[%d]" % (path, number))]
    if isinstance(rule, set):
        right = isinstance(value, str) and value in rule
    elif isinstance(rule, (type, tuple)):
        right = isinstance(value, rule) and (rule is bool or
                                             not isinstance(value, bool))
    else:
        right = rule(value)
    return [] if right else ["%s is %r" % (path, value)]


def faults_of_object(value, rule, path):
    if not isinstance(value, dict):
        return ["%s is not an object" % path]
    names = {name.rstrip("?"): one for name, one in rule.items()}
    found = ["%s.%s is missing" % (path, name) for name in rule
             if not name.endswith("?") and name not in value]
    for name, one in value.items():
        if name not in names:
            found.append("%s.%s is not in the manual" % (path, name))
        else:
            found += faults(one, names[name], "%s.%s" % (path, name))
    return found


# gradescope-autograders.readthedocs.io, page "Autograder Specifications"
VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
FORMAT = {"text", "html", "simple_format", "md", "ansi"}
GRADESCOPE = {
    "score": NUMBER, "execution_time?": NUMBER, "output?": str,
    "output_format?": FORMAT, "test_output_format?": FORMAT,
    "test_name_format?": FORMAT, "visibility?": VISIBILITY,
    "stdout_visibility?": VISIBILITY, "extra_data?": dict,
    "leaderboard?": list,
    "tests": [{
        "score?": NUMBER, "max_score?": NUMBER,
        "status?": {"passed", "failed"}, "name?": str, "name_format?": FORMAT,
        "number?": str, "output?": str, "output_format?": FORMAT,
        "tags?": [str], "visibility?": VISIBILITY, "extra_data?": dict}]}


# docs.autolabproject.com, "Formatted Feedback" and "Guide for Lab Authors". A
# stage is an object of tests; its name is in the list of stages.
AUTOLAB_TEST = {"passed": bool, "hint?": str}
AUTOLAB_SCORES = {"scores": {"Chat": NUMBER}, "scoreboard?": list}

# docs.prairielearn.com, "External Grading": other fields are allowed, but the
# writer does not need any.
PRAIRIELEARN = {
    "gradable?": bool, "score?": lambda score: 0 <= score <= 1,
    "message?": str, "output?": str, "images?": list, "format_errors?": [str],
    "tests?": [{"name": str, "description?": str, "points": NUMBER,
                "max_points": NUMBER, "message?": str, "output?": str,
                "images?": list}]}

# The wiki of github.com/foundation50/classroom50, "Advanced Autograding", and
# what validate_result in its runner.py rejects besides.
CLASSROOM50 = {
    "schema": {"classroom50/result/v1"}, "classroom": {"crypto"},
    "assignment": {"chat-lab"}, "assignment_type": {"individual", "group"},
    "owner": {"alice"}, "commit": len, "release": len, "review": len,
    "submission": lambda tag: tag.startswith("submit/"),
    "datetime": lambda date: re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date),
    "score": is_whole, "max-score": is_whole,
    "tests": [{"test-name": len, "passed": bool, "score": is_whole,
               "max-score": is_whole}]}


def check_id(name):
    return name.split(" ")[0]


# Each reader returns the faults in the text of a result, the score out of 100,
# and {id: whether it passed} for the checks in it.


def gradescope(text):
    result = json.loads(text)
    passed = {test["number"]: test["status"] == "passed"
              for test in result["tests"]}
    return faults(result, GRADESCOPE), result["score"], passed


def autolab(text):
    feedback, scores = map(json.loads, text.rstrip("\n").split("\n")[-2:])
    stages = feedback["stages"]
    found = faults(scores, AUTOLAB_SCORES)
    found += faults(feedback, dict({"_presentation": {"semantic"},
                                    "stages": [str]},
                                   **{stage: dict for stage in stages}))
    passed = {}
    for stage in stages:
        for name, one in feedback[stage].items():
            found += faults(one, AUTOLAB_TEST, name)
            passed[check_id(name)] = one["passed"]
    return found, scores["scores"]["Chat"], passed


def prairielearn(text):
    result = json.loads(text)
    found = faults(result, PRAIRIELEARN)
    if not result["gradable"]:
        return found, 0, {"B-01": False}
    passed = {check_id(test["name"]): test["message"] == "pass"
              for test in result["tests"]}
    return found, 100 * result["score"], passed


def classroom50(text):
    result = json.loads(text)
    found = faults(result, CLASSROOM50)
    for name in ("score", "max-score"):
        if result[name] != sum(test[name] for test in result["tests"]):
            found.append("%s is not the sum of the tests" % name)
    if result["max-score"] != 100:
        found.append("max-score is %d" % result["max-score"])
    return found, result["score"], {check_id(test["test-name"]): test["passed"]
                                    for test in result["tests"]}


def ci(text):
    """Markdown: a table with a row for each check."""
    text = re.sub(r"(?ms)^(```+)text$.*?^\1$", "", text)
    rows = re.findall(r"^\| (pass|fail|skip) \| (.*) \| (\d+) of \d+ \|$",
                      text, re.M)
    found = [] if text.startswith("## ") else ["there is no heading"]
    if len(re.findall("^\\|", text, re.M)) != len(rows) + 2:
        found.append("a row is not in the table")
    if "<" in text:
        found.append("HTML outside of a code block")
    return found, sum(int(row[2]) for row in rows), {
        check_id(row[1]): row[0] == "pass" for row in rows}


READERS = {
    "gradescope": gradescope,
    "autolab": autolab,
    "prairielearn": prairielearn,
    "classroom50": classroom50,
    "ci": ci,
}
