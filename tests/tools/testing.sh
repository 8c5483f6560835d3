# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What the test scripts share. Each reads it with ". tests/tools/testing.sh" and
# ends with finish. It removes make's variables from the environment.

unset MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKELEVEL CDPATH
status=0
tmp=$(mktemp -d) || exit 70
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

wrong()
{
    echo "WRONG: $*"
    status=1
}

# show FILE...: their lines, indented; of the last command without FILE.
show()
{
    [ $# -gt 0 ] || set -- "$tmp/stdout" "$tmp/stderr"
    sed 's/^/  | /' "$@"
}

# printed WORDS: has the last command printed these?
printed()
{
    { cat "$tmp/stdout" "$tmp/stderr"; echo; } | grep -qF -e "$1"
}

# expect CODE WORDS COMMAND...: it ends with this exit code and prints WORDS.
expect()
{
    code=$1
    words=$2
    shift 2
    "$@" >"$tmp/stdout" 2>"$tmp/stderr" </dev/null
    got=$?
    [ "$got" -eq "$code" ] && printed "$words" && return
    wrong "$*: expected exit code $code and \"$words\", got $got:"
    show
}

# prints WORDS: the last command has printed these, too.
prints()
{
    printed "$1" && return
    wrong "this was not printed: $1"
    show
}

# stub FILE LINE...: a program of these lines.
stub()
{
    file=$1
    shift
    mkdir -p "${file%/*}"
    rm -f "$file" # it may be a link
    printf '%s\n' '#!/bin/sh' "$@" >"$file"
    chmod +x "$file"
}

# finish WHAT: prints the result, and exits.
finish()
{
    [ $status -eq 0 ] && echo "$1: ok"
    exit $status
}
