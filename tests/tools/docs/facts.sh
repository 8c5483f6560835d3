#!/bin/sh
# SPDX-License-Identifier: MIT
#
# facts.sh: checks what the texts claim about the kit: cited sections, files
# and functions exist; the handout has every TODO; bytes in examples are test
# vectors; the grader prints what is quoted; times add up; links work.
set -u
export LC_ALL=C
. tests/tools/testing.sh

# many FILE N: FILE must have at least N facts; with fewer, the search is
# broken.
many()
{
    [ "$(wc -l <"$tmp/$1")" -ge "$2" ] ||
        wrong "found fewer than $2 $1 in the texts: is the search broken?"
}

# --- Sections ----------------------------------------------------------------

sed -n 's/^## \([0-9]*\)\. .*/\1/p' handout/protocol.md >"$tmp/sections"

# cited FILE...: "FILE:LINE N" for each citation of a section of protocol.md. A
# section of an RFC comes after the RFC's number, or has a dot in it.
cited()
{
    awk '
        FNR == 1 { before = "" }
        {
            rest = $0
            while (match(rest,
                         /[Ss]ections? [0-9][0-9.]*( (and|to) [0-9]+)?/)) {
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

cited lib/*.[ch] server/*.c server/*/*.[ch] backends/*.[ch] solution/*.c \
    starter/*.c tests/*/*.[ch] tests/tools/*/*.c README.md CONTRIBUTING.md \
    handout/*.md >"$tmp/cited"
# The sections of the grader's table.
awk -F '"' '/^    \{"[A-Z][0-9]*-[0-9]/ && NF > 8 && $8 != "" {
    print FILENAME ":" FNR, $8 }' \
    tests/grade/ladder.c >"$tmp/ladder"
many cited 50
many ladder 40
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
    wrong "the handout and the starter have different TODOs"

# --- Bytes -------------------------------------------------------------------

# Hex with and without spaces, and base64; JSON may write / as \/.
sed 's/\([0-9a-f][0-9a-f]\) \(\([0-9a-f][0-9a-f] \)*[0-9a-f][0-9a-f]$\)/\1\2/
    :a
    s/\([0-9a-f]\{4,\}\) \([0-9a-f][0-9a-f]\)/\1\2/
    ta' handout/handout.md handout/protocol.md |
    grep -oE '[0-9A-Za-z+/]{18,}={0,2}' | grep -E '[0-9]' |
    grep -E '[a-zA-Z]' | sort -u >"$tmp/bytes"
many bytes 8
while read -r bytes; do
    grep -qF -e "$bytes" tests/vectors/protocol_vectors.json ||
        wrong "handout.md or protocol.md has bytes of no test vector: $bytes"
done <"$tmp/bytes"

# --- The grader's words ------------------------------------------------------

sed -n '/^## What goes wrong/,/^## Q/s/^| \([^|]*[^ |]\) *|.*/\1/p' \
    handout/handout.md | sed '/^the grader says/d; /^---/d' >"$tmp/words"
many words 10
while read -r words; do
    grep -h '^fails .*: ' tests/mutants/*.mutants | grep -qF -e "$words" ||
        wrong "the grader does not print this on any mutant: $words"
done <"$tmp/words"

# --- Files and functions -----------------------------------------------------

texts='README.md CONTRIBUTING.md backends/README.md handout/handout.md
    handout/instructor.md handout/student.md handout/slides.md'

# spans FILE...: "FILE SPAN" for each text in backticks, without its fences.
spans()
{
    awk '
        /^ *```/ { fence = !fence; next }
        fence { next }
        {
            n = split($0, part, "`")
            for (i = 2; i < n; i += 2) print FILENAME, part[i]
        }' "$@"
}

# Files of the kit, with * and without. NAME is a placeholder.
# shellcheck disable=SC2086 # words
spans $texts | sort -u |
    grep -E ' (lib|server|backends|solution|starter|tests|handout)/[^ ]*$' |
    grep -v NAME | grep -Ev 'handout/.*\.(html|pdf)$' >"$tmp/files"
many files 50
while read -r page file; do
    # shellcheck disable=SC2086 # a pattern
    ls -d $file >/dev/null 2>&1 ||
        wrong "$page names $file, which does not exist"
done <"$tmp/files"

# Both maps of folders are complete.
for folder in */ server/*/; do
    [ "$folder" = build/ ] || ! git ls-files --error-unmatch "$folder" \
        >/dev/null 2>&1 || grep -qF "| \`$folder\` |" README.md ||
        wrong "README.md: the table of folders lacks $folder"
done
for folder in tests/*/; do
    grep -q "^| .*\`$folder\`.* |" CONTRIBUTING.md ||
        wrong "CONTRIBUTING.md: the table of folders lacks $folder"
done

# Functions and constants: names with _ in them.
# shellcheck disable=SC2086 # words
spans $texts | sort -u | sed 's/()$//' |
    grep -E '^[^ ]* ([a-z]*_[a-z_0-9]*|KIT_[A-Z_]*)$' >"$tmp/names"
many names 50
cat lib/*.[ch] server/*.c server/*/*.[ch] backends/*.[ch] solution/*.c \
    tests/*/*.[ch] | tr -cs 'A-Za-z0-9_' '\n' | sort -u >"$tmp/words"
while read -r page name; do
    grep -qx -e "$name" "$tmp/words" ||
        wrong "$page names $name, which is not in any C file"
done <"$tmp/names"

# "`function` (`file`": this file has that function.
# shellcheck disable=SC2016 # backticks of the text
tr '\n' ' ' <CONTRIBUTING.md | tr -s ' ' |
    grep -oE '`[a-z_]+` \(`[a-z/_]+\.c`' | tr -d '`(' >"$tmp/pairs"
many pairs 10
while read -r name file; do
    [ ! -f "$file" ] || grep -q "^[a-z].*[ *]$name(" "$file" ||
        wrong "CONTRIBUTING.md: $file does not define $name"
done <"$tmp/pairs"

programs=$(cat tests/mutants/*.mutants | grep -c '^=== [^:]*: ')
grep -q " $programs programs with a known grade" CONTRIBUTING.md ||
    wrong "CONTRIBUTING.md: tests/mutants has $programs programs"

# --- Times, slides, links ----------------------------------------------------

# The plan of the handout adds up to both of the minutes that it names.
sed -n '/^| minutes/,/^$/s/^| *\([0-9][0-9]*\) |/\1 /p' handout/handout.md |
    awk '
        { n += $1 }
        match($0, /minute [0-9]+/) {
            print substr($0, RSTART + 7, RLENGTH - 7), n
        }' >"$tmp/minutes"
many minutes 2
while read -r named sum; do
    [ "$named" = "$sum" ] ||
        wrong "the parts of the handout take $sum minutes, not $named"
done <"$tmp/minutes"
slides=$(grep -c '^##* ' handout/slides.md)
[ "$slides" = 12 ] || wrong "there are $slides slides, not 12"

for page in README.md CONTRIBUTING.md backends/README.md handout/*.md; do
    grep -oE '\]\([^)]*\)' "$page" | sed 's/^](//; s/)$//' |
        grep -v '^https*:' >"$tmp/links"
    while read -r link; do
        file=${link%%#*}
        target=$page
        [ -z "$file" ] || target=$(dirname "$page")/$file
        # A page that make handout builds is next to the others there.
        [ -e "$target" ] || grep -q "^build/$target:" tests/maintainer.mk || {
            wrong "$page links to $file, which does not exist"
            continue
        }
        [ "$file" = "$link" ] ||
            sed -n 's/^##* //p' "$target" | tr 'A-Z ' 'a-z-' |
            tr -cd 'a-z0-9\n-' | grep -qx -e "${link#*#}" ||
            wrong "$page links to $link, but $target has no such heading"
    done <"$tmp/links"
done

finish "the facts in the texts"
