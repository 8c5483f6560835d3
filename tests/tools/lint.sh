#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lint.sh JOBS COMPILER...: three analyzers must find nothing in the C files of
# the product, JOBS files at a time. .clang-tidy lists the checks of clang-tidy.
# Tests are left out: the analyzers do not know that Check's ck_abort never
# returns, and report false errors after each call.
set -u
export LC_ALL=C

jobs=$1
shift 2 # COMPILER itself is not used: only gcc has -fanalyzer
flags="$* -Wno-unused-parameter"
product='backends lib server solution starter'
status=0

sh tests/tools/deps.sh --check cppcheck clang-tidy || exit 1
if ! gcc -fanalyzer -x c -c /dev/null -o /dev/null 2>/dev/null; then
    echo "Missing: gcc with -fanalyzer" >&2
    echo "To install it, type: $(sh tests/tools/deps.sh --how cc)" >&2
    exit 1
fi

# files FOLDER...: their C files, each on a line, without the backends whose
# library is not installed.
files()
{
    for folder in "$@"; do
        find "$folder" -name '*.c'
    done | sort | while read -r file; do
        module=$(basename "$file" .c)
        [ "$file" != "backends/$module.c" ] ||
            pkg-config --exists "$module" || continue
        echo "$file"
    done
}

# each NAME COMMAND: runs it on every file of the product, and shows its output.
each()
{
    echo "  $1"
    # shellcheck disable=SC2086 # a word for each folder
    files $product | xargs -P "$jobs" -n 1 sh -c "$2" lint || status=1
}

echo "  cppcheck"
# shellcheck disable=SC2086
cppcheck --quiet --std=c11 --enable=warning,performance,portability \
    --library=posix --error-exitcode=1 -I. -j "$jobs" $product || status=1

each clang-tidy "clang-tidy --quiet \$1 -- $flags 2>/dev/null"
each 'gcc -fanalyzer' \
    "gcc $flags -O2 -fanalyzer -Werror -c \$1 -o /dev/null"
[ $status -ne 0 ] || echo "lint: ok"
exit $status
