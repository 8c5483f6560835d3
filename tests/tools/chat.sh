# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Server, receiver and sender over loopback, for demo.sh, leaks.sh and others,
# which read this with ". tests/tools/chat.sh". When the script ends, all three
# end.

dir=$(mktemp -d) || {
    echo "cannot make a temporary folder: set TMPDIR to a folder that you can" \
        "write to" >&2
    exit 1
}
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
trap 'exit 1' HUP INT TERM PIPE

umask 077
# The passwords of the demo's accounts.
echo apple >"$dir/alice"
echo banana >"$dir/bob"
mkfifo "$dir/server" "$dir/receiver" "$dir/shown" || exit 1

# wait_for FD: reads lines up to "listening on ADDRESS", and sets where to the
# address. Fails if there is no such line. Then $said has the lines that it read.
wait_for()
{
    said=
    while read -r line <&"$1"; do
        case $line in
        "listening on "*) where=${line##* }; return 0 ;;
        *) said="$said   $line
" ;;
        esac
    done
    return 1
}

# show_receiver: ends the receiver and shows what it printed to descriptor 5, for
# example that a TODO is not written yet.
show_receiver()
{
    kill "$receiver" 2>/dev/null
    while read -r line <&5; do
        echo "Bob's receiver: $line" >&2
    done
}

# start_server BUILD [OPTION...]: starts the server with the demo's accounts, and
# sets url. Their passwords are public, so the cheapest hash is enough, and the
# server is ready immediately.
# shellcheck disable=SC2034
start_server()
{
    program=$1/chat-server
    shift
    "$program" --demo --port 0 --scrypt-ln 10 "$@" >"$dir/server" 2>"$dir/server.log" &
    server=$!
    exec 3<"$dir/server"
    wait_for 3 || { cat "$dir/server.log" >&2; exit 1; }
    url=$where
}
