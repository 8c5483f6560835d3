#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test.sh BUILD: tests what trace.sh writes, whatever the programs do, and the
# example in the handout. check_browser.py opens the page in a browser.
#
# shellcheck disable=SC2016 # the stubs expand these
set -u
export LC_ALL=C
. tests/tools/testing.sh

page=$tmp/out/flow.html

# traced WHO WORDS: trace.sh succeeds and prints WORDS, and the page is whole.
traced()
{
    expect 0 "$2" sh tests/tools/trace/trace.sh "$tmp/build" "$1" "$page"
    prints "Open this file in a browser: $page"
    grep -q '^</html>$' "$page" || wrong "the page of $1 is not whole"
    grep -q '@[A-Z_]*@' "$page" && wrong "the page of $1 has marks in it"
}

# events COUNT WORDS: so many events in the page have these.
events()
{
    count=$(grep '^{"n":' "$page" | grep -cF -e "$2")
    [ "$count" -eq "$1" ] || wrong "$count events have $2, expected $1"
}

mkdir -p "$tmp/build/mine"
for name in chat-server tests solution starter; do
    ln -s "$PWD/$1/$name" "$tmp/build/$name"
done

# Everything, with five attacks.
traced solution "Mallory attacks"
events 3 '"event":"shown","text":"alice: '
events 1 '"event":"shown","text":"bob: hello alice'
events 1 '"event":"refused","step":"replay"'
events 2 '"event":"refused","step":"forged"'
events 2 '"event":"refused","step":"ticket"'
[ "$(grep -c '"event":"attack"' "$page")" -eq 5 ] || wrong "not five attacks"
[ "$(find "$page" -perm 600)" ] || wrong "others can read the page"

# As far as the starter gets.
traced starter "sender: refused: TODO 1"
events 1 '"event":"refused","step":"TODO 1"'
events 2 '"message":4'

# A receiver that does not start, and one that crashes when a line comes.
ln -s "$PWD/$1/solution/sender" "$tmp/build/mine/sender"
stub "$tmp/build/mine/receiver" 'echo "receiver: no" >&2' 'exit 69'
traced mine "The receiver did not start:"
prints "receiver: no"
events 2 '"message":3'
mkfifo "$tmp/said"
stub "$tmp/build/mine/receiver" \
    "\"$PWD/$1/solution/receiver\" \"\$@\" --verbose 2>\"$tmp/said\" &" \
    "trap 'kill \$!' TERM" \
    'while read -r line; do' \
    '    printf "%s\n" "$line" >&2' \
    '    case $line in *" received message=5 "*) kill -9 $! ;; esac' \
    "done <\"$tmp/said\""
traced mine "Open this file"

# A sender that never ends is killed.
rm "$tmp/build/mine/sender" "$tmp/build/mine/receiver"
ln -s "$PWD/$1/solution/receiver" "$tmp/build/mine/receiver"
stub "$tmp/build/mine/sender" 'exec sleep 100'
TRACE_SECONDS=1 traced mine "The sender failed with exit code 137"
events 2 '"message":1'

# A trace that a program wrote without lib/ adds no markup to the page.
for line in '{"a":"</script><meta http-equiv=refresh>"}' '{"a":"b&lt;"}' \
    "{\"a\":\"it's\"}" '{"a":"b"}'; do
    printf '%s\n' "$line"
done >"$tmp/foreign"
expect 0 "" sh tests/tools/trace/page.sh "$1" "$tmp/foreign"
[ "$(sed -n '/id="trace"/,/^<\/script>/p' "$tmp/stdout" | tr -d '\n')" = \
    '<script type="application/x-ndjson" id="trace">???{"a":"b"}</script>' ] ||
    wrong "a foreign trace changes the markup of the page"

# An old page does not stay if there is no new one.
mv "$tmp/build/chat-server" "$tmp/build/other"
expect 1 "" sh tests/tools/trace/trace.sh "$tmp/build" solution "$page"
[ ! -e "$page" ] || wrong "the old page is still there"

# The example in the handout has the keys and the box of protocol.md, section 8.
expect 0 "" sh tests/tools/trace/example.sh "$1" "$tmp/example.html"
sed -n '/^## 8/,$s/^      = \([^$ ]*\)$/\1/p' handout/protocol.md >"$tmp/values"
[ "$(wc -l <"$tmp/values")" -eq 3 ] || wrong "protocol.md has other check values"
while read -r value; do
    grep -qF -e "$value" "$tmp/example.html" ||
        wrong "the example lacks this check value: $value"
done <"$tmp/values"
finish "the page of make trace"
