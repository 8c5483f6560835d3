#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo.sh BUILD WHO: runs a server, Bob's receiver and Alice's sender over
# loopback, and checks that Bob sees what Alice sends. On a terminal the user
# can then type more as Alice. WHO is the folder of the clients in BUILD.
set -u
export LC_ALL=C
build=$1
who=$2

. tests/tools/chat.sh

echo "1. The server, who checks everyone's password:"
start_server "$build"
echo "   chat-server --demo            listens on $url"

echo "2. Bob logs in and waits:"
"$build/$who/receiver" --server "$url" --user bob --port 0 \
    --password-file "$dir/bob" >"$dir/shown" 2>"$dir/receiver" &
receiver=$!
exec 4<"$dir/shown" 5<"$dir/receiver"
wait_for 5 || { printf 'The receiver did not start:\n%s' "$said" >&2; exit 1; }
echo "   receiver --user bob           listens on $where"

send()
{
    "$build/$who/sender" --server "$url" --user alice \
        --password-file "$dir/alice" bob
}

echo "3. Alice logs in, asks for Bob, and sends:"
text="hello bob, only you can read this"
echo "   sender --user alice bob       <<< $text"
echo "$text" | send || { show_receiver; exit 1; }
read -r shown <&4 || { show_receiver; exit 1; }
echo "4. On Bob's screen:"
echo "   $shown"
[ "$shown" = "alice: $text" ] || { echo "Expected: alice: $text" >&2; exit 1; }

if [ -t 0 ] && [ -z "${CI-}" ]; then
    echo
    echo "Now you are Alice."
    sed 's/^/   bob sees  /' <&4 &
    send
    kill "$receiver" && wait "$receiver" 2>/dev/null
    receiver=
fi
echo
echo "It works. Next, type: make help"
