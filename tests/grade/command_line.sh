#!/bin/sh
# SPDX-License-Identifier: MIT
#
# command_line.sh GRADER [TOPIC...]: tests what grade.sh does besides grading.
# Run it in the folder of the kit. A TOPIC is a script in command_line/, such as
# report. By default, all of them run.
set -u
export LC_ALL=C
grader=$1
shift
[ $# -gt 0 ] || set -- exit_codes leftover report handin submit paths conf \
    environment machine trace root

failed=
for topic in "$@"; do
    sh "tests/grade/command_line/$topic.sh" "$grader" || failed="$failed $topic"
done
if [ -n "$failed" ]; then
    echo "the grader's command line: failed:$failed"
    exit 1
fi
echo "the grader's command line: ok"
