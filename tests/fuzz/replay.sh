#!/bin/sh
# SPDX-License-Identifier: MIT
#
# replay.sh FOLDER TARGET...: feeds each fuzz target in FOLDER its corpus, and
# prints how many inputs there were.
set -eu
export LC_ALL=C

folder=$1 log=$1/replay.log sum=0
shift

# replay.c discards standard error, so sanitizers report to a file.
options=abort_on_error=1:log_path=$log
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}$options"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1:$options"

# A corpus without a target would never be tested.
for kept in tests/fuzz/corpus/*; do
    [ -f "tests/fuzz/fuzz_${kept##*/}.c" ] ||
        { echo "$kept: no fuzz target of that name: rename or remove it" >&2
          exit 1; }
done

sh tests/fuzz/seeds.sh --note
for target in "$@"; do
    rm -f "$log".*
    # shellcheck disable=SC2046 # one word for each folder
    files=$(find $(sh tests/fuzz/seeds.sh "$target") -type f)
    # shellcheck disable=SC2086 # no name has a space
    count=$("$folder/$target" $files 2>&1) || {
        echo "$target: $count" >&2
        cat "$log".* 2>/dev/null >&2
        exit 1
    }
    sum=$((sum + count))
done
echo "  $# targets, $sum inputs"
