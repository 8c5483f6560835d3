#!/bin/sh
# SPDX-License-Identifier: MIT
#
# locale.sh: checks that make and the scripts do the same in a Turkish locale as
# in the C locale. In Turkish, [A-Za-z] does not match "i". MAKE is the make to
# test.
set -u
export LC_ALL=C
. tests/tools/testing.sh
make=${MAKE:-make}

# words COMMAND...: those of its output, sorted, because make lists files in the
# order of the locale.
words()
{
    "$@" 2>&1 | tr -s ' ' '\n' | sort
}

# same COMMAND...: its output does not depend on the locale.
same()
{
    words "$@" >"$tmp/c"
    words env LC_ALL="$turkish" "$@" >"$tmp/turkish"
    cmp -s "$tmp/c" "$tmp/turkish" && return
    wrong "this prints something different in $turkish: $*"
    diff "$tmp/c" "$tmp/turkish" | head -n 5
}

# doctor advises on the user's locale, not on the one that make sets.
env LC_ALL=de_DE.ISO-8859-1 "$make" doctor 2>/dev/null |
    grep -q '^note  *locale  *de_DE.ISO-8859-1: ' ||
    wrong "make doctor does not see the locale of the user"

turkish=$(locale -a 2>/dev/null | grep -i '^tr_TR\.utf-*8$' | head -n 1)
if [ -z "$turkish" ]; then
    echo "skipped: a Turkish locale (there is no tr_TR.UTF-8)"
    exit $status
fi
same "$make" -nB V=1 unit-tests
same "$make" help
same "$make" -n sync-starter
same sh tests/tools/docs/facts.sh
same sh tests/tools/deps.sh --check cc pkg-config check
exit $status
