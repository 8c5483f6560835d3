#!/bin/sh
# SPDX-License-Identifier: MIT
#
# facts.sh: what the texts say about the kit is so. Sections that are cited
# exist; every TODO stands in the handout; bytes in examples are test vectors;
# sentences of the grader are the grader's; times, slides and links add up.
set -u
export LC_ALL=C
status=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

wrong()
{
    echo "WRONG: $*" >&2
    status=1
}

# --- Sections ----------------------------------------------------------------

sed -n 's/^## \([0-9]*\)\. .*/\1/p' handout/protocol.md >"$tmp/sections"

# cited FILE...: "FILE:LINE N" for each citation of a section of protocol.md.
# An RFC's section stands behind its number, or has a dot in it.
cited()
{
    awk '
        FNR == 1 { before = "" }
        {
            rest = $0
            while (match(rest, /[Ss]ections? [0-9][0-9.]*( (and|to) [0-9]+)?/)) {
                head = before substr(rest, 1, RSTART - 1)
                word = substr(rest, RSTART, RLENGTH)
                before = head word
                rest = substr(rest, RSTART + RLENGTH)
                if (head ~ /RFC [0-9]+,?[ *]*$/ || word ~ /[0-9]\.[0-9]/)
                    continue
                n = split(word, part, / /)
                print FILENAME ":" FNR, part[2] + 0
                if (n == 4) print FILENAME ":" FNR, part[4] + 0
            }
            before = before rest
            before = substr(before, length(before) - 20)
        }' "$@"
}

cited lib/*.[ch] server/*.c server/*/*.[ch] backends/*.[ch] solution/*.c starter/*.c \
    tests/*/*.[ch] tests/tools/*/*.c README.md handout/*.md >"$tmp/cited"
# The sections of the grader's table.
awk -F '"' '/^    \{"[A-Z][0-9]*-[0-9]/ { print FILENAME ":" FNR, $8 }' \
    tests/grade/ladder.c >"$tmp/ladder"
[ "$(wc -l <"$tmp/cited")" -gt 50 ] || wrong "hardly any section is cited"
[ "$(wc -l <"$tmp/ladder")" -gt 40 ] || wrong "ladder.c names no sections"
while read -r where n; do
    grep -qx "$n" "$tmp/sections" ||
        wrong "$where cites section $n, which protocol.md does not have"
done <<EOF
$(cat "$tmp/cited" "$tmp/ladder")
EOF

# --- TODOs -------------------------------------------------------------------

sed -n 's/^ *\* TODO \([0-9]*\) (.*/\1/p' starter/sender.c starter/receiver.c \
    >"$tmp/todos"
sed -n 's/^### TODO \([0-9]*\): .*/\1/p' handout/handout.md |
    cmp -s - "$tmp/todos" ||
    wrong "the TODOs of the handout are not those of the starter"

# --- Bytes -------------------------------------------------------------------

# Hex with and without spaces, and base64; JSON may write / as \/.
sed 's/\([0-9a-f][0-9a-f]\) \(\([0-9a-f][0-9a-f] \)*[0-9a-f][0-9a-f]$\)/\1\2/
    :a
    s/\([0-9a-f]\{4,\}\) \([0-9a-f][0-9a-f]\)/\1\2/
    ta' handout/handout.md handout/protocol.md |
    grep -oE '[0-9A-Za-z+/]{18,}={0,2}' | grep -E '[0-9]' |
    grep -E '[a-zA-Z]' | sort -u >"$tmp/bytes"
[ "$(wc -l <"$tmp/bytes")" -ge 8 ] || wrong "the handout has no example"
while read -r bytes; do
    grep -qF -e "$bytes" tests/vectors/protocol_vectors.json ||
        wrong "the handout has bytes that are no test vector: $bytes"
done <"$tmp/bytes"

# --- The grader's words ------------------------------------------------------

sed -n '/^## What goes wrong/,/^## Q/s/^| \([^|]*[^ |]\) *|.*/\1/p' \
    handout/handout.md | sed '/^the grader says/d; /^---/d' >"$tmp/words"
[ "$(wc -l <"$tmp/words")" -ge 10 ] || wrong "the handout has no mistakes"
while read -r words; do
    grep -h '^fails .*: ' tests/mutants/*.mutants | grep -qF -e "$words" ||
        wrong "no wrong program gets the words: $words"
done <"$tmp/words"

# --- Times, slides, links ----------------------------------------------------

sum=$(sed -n '/^| minutes/,/^$/s/^| *\([0-9][0-9]*\) |.*/\1/p' \
    handout/handout.md | awk '{ n += $1 } END { print n }')
[ "$sum" = 50 ] || wrong "the parts of the handout take $sum minutes, not 50"
slides=$(grep -c '^##* ' handout/slides.md)
[ "$slides" = 10 ] || wrong "there are $slides slides, not 10"

for page in README.md CONTRIBUTING.md backends/README.md handout/*.md; do
    grep -oE '\]\([^)]*\)' "$page" | sed 's/^](//; s/)$//' |
        grep -v '^https*:' >"$tmp/links"
    while read -r link; do
        file=${link%%#*}
        [ -z "$file" ] || [ -e "$(dirname "$page")/$file" ] ||
            wrong "$page links to $file, which is not there"
        [ "$file" = "$link" ] || [ -n "$file" ] ||
            sed -n 's/^##* //p' "$page" | tr 'A-Z ' 'a-z-' |
            tr -cd 'a-z0-9\n-' | grep -qx -e "${link#\#}" ||
            wrong "$page links to $link, which it does not have"
    done <"$tmp/links"
done

[ $status -eq 0 ] && echo "what the texts say: ok"
exit $status
