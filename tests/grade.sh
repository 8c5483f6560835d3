#!/bin/sh
# SPDX-License-Identifier: MIT
#
# grade.sh GRADER: what the grader's command line promises, besides grades:
# exit codes, formats, the report file, names, links that lead elsewhere.
set -u
grader=$1
status=0
tmp=$(mktemp -d) || exit 70
trap 'rm -rf "$tmp"' EXIT

# expect CODE WORDS COMMAND...: it ends with CODE and says WORDS somewhere.
expect()
{
    code=$1
    words=$2
    shift 2
    "$@" >"$tmp/said" 2>&1
    got=$?
    if [ "$got" -ne "$code" ] || ! grep -qF -e "$words" "$tmp/said"; then
        echo "WRONG: $*"
        echo "  expected exit code $code and \"$words\", got $got:"
        sed 's/^/  | /' "$tmp/said"
        status=1
    fi
}

# Exit codes: all pass, some fail, the grader cannot run.
expect 0 "1 passed, 0 failed" sh "$grader" --submission solution --only B-01
expect 1 "0 passed, 1 failed" sh "$grader" --submission starter --only M4-01
expect 64 "there is no such check" sh "$grader" --submission solution --only M5-99
expect 64 "there is no such check" sh "$grader" --submission solution --only m5-03
expect 64 "choose attempt or checks" sh "$grader" --submission solution --grading x
expect 64 "choose text, json" sh "$grader" --submission solution --format yaml
expect 66 "No such file" sh "$grader" --submission "$tmp/none"

expect 73 "is there room?" env TMPDIR="$tmp/none" sh "$grader" \
    --submission solution --only B-01

# A report is whole, in its format, or not there.
for format in text json markdown junit; do
    expect 1 "Attempt" sh "$grader" --submission starter --only M4-01 \
        --format $format --report "$tmp/report.$format"
done
expect 0 '"checks":' cat "$tmp/report.json"
expect 0 '"fail"' grep '"state"' "$tmp/report.json"
expect 0 '| fail | M4-01' cat "$tmp/report.markdown"
expect 0 '<testsuite ' cat "$tmp/report.junit"
expect 64 "there is no such check" sh "$grader" --submission starter \
    --only none --report "$tmp/report.json"
[ ! -e "$tmp/report.json" ] || { echo "WRONG: an old report stays"; status=1; }
expect 73 "cannot write the report" sh "$grader" --submission solution --only B-01 \
    --report "$tmp/none/report.json"

# Names, and files that are no files.
mkdir "$tmp/hand-in"
cp starter/receiver.c "$tmp/hand-in"
printf '# two\n  Ada Lovelace \n<b>Bob|\033[2J</b>\n' >"$tmp/hand-in/GROUP"
ln -s /dev/zero "$tmp/hand-in/sender.c"
expect 1 "Ada Lovelace, <b>Bob|\\x1b[2J</b>" \
    sh "$grader" --submission "$tmp/hand-in" --only B-01
expect 1 "it is a link" sh "$grader" --submission "$tmp/hand-in" --only B-01
rm "$tmp/hand-in/sender.c" "$tmp/hand-in/GROUP"
mkfifo "$tmp/hand-in/sender.c"
expect 1 "no regular file" sh "$grader" --submission "$tmp/hand-in" --only B-01
expect 1 "no names" sh "$grader" --submission "$tmp/hand-in" --only B-01

# The two grades, and which one is the score.
rm "$tmp/hand-in/sender.c"
sed 's/int rc = -1;/int rc = 0;/' starter/sender.c >"$tmp/hand-in/sender.c"
expect 1 "Score       100 of 100" sh "$grader" --submission "$tmp/hand-in"
expect 1 "Score         0 of 100" sh "$grader" --submission "$tmp/hand-in" \
    --grading checks

[ $status -eq 0 ] && echo "the grader's command line: ok"
exit $status
