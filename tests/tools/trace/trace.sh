#!/bin/sh
# SPDX-License-Identifier: MIT
#
# trace.sh BUILD WHO OUT.html [TEXTS]: runs the server, Bob's receiver and Alice's
# sender over loopback, each with --trace, and writes a page that shows what
# they did. If a TODO is missing, the page shows how far they got. WHO is the
# folder of the clients in BUILD. Alice sends the lines of the file TEXTS.
set -u
export LC_ALL=C
build=$1
who=$2
out=$3

. tests/tools/chat.sh

# The page of an earlier run must not be mistaken for this one.
rm -f "$out"
mkdir -p "${out%/*}" || exit 1

limits=
# limit PROCESS: stops it after 10 seconds. A program with a mistake may never
# end.
limit()
{
    (sleep 10 && kill "$1") >/dev/null 2>&1 &
    limits="$limits $!"
}
trap 'kill $limits 2>/dev/null; finish' EXIT

# send FROM TO NAME: sends the lines of the file texts. Writes NAME.jsonl, and
# what the sender prints to NAME.said. Returns its exit code.
send()
{
    "$build/$who/sender" --server "$url" --user "$1" \
        --password-file "$dir/$1" --trace "$dir/$3.jsonl" --trace-keys "$2" \
        <"$dir/texts" >"$dir/$3.said" 2>&1 &
    sender=$!
    limit $sender
    wait $sender
}

# told NAME FILE: shows what a program printed, but not the warning about the
# keys, which is here for all of them.
told()
{
    grep -v 'will contain passwords' "$2" | sed "s/^/   $1: /" >&2
}

echo "1. Server, receiver and sender ($who) run, and write traces."
# With a cheap hash for the demo's public passwords, logging in takes no time.
start_server "$build" --scrypt-ln 10 --trace "$dir/1-server.jsonl" --trace-keys

"$build/$who/receiver" --server "$url" --user bob --port 0 \
    --password-file "$dir/bob" --trace "$dir/2-receiver.jsonl" --trace-keys \
    >"$dir/shown" 2>"$dir/receiver" &
receiver=$!
exec 4<"$dir/shown" 5<"$dir/receiver"
wait_for 5 || printf 'The receiver did not start:\n%s' "$said" >&2

if [ $# -gt 3 ]; then
    cat "$4"
else
    printf '%s\n' "hello bob, only you can read this" "see you at 8"
fi >"$dir/texts"
send alice bob 3-sender || {
    echo "   The sender failed with exit code $?. The page shows how far it got." >&2
    told sender "$dir/3-sender.said"
}

kill "$receiver" "$server" 2>/dev/null
wait "$receiver" "$server" 2>/dev/null
receiver='' server=''
while read -r line <&5; do
    echo "$line"
done >"$dir/receiver.said"
told receiver "$dir/receiver.said"

printf '{"event":"about","tool":"%s"}\n' "$build/tests/tools/trace/recompute" \
    >"$dir/0-about.jsonl"
sh tests/tools/trace/page.sh "$build" "$dir"/*.jsonl >"$out" || exit 1
echo "2. Open this file in a browser: $out"
echo "   It has passwords, tokens and keys of this run: keep it to yourself."
