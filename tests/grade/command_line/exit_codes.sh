#!/bin/sh
# SPDX-License-Identifier: MIT
#
# exit_codes.sh GRADER: 0 if all checks pass, 1 if one fails, and the codes of
# sysexits.h if the grader cannot run.
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

expect 0 "Checks: 1 of 1 in ONLY passes." grade solution --only B-01
expect 1 "Checks: 0 of 1 in ONLY pass." grade starter --only M4-01
expect 64 "there is no such check" grade solution --only M5-99
expect 64 "there is no such check" grade solution --only m5-03
expect 64 "choose attempt or checks" grade solution --grading x
expect 64 "GRADING=x: choose" env GRADING=x sh "$grader" --submission solution
expect 64 "choose text, json" grade solution --format yaml
expect 66 "No such file" grade "$tmp/none"
expect 66 "Not a directory" grade solution/sender.c
expect 73 "is there room?" env TMPDIR="$tmp/none" sh "$grader" \
    --submission solution --only B-01

# The two grades, and which of them is the score.
mkdir "$tmp/hand-in"
cp starter/receiver.c "$tmp/hand-in"
sed 's/return kit_refused("TODO 1");/return 0;/' starter/sender.c >"$tmp/hand-in/sender.c"
expect 1 "Attempt: yes, 100 of 100. Checks: 3 of 81 pass." grade "$tmp/hand-in"
expect 1 "Checks: 3 of 81 pass, 0 of 100 points. Attempt: yes." \
    grade "$tmp/hand-in" --grading checks
expect 1 "Attempt: no, 0 of 100 (both files are as handed out). Checks: 3 of" \
    grade starter
expect 1 "Checks: 3 of 81 pass." grade starter --only ""

finish
