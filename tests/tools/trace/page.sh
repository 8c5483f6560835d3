#!/bin/sh
# SPDX-License-Identifier: MIT
#
# page.sh BUILD TRACE...: writes handout/flow/page.html, with its style, its
# script, their hashes and these traces in it, to standard output.
set -eu
export LC_ALL=C
build=$1
shift

# The script is these files in one: each uses what those before it define.
script=$(mktemp)
trap 'rm -f "$script"' EXIT
trap 'exit 1' HUP INT TERM PIPE
for name in text trace eve bytes checks steps run; do
    cat "handout/flow/$name.js"
done >"$script"

# A trace that lib/ did not write could have the end tag of the element it is in,
# and a <meta> that leads the browser to another page: no policy forbids that. So
# a line with a character that lib/trace.h escapes is replaced by "?", and the
# page shows that it cannot read it.
#
# The Content-Security-Policy of the page names the style and the script by
# their hashes. So the browser runs no others, whatever is in a trace.
style_hash=$("$build/tests/tools/trace/recompute" hash handout/flow/flow.css)
script_hash=$("$build/tests/tools/trace/recompute" hash "$script")

awk -v style_hash="$style_hash" -v script_hash="$script_hash" '
# Prints the lines of these files.
function copy(first, last,    i, line)
{
    for (i = first; i <= last; i++) {
        while ((getline line < ARGV[i]) > 0)
            print (first >= 4 && line ~ /[^ -~]|[<>&\047]/ ? "?" : line)
        close(ARGV[i])
    }
}
# Prints $0, with these files in place of MARK.
function print_with(mark, first, last,    at)
{
    at = index($0, mark)
    printf "%s", substr($0, 1, at - 1)
    copy(first, last)
    print substr($0, at + length(mark))
}
BEGIN {
    while ((getline < ARGV[1]) > 0) {
        sub("@STYLE_HASH@", style_hash)
        sub("@SCRIPT_HASH@", script_hash)
        if (index($0, "@STYLE@"))
            print_with("@STYLE@", 2, 2)
        else if (index($0, "@SCRIPT@"))
            print_with("@SCRIPT@", 3, 3)
        else if (index($0, "@TRACE@"))
            print_with("@TRACE@", 4, ARGC - 1)
        else
            print
    }
}' handout/flow/page.html handout/flow/flow.css "$script" "$@"
