# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# What the tests of this folder share. Each is called with GRADER, the grade.sh
# to test, in the folder of the kit, and ends with finish.
export LC_ALL=C
unset MAKEFLAGS MAKELEVEL CDPATH
# These tests are not about the sandbox, and it hides their files from compilers.
SANDBOX=none
export SANDBOX
grader=$1
kit=$PWD
right="sh $grader --submission solution --only M4-01" # a grading that passes
failed=0
tmp=$(mktemp -d) && chmod 711 "$tmp" || exit 70 # open to the grader's user
trap 'rm -rf "$tmp"' EXIT

# expect CODE TEXT COMMAND...: COMMAND must exit with CODE, and its output, kept
# in $tmp/output, must contain TEXT. An empty TEXT matches any output.
expect()
{
    code=$1
    text=$2
    shift 2
    "$@" >"$tmp/output" 2>&1
    got=$?
    if [ "$got" -ne "$code" ] ||
        { [ -n "$text" ] && ! grep -qF -e "$text" "$tmp/output"; }; then
        wrong "$*: expected exit code $code and \"$text\", got $got:"
        sed 's/^/  | /' "$tmp/output"
    fi
}

# grade DIR OPTION...: grades DIR.
grade()
{
    sh "$grader" --submission "$@"
}

wrong()
{
    echo "WRONG: $*"
    failed=1
}

# use_compiler CONF: writes CONF, a grade.conf with $tmp/cc as its compiler.
use_compiler()
{
    awk -v cc="$tmp/cc" '
        !seen[$1]++ && /^(compile|link) / { $0 = $1 " " cc }
        { print }' build/libsodium/grade.conf >"$1"
}

# A gate is a named pipe at which a program waits. await_at_gate returns when one
# waits there; release_from_gate lets it continue. Later programs find no gate.
await_at_gate()
{
    exec 3>"$tmp/gate"
    rm "$tmp/gate"
}

release_from_gate()
{
    exec 3>&-
}

finish()
{
    exit $failed
}

# Only tests of this folder use these.
: "$kit" "$right"
