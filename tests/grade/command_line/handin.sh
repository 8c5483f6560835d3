#!/bin/sh
# SPDX-License-Identifier: MIT
#
# handin.sh GRADER: hand-ins as they come: names, other file types, similar
# names, other encodings, and folders in folders.
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

# Names, and what is not a regular file.
mkdir "$tmp/hand-in"
cp starter/receiver.c "$tmp/hand-in"
printf '# two\n  Ada Lovelace \n<b>Bob|\033[2J</b>\n' >"$tmp/hand-in/GROUP"
ln -s /dev/zero "$tmp/hand-in/sender.c"
expect 1 "Ada Lovelace, <b>Bob|\\x1b[2J</b>" grade "$tmp/hand-in" --only B-01
expect 1 "it is a link" grade "$tmp/hand-in" --only B-01
rm "$tmp/hand-in/sender.c" "$tmp/hand-in/GROUP"
mkfifo "$tmp/hand-in/sender.c"
expect 1 "not a regular file" grade "$tmp/hand-in" --only B-01
expect 1 "no names" grade "$tmp/hand-in" --only B-01

# A file with a similar name is mentioned.
cp solution/sender.c "$tmp/hand-in/SENDER.C.txt"
rm "$tmp/hand-in/sender.c"
expect 1 "SENDER.C.txt" grade "$tmp/hand-in" --only B-01
rm "$tmp/hand-in/SENDER.C.txt"

# Byte order marks, CRLF, Latin-1 and UTF-16, as some editors write them.
printf '\357\273\277J\366rg\r\nZ\303\266e\r\n' >"$tmp/hand-in/GROUP"
{ printf '\357\273\277' && awk '{printf "%s\r\n", $0}' starter/sender.c; } \
    >"$tmp/hand-in/sender.c"
expect 0 "Attempt: no, 0 of 100 (" grade "$tmp/hand-in" --only B
cp "$tmp/output" "$tmp/first"
expect 0 "$(printf 'J\303\266rg, Z\303\266e\n')" cat "$tmp/first"
for file in sender.c receiver.c; do
    iconv -f UTF-8 -t UTF-16 starter/$file >"$tmp/hand-in/$file"
done
expect 1 "Attempt: no, 0 of 100 (" grade "$tmp/hand-in" --only B-01
cp "$tmp/output" "$tmp/first"
expect 0 "it is UTF-16 text: save it as UTF-8" cat "$tmp/first"
sed 's/return kit_refused("TODO 1");/return 0;/' starter/sender.c | iconv -f UTF-8 -t UTF-16 \
    >"$tmp/hand-in/sender.c"
expect 1 "Attempt: yes, 100 of 100." grade "$tmp/hand-in" --only B-01

# The programs are one folder down, next to what macOS adds.
mkdir -p "$tmp/deep/lab" "$tmp/deep/__MACOSX" "$tmp/deep/.hidden"
cp solution/*.c "$tmp/deep/lab"
echo Ada >"$tmp/deep/GROUP"
for junk in __MACOSX/._sender.c __MACOSX/sender.c .hidden/sender.c .DS_Store \
    ._receiver.c; do
    : >"$tmp/deep/$junk"
done
expect 0 "in $tmp/deep/lab/" grade "$tmp/deep" --only B-01 --format json
expect 0 "Group: Ada" grade "$tmp/deep" --only B-01

# Two such folders.
mkdir "$tmp/deep/second"
cp solution/sender.c "$tmp/deep/second"
expect 65 "$tmp/deep/second" grade "$tmp/deep" --only B-01
expect 65 "$tmp/deep/lab" grade "$tmp/deep" --only B-01

# Two folders down.
mkdir -p "$tmp/higher/deep"
mv "$tmp/deep/lab" "$tmp/higher/deep"
expect 66 "Found: deep" grade "$tmp/higher" --only B-01
mv "$tmp/higher/deep/lab" "$tmp/deep"

# One program is missing.
rm -r "$tmp/deep/second" "$tmp/deep/lab/sender.c"
expect 0 "There is no sender.c in $tmp/deep/lab/" grade "$tmp/deep" --only B-02
cp "$tmp/output" "$tmp/first"
expect 0 "Note: receiver.c was found one folder down" cat "$tmp/first"

finish
