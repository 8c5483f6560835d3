#!/bin/sh
# SPDX-License-Identifier: MIT
#
# paths.sh GRADER: paths are relative to the caller's folder and can contain any
# character. The command in a report can be typed unchanged.
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

odd="$tmp/it's \$(touch pwned) \"here\""
mkdir "$odd" "$odd/starter"
cp solution/sender.c solution/receiver.c "$odd"
cp starter/sender.c starter/receiver.c "$odd/starter"
cd "$odd" || exit 70
expect 0 "Checks: 3 of 3 in ONLY pass." env TMPDIR="$odd" CDPATH=".:$kit" \
    sh "$kit/$grader" --submission . --only B --report report.text
expect 0 "Checks: 3 of 3 in ONLY pass." cat report.text
expect 0 "Attempt: no, 0 of 100 (" sh "$kit/$grader" --submission starter \
    --only B
CDPATH=$kit sh "$kit/$grader" --submission . --only B-01 --format json \
    2>&1 | head -c 1 >"$tmp/first"
expect 0 "{" cat "$tmp/first"
cd "$kit" || exit 70
[ ! -e "$odd/pwned" ] || wrong "a shell ran a path"

expect 1 "SUBMISSION='$tmp/it'\\''s \$(touch pwned) \"here\"/starter'" grade \
    "$odd/starter" --only M4-01 --format markdown

finish
