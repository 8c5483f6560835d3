# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Functions for test scripts. A script reads this with
# ". tests/tools/testing.sh" and ends with finish. Make's variables are removed
# from the environment.

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

# show [FILE...]: prints these files, or the last command's output, indented.
show()
{
    [ $# -gt 0 ] || set -- "$tmp/stdout" "$tmp/stderr"
    sed 's/^/  | /' "$@"
}

# printed WORDS: whether the last command has printed these.
printed()
{
    { cat "$tmp/stdout" "$tmp/stderr"; echo; } | grep -qF -e "$1"
}

# expect CODE WORDS COMMAND...: COMMAND must exit with CODE and print WORDS.
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

# prints WORDS: the last command must have printed these, too.
prints()
{
    printed "$1" && return
    wrong "this was not printed: $1"
    show
}

# stub FILE LINE...: writes a shell script of these lines.
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
