#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test.sh BUILD: without TLS, eve.sh shows all messages; with TLS, only message 5.
#
# shellcheck disable=SC2016 # the stubs expand these
set -u
export LC_ALL=C
. tests/tools/testing.sh

seen=$tmp/seen
CI=true sh tests/tools/eve/eve.sh "$1" solution >"$seen" </dev/null ||
    wrong "eve.sh ended with $?"

# lines TEXT: in how many lines Eve sees it.
lines()
{
    grep -F -e '->' "$seen" | grep -cF -e "$1"
}

# appears COUNT TEXT
appears()
{
    count=$(lines "$2")
    [ "$count" -eq "$1" ] || wrong "$2 is in $count lines, expected $1"
}

if command -v openssl >/dev/null 2>&1; then runs=2; else runs=1; fi
# Bob logs in again if his port is in use, for example by a closed connection of
# an earlier test.
logins=$(lines '"password":"banana","port"')
[ "$logins" -ge 1 ] || wrong "Bob does not log in"
appears 1 '"password":"apple"'
# Message 2 for each login of Bob's, then Alice's messages 2 and 3.
appears $((logins + 2)) '"token":"'
appears 2 '"receiver":"bob"}' # messages 3 and 4
appears 1 '"secret":"'
appears $runs '"seq":1,"message":"'
appears 0 'can you read this'
[ "$(grep -c '^   alice: can you read this, Eve?$' "$seen")" -eq $runs ] ||
    wrong "Bob's screen does not show the text"

# Two receivers fail immediately, as if this machine had no ::1; and the relay to
# the third finds its port in use. The fourth works.
mkdir -p "$tmp/build/solution"
for file in chat-server solution/sender; do
    ln -s "$PWD/$1/$file" "$tmp/build/$file"
done
stub "$tmp/build/solution/receiver" \
    'mkdir "$TRIES/1" 2>/dev/null && exit 69' \
    'mkdir "$TRIES/2" 2>/dev/null && exit 69' \
    'exec "$REAL/solution/receiver" "$@"'
stub "$tmp/build/tests/tools/eve/relay" \
    '[ "$2" = bob ] && mkdir "$TRIES/3" 2>/dev/null && echo in use >&2 && exit 1' \
    'exec "$REAL/tests/tools/eve/relay" "$@"'
TRIES=$tmp REAL=$PWD/$1 CI=true \
    sh tests/tools/eve/eve.sh "$tmp/build" solution >"$seen" 2>&1 </dev/null ||
    { wrong "eve.sh does not try again:"; show "$seen"; }
[ -d "$tmp/3" ] || wrong "the relay was not started a second time"
! grep 'in use' "$seen" || wrong "eve.sh shows an error that does no harm"

# The receiver refuses the text, and its last words are shown.
rm "$tmp/build/solution/receiver"
ln -s "$PWD/$1/starter/receiver" "$tmp/build/solution/receiver"
TRIES=$tmp REAL=$PWD/$1 sh tests/tools/eve/eve.sh "$tmp/build" solution \
    >"$seen" 2>&1 </dev/null && wrong "eve.sh does not fail"
grep -qx "Bob's receiver: refused: TODO 4" "$seen" ||
    { wrong "eve.sh does not show why:"; show "$seen"; }
finish "what Eve sees"
