#!/bin/sh
# SPDX-License-Identifier: MIT
#
# grade.sh: grades one submission, see --help. make copies this file to the
# folder of the grader, build/libsodium/ or build/openssl/, and it is run there.
# The exit codes are those of main.c. GRADING in the environment is the default
# of --grading.
export LC_ALL=C
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac # dirname needs a PATH
kit=$(unset CDPATH && cd -- "$here/../.." && pwd -P) || exit 70
here=$(unset CDPATH && cd -- "$here" && pwd -P) || exit 70
if [ ! -x "$here/grade" ]; then
    echo "grade.sh: no verdict: $here/grade is missing or not allowed to run (a" \
        "noexec mount?): type make grade in the kit, or copy it" >&2
    exit 72
fi
exec "$here/grade" --kit "$kit" --conf "$here/grade.conf" \
    ${GRADING:+--grading "$GRADING"} "$@"
