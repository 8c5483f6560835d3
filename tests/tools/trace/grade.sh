#!/bin/sh
# SPDX-License-Identifier: MIT
#
# grade.sh BUILD GRADER [OPTION...]: grades, and then draws what the programs did
# in each check that failed, to build/trace/CHECK.html. With ONLY, it draws each
# check in ONLY. For this the programs run a second time: with a trace they print
# a warning about the keys in it, which must not be in the report.
set -u
export LC_ALL=C
build=$1
shift

"$@"
code=$?
[ $code -le 1 ] || exit $code # not graded

umask 077
dir=$(mktemp -d) || exit 70
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$dir/traces" build/trace || exit 73
"$@" --trace "$dir/traces" --format text --report "$dir/report" \
    >"$dir/graded" 2>"$dir/errors"
[ $? -le 1 ] || { cat "$dir/errors" >&2; exit $code; }

# wanted CHECK: whether to draw it.
wanted()
{
    if [ "${ONLY-}" ]; then
        case ",$ONLY," in *",$1,"* | *",${1%%-*},"*) return 0 ;; esac
        return 1
    fi
    grep -q "FAILED  $1 " "$dir/graded"
}

echo
drawn=
for folder in "$dir"/traces/*; do
    check=${folder##*/}
    page=build/trace/$check.html
    if ! wanted "$check" || [ -z "$(find "$folder" -name '*.jsonl')" ]; then
        continue
    fi
    printf '{"event":"about","tool":"%s","title":"%s","outside":"grader"}\n' \
        "$build/tests/tools/trace/recompute" "Check $check" \
        >"$folder/0-about.jsonl"
    sh tests/tools/trace/page.sh "$build" "$folder"/*.jsonl >"$page" || exit 1
    echo "To see what happened in $check, open this file in a browser: $page"
    drawn=1
done
[ "$drawn" ] || echo "There is nothing to draw: no check failed, or no program \
ran in it. To draw a check that passes, name it: ONLY=M5-03 TRACE=1"
exit $code
