#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test.sh BUILD: eve.sh shows everything without TLS, and with it message 5
# alone.
set -u
export LC_ALL=C
. tests/tools/testing.sh

seen=$tmp/seen
CI=true sh tests/tools/eve/eve.sh "$1" solution >"$seen" </dev/null ||
    wrong "eve.sh ended with $?"

# appears COUNT TEXT: in so many lines that Eve sees.
appears()
{
    count=$(grep -F -e '->' "$seen" | grep -cF -e "$2")
    [ "$count" -eq "$1" ] || wrong "$2 is in $count lines, expected $1"
}

if command -v openssl >/dev/null 2>&1; then runs=2; else runs=1; fi
appears 1 '"password":"banana","port"'
appears 1 '"password":"apple"'
appears 3 '"token":"'          # messages 2, 2 and 3
appears 2 '"receiver":"bob"}' # messages 3 and 4
appears 1 '"secret":"'
appears $runs '"seq":1,"message":"'
appears 0 'can you read this'
[ "$(grep -c '^   alice: can you read this, Eve?$' "$seen")" -eq $runs ] ||
    wrong "Bob's screen does not show the text"
finish "what Eve sees"
