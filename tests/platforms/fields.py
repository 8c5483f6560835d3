# SPDX-License-Identifier: MIT
"""The fields of each platform's result file, as its manual lists them.

A rule is a type, a list with one rule for all items, a set of allowed values,
a function, or a dict of names: "name" is required, "name?" is optional, and no
others are allowed.
"""

import json

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


def gradescope(text):
    """(the result, its score of 100, its tests as {name: passed})."""
    result = json.loads(text)
    wrong = faults(result, GRADESCOPE)
    passed = {test["number"]: test["status"] == "passed"
              for test in result["tests"]}
    return wrong, result["score"], passed


READERS = {
    "gradescope": gradescope,
}
