#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo.sh BUILD WHO: a server, Bob's receiver and Alice's sender as three
# processes over loopback, and what Alice sends appears at Bob's end. On a
# terminal the user may go on typing as Alice.
set -u
build=$1
who=$2

dir=$(mktemp -d) || exit 1
server=
receiver=
finish()
{
    # shellcheck disable=SC2086 # both are a number or nothing
    kill $receiver $server 2>/dev/null
    wait
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

umask 077
echo apple >"$dir/alice"
echo banana >"$dir/bob"
mkfifo "$dir/server" "$dir/receiver" "$dir/shown" || exit 1

# wait_for FD: reads lines up to the one that says where it listens.
wait_for()
{
    while read -r line <&"$1"; do
        case $line in
        "listening on "*) where=${line##* }; return 0 ;;
        esac
    done
    return 1
}

echo "1. The server, who knows everyone's password:"
"$build/chat-server" --demo --port 0 >"$dir/server" 2>"$dir/server.log" &
server=$!
exec 3<"$dir/server"
wait_for 3 || { cat "$dir/server.log" >&2; exit 1; }
url=$where
echo "   chat-server --demo            listens on $url"

echo "2. Bob logs in and waits:"
"$build/$who/receiver" --server "$url" --user bob --port 0 \
    --password-file "$dir/bob" >"$dir/shown" 2>"$dir/receiver" &
receiver=$!
exec 4<"$dir/shown" 5<"$dir/receiver"
wait_for 5 || { echo "   the receiver did not start" >&2; exit 1; }
echo "   receiver --user bob           listens on $where"

send()
{
    "$build/$who/sender" --server "$url" --user alice \
        --password-file "$dir/alice" bob
}

echo "3. Alice logs in, asks for Bob, and sends:"
text="hello bob, only you can read this"
echo "   sender --user alice bob       <<< $text"
echo "$text" | send || exit 1
read -r shown <&4 || exit 1
echo "4. On Bob's screen:"
echo "   $shown"
[ "$shown" = "alice: $text" ] || { echo "That is not it." >&2; exit 1; }

if [ -t 0 ] && [ -z "${CI-}" ]; then
    echo
    echo "Now you are Alice: type a line, or Ctrl-D to end."
    sed 's/^/   bob sees  /' <&4 &
    send
    kill "$receiver" && wait "$receiver" 2>/dev/null
    receiver=
fi
echo
echo "It works. Next, type: make help"
