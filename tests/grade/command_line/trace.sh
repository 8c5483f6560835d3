#!/bin/sh
# SPDX-License-Identifier: MIT
#
# trace.sh GRADER: with --trace, the programs write traces and pass their checks.
# Where that works, a report names the command for it.
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

mkdir "$tmp/traces"
# M5-10 and X-11 look for secrets in files, but not in the traces.
expect 0 "Checks: 4 of 4 in ONLY pass." grade solution \
    --only M4-01,R4-01,M5-10,X-11 --trace "$tmp/traces"
for check in M4-01 R4-01; do
    cat "$tmp/traces/$check"/*.jsonl >"$tmp/trace" 2>/dev/null
    grep -q '"event":"sent","message":1.*"password":"' "$tmp/trace" ||
        wrong "there is no trace of $check, or its keys are hidden"
done
expect 73 "name a folder that exists" grade solution --only M4-01 \
    --trace "$tmp/absent"

mkdir "$tmp/works"
cp solution/receiver.c "$tmp/works"
sed 's/chat->seq++;//' solution/sender.c >"$tmp/works/sender.c"
expect 1 "To see it in a browser: make grade ONLY=" grade "$tmp/works"
sed 's/return/retrun/' solution/sender.c >"$tmp/works/sender.c"
expect 1 "Next: B-0" grade "$tmp/works"
! grep -q "in a browser" "$tmp/output" ||
    wrong "a program that does not compile cannot be traced"

finish
