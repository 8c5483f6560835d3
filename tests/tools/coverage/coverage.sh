#!/bin/sh
# SPDX-License-Identifier: MIT
#
# coverage.sh OBJECTS BUILD...: runs the unit tests of each build and the
# end-to-end tests over all, compiled with --coverage. Prints how much of
# backends, lib and server they reach, according to gcov. Exit 1 if that is below
# a limit.
set -eu
export LC_ALL=C

# For each folder, the least percentage of lines and of branches. Every line and
# branch that gcov sees counts.
limits='backends 95 90  lib 95 90  server 90 85'

for tool in gcov python3; do # gcov comes with gcc
    command -v $tool >/dev/null || { echo "Missing: $tool: install it" >&2; exit 1; }
done
[ "$1" != --check ] || exit 0

out=build/coverage
rm -rf "$out"
mkdir -p "$out"
find "$@" -name '*.gcda' -exec rm {} +
objects=$1
shift
for build in "$@"; do
    echo "== unit tests, $build"
    "$build/unit-tests" || exit
done
echo "== end to end"
"$1/e2e-tests" "$@" || exit

for build in "$@"; do
    find "$build/backends" -name '*.gcno'
done >"$out/notes"
find "$objects/lib" "$objects/server" -name '*.gcno' >>"$out/notes"
sort "$out/notes" | xargs gcov --branch-probabilities --branch-counts --relative-only \
    --stdout >"$out/gcov.txt" 2>"$out/gcov.err" || {
    cat "$out/gcov.err" >&2
    exit 1
}
# gcov prints these lines about a file without functions, and about one that no
# test ran. Any other line is an error.
if grep -v -e 'no functions found' -e 'assuming not executed' \
    -e '^File ' "$out/gcov.err" >&2; then
    exit 1
fi
echo
# shellcheck disable=SC2086 # a word for each limit
python3 tests/tools/coverage/report.py "$out/gcov.txt" $limits
