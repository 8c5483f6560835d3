#!/bin/sh
# SPDX-License-Identifier: MIT
#
# eve.sh BUILD WHO: what Eve sees. The server, Bob's receiver and Alice's sender
# talk through relays, which print every line that passes: first over http, then
# over https. It needs no privileges, no second machine and no packet sniffer.
set -u
export LC_ALL=C
build=$1
who=$2

. tests/tools/chat.sh

text="can you read this, Eve?"
relays=
trap 'kill $relays 2>/dev/null; finish' EXIT

# start_relay CLIENT SERVER IP PORT TO-IP TO-PORT: sets where. If the relay
# fails, $said has its error. Each relay has its own pipe and keeps it open: in a
# shared pipe, the end of one relay would go unnoticed.
start_relay()
{
    mkfifo "$dir/relay" || exit 1
    "$build/tests/tools/eve/relay" "$@" 2>"$dir/relay" &
    relays="$relays $!"
    exec 6<"$dir/relay"
    rm "$dir/relay"
    wait_for 6
}

# relay_to_server CLIENT: starts a relay from CLIENT to the server.
relay_to_server()
{
    start_relay "$1" server 127.0.0.1 0 127.0.0.1 "$(port_of "$url")" ||
        { printf '%s' "$said" >&2; exit 1; }
}

# port_of ENDPOINT: what comes after its last colon.
port_of()
{
    echo "${1##*:}"
}

# start_bob SERVER: Bob logs in from 127.0.0.1, so this is the address that Alice
# gets from the server. But Eve's relay listens there, and Bob on another address
# of this machine. Both need the same port. If it is in use on 127.0.0.1, Bob
# starts again, on another port. The first Bob must have ended by then: he would
# close the pipe that the next one writes to.
start_bob()
{
    for inner in ::1 127.0.0.2 ::1 127.0.0.2; do
        # Close our ends of the pipes, so that the receiver waits until we open
        # them again. Otherwise its error is lost if it fails immediately.
        exec 4<&- 5<&-
        "$build/$who/receiver" --server "$1" --user bob --port 0 \
            --listen "$inner" --password-file "$dir/bob" ${ca:+--cacert "$ca"} \
            >"$dir/shown" 2>"$dir/receiver" &
        receiver=$!
        exec 4<"$dir/shown" 5<"$dir/receiver"
        wait_for 5 &&
            start_relay alice bob 127.0.0.1 "$(port_of "$where")" "$inner" \
                "$(port_of "$where")" && return
        kill "$receiver" 2>/dev/null
        wait "$receiver"
    done
    printf 'Bob, or the relay before him, did not start:\n%s' "$said" >&2
    exit 1
}

# watch SCHEME: all five messages, as Eve sees them.
watch()
{
    relay_to_server bob
    echo "Bob starts his receiver, which logs in (messages 1 and 2):"
    start_bob "$1://127.0.0.1:$(port_of "$where")"
    relay_to_server alice
    echo
    echo "Alice starts her sender (messages 1 to 5) and types: $text"
    echo "$text" | "$build/$who/sender" --password-file "$dir/alice" ${ca:+--cacert "$ca"} \
        --server "$1://127.0.0.1:$(port_of "$where")" --user alice bob ||
        { show_receiver; exit 1; }
    read -r shown <&4 || { show_receiver; exit 1; }
    echo
    echo "On Bob's screen:"
    echo "   $shown"
    # shellcheck disable=SC2086 # numbers
    kill $receiver $relays $server 2>/dev/null
    wait 2>/dev/null
    receiver='' relays='' server=''
}

ca=
echo "--- Without TLS: http"
echo
start_server "$build"
watch http

echo
echo "Eve has both tokens and the secret, so she has every key. Which of these"
echo "lines would she need to open the box in message 5?"
command -v openssl >/dev/null 2>&1 || {
    echo
    echo "To see the same with TLS, install the program openssl."
    exit 0
}
if [ -t 0 ] && [ -z "${CI-}" ]; then
    printf '\nPress Enter to see the same with TLS. '
    read -r _
fi

echo
echo "--- With TLS: https"
echo
CERTS=$dir/certs sh server/certs.sh 127.0.0.1 >/dev/null || exit 1
ca=$dir/certs/ca.pem
start_server "$build" --tls-cert "$dir/certs/server.pem" \
    --tls-key "$dir/certs/server-key.pem"
watch https
echo
echo "Messages 1 to 4 are inside TLS. Message 5 is not, and needs no TLS: what can"
echo "Eve still learn from it?"
