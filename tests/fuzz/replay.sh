#!/bin/sh
# SPDX-License-Identifier: MIT
#
# replay.sh FOLDER TARGET...: feeds each fuzz target in FOLDER the inputs that
# are kept for it, and says how many there were.
set -eu
export LC_ALL=C

folder=$1 log=$1/replay.log sum=0
shift

# A target writes to no terminal: what a sanitizer has to say comes from here.
options=abort_on_error=1:log_path=$log
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}$options"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1:$options"

# Inputs that no target reads would test nothing.
for kept in tests/fuzz/corpus/*; do
    [ -f "tests/fuzz/fuzz_${kept##*/}.c" ] ||
        { echo "$kept: there is no target of that name" >&2; exit 1; }
done

sh tests/fuzz/seeds.sh --note
for target in "$@"; do
    rm -f "$log".*
    # shellcheck disable=SC2046 # one word for each folder
    said=$("$folder/$target" $(sh tests/fuzz/seeds.sh "$target") 2>&1) || {
        echo "$target: $said" >&2
        cat "$log".* 2>/dev/null >&2
        exit 1
    }
    sum=$((sum + said))
done
echo "  $# targets, $sum inputs"
