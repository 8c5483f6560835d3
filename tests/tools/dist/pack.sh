#!/bin/sh
# SPDX-License-Identifier: MIT
#
# pack.sh OUT.tar.gz: packs what students receive. The same tree gives the same
# bytes. If a file has an answer in it, nothing is packed.
set -eu
export LC_ALL=C
out=$1
top=chat-lab
rm -f "$out" # so that an old archive is not mistaken for the new one

# The files that are packed unchanged. The pages come from build/handout, and
# student.md becomes README.md.
list='
Makefile LICENSE .gitattributes
starter/GROUP starter/sender.c starter/receiver.c
backends/README.md backends/*.[ch]
lib/*.[ch]
server/*.c server/*.sh server/*/*.[ch]
tests/tools/deps.sh tests/tools/writable.sh tests/tools/starts.sh
tests/tools/demo.sh tests/tools/chat.sh tests/tools/submit.sh
tests/tools/eve/relay.c tests/tools/eve/eve.sh
tests/tools/trace/trace.sh tests/tools/trace/page.sh
tests/tools/trace/grade.sh
tests/tools/trace/mallory.c tests/tools/trace/recompute.c
tests/tools/doctor/doctor.sh tests/tools/doctor/*.c
tests/grade/*.[ch] tests/grade/grade.sh tests/grade/shipped.txt
tests/support/failure.h tests/support/forgery.[ch] tests/support/tcp.[ch]
tests/support/http_server.[ch] tests/support/stopwatch.[ch]
tests/vectors/protocol_vectors.json
handout/handout.md handout/protocol.md handout/flow.svg
handout/flow/*.html handout/flow/*.css handout/flow/*.js
'

say()
{
    echo "make dist: $*" >&2
}

# The starter is the cut of the solution, without changes.
for name in sender receiver; do
    awk -f tests/tools/cut.awk "solution/$name.c" |
        cmp -s - "starter/$name.c" || {
        say "starter/$name.c is not the cut of solution/$name.c." \
            "Type: make sync-starter"
        exit 1
    }
done

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
umask 022

# put FILE AS: copies one file.
put()
{
    mkdir -p "$tmp/$top/$(dirname "$2")"
    cp "$1" "$tmp/$top/$2"
}

for file in $list; do
    [ -f "$file" ] || { say "there is no $file: change the list in $0"; exit 1; }
    put "$file" "$file"
done
put handout/student.md README.md
for page in handout protocol; do
    put "build/handout/$page.html" "handout/$page.html"
    put "build/handout/$page.pdf" "handout/$page.pdf"
done
put build/handout/example.html handout/example.html

# No answer in any file.
(cd "$tmp/$top" && find . -type f ! -name '*.pdf') | sort >"$tmp/text"
here=$PWD
(cd "$tmp/$top" && xargs python3 "$here/tests/tools/dist/gate.py" \
    "$here/solution/sender.c" "$here/solution/receiver.c" -- <"$tmp/text") || {
    say "nothing was packed: see the error above"
    exit 1
}

# One date, one owner, one order, one mode: then the bytes are the same.
unset TAR_OPTIONS GZIP
TZ=UTC
COPYFILE_DISABLE=1 # the tar of macOS would add a ._ file for each
export TZ COPYFILE_DISABLE
date=$(git log -1 --date=format-local:%Y%m%d%H%M.%S --format=%cd \
    2>/dev/null) || date=202601010000.00
find "$tmp/$top" -type f -exec chmod 644 {} + -exec touch -t "$date" {} +
(cd "$tmp" && find "$top" -type f | sort >list)
case $(tar --version) in
*GNU*) owner='--owner=0 --group=0 --numeric-owner --no-recursion' ;;
*) owner='--uid 0 --gid 0 --numeric-owner -n' ;;
esac
mkdir -p "$(dirname "$out")"
# shellcheck disable=SC2086 # words for tar
tar --format=ustar $owner -cf "$tmp/tar" -C "$tmp" -T "$tmp/list"
gzip -n -9 <"$tmp/tar" >"$out.new"
mv "$out.new" "$out"
echo "$out: $(wc -l <"$tmp/list" | tr -d ' ') files," \
    "$(($(wc -c <"$out") / 1024)) KiB, no answer in any of them"
