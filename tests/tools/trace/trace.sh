#!/bin/sh
# SPDX-License-Identifier: MIT
#
# trace.sh BUILD WHO OUT.html [TEXTS]: runs the server, Bob's receiver and
# Alice's sender over loopback, each with --trace, lets Mallory attack Bob, and
# writes a page that shows what they did. If a TODO is missing, the page shows
# how far they got. WHO is the folder of the clients in BUILD. Alice sends the
# lines of the file TEXTS. A sender that does not end is killed after
# TRACE_SECONDS, or ten.
set -u
export LC_ALL=C
build=$1
who=$2
out=$3

. tests/tools/chat.sh

# The page of an earlier run must not be mistaken for this one.
rm -f "$out"
mkdir -p "${out%/*}" || exit 1

# wait_at_most SECONDS PROCESS: waits for its end, and kills it after SECONDS: a
# program with a mistake may never end. Returns its exit code. The killer is a
# separate sh: a bash subshell that gets a signal early would run the traps of
# this script. It closes descriptor 6: as long as a process has Mallory's pipe
# open, what she wrote stays in it, and the next attack would read it.
wait_at_most()
{
    # shellcheck disable=SC2016 # the other shell expands these
    limit=$(sh -c '(sleep "$1" && kill -9 "$2") >/dev/null 2>&1 6<&- & echo $!' \
        sh "$1" "$2")
    wait "$2" 2>/dev/null
    set -- $?
    kill "$limit" 2>/dev/null
    return "$1"
}
# stop PROCESS: tells it to end, and waits until it has.
stop()
{
    kill "$1" 2>/dev/null
    wait_at_most 3 "$1"
}
# After an interruption, Bob may still be stopped: then only SIGKILL ends him.
alice='' mallory='' limit=''
trap 'kill -9 $limit $receiver $alice $mallory 2>/dev/null; finish' EXIT

# send FROM TO NAME [OPTION]: sends the lines of the file texts. Writes
# NAME.jsonl, and what the sender prints to NAME.said. Returns its exit code.
send()
{
    "$build/$who/sender" --server "$url" --user "$1" \
        --password-file "$dir/$1" --trace "$dir/$3.jsonl" \
        --trace-keys ${4:+"$4"} "$2" <"$dir/texts" >"$dir/$3.said" 2>&1 &
    wait_at_most "${TRACE_SECONDS:-10}" $!
}

# told NAME FILE: shows what a program printed, but not its warning about the
# keys: the last line of this script warns of them.
told()
{
    grep -v 'will contain passwords' "$2" | sed "s/^/   $1: /" >&2
}

echo "Server, receiver and sender ($who) run, and write traces."
# With a cheap hash for the demo's public passwords, logging in takes no time.
start_server "$build" --scrypt-ln 10 --trace "$dir/1-server.jsonl" --trace-keys

"$build/$who/receiver" --server "$url" --user bob --port 0 \
    --password-file "$dir/bob" --trace "$dir/2-receiver.jsonl" --trace-keys \
    >"$dir/shown.txt" 2>"$dir/receiver" &
receiver=$!
exec 5<"$dir/receiver"
where=
wait_for 5 || printf '   The receiver did not start:\n%s' "$said" >&2
port=${where##*:}
cat <&5 >"$dir/receiver.said" &

if [ $# -gt 3 ]; then
    cat "$4"
else
    printf '%s\n' "hello bob, only you can read this" "see you at 8"
fi >"$dir/texts"
send alice bob 3-sender || {
    echo "   The sender failed with exit code $?. The page shows how far it got." >&2
    told sender "$dir/3-sender.said"
    told receiver "$dir/receiver.said"
}

# attack NAME TRACE: Mallory attacks Bob with a line from TRACE, the file of a
# sender. She prints "connected" and "sent" to descriptor 6.
attack()
{
    "$build/tests/tools/trace/mallory" --server "$url" \
        --password-file "$dir/mallory" --trace "$dir/4-$1.jsonl" --trace-keys \
        "$1" "$port" "$dir/$2" >"$dir/mallory-says" 2>>"$dir/mallory.said" &
    mallory=$!
    exec 6<"$dir/mallory-says"
}
# end_attack: waits until Mallory has ended. Then closes her pipe, so her unread
# lines are lost: the next attack must not read them.
end_attack()
{
    wait_at_most 20 "$mallory"
    mallory=
    exec 6<&-
}

# begin NAME: the next attack begins now.
begin()
{
    "$build/tests/tools/trace/mallory" "$1" >"$dir/5-$1.jsonl"
}

# wait_for_text FD: reads what a sender prints with --verbose, up to message 5 or
# the end. A message is in the trace before the sender prints it.
wait_for_text()
{
    while read -r line <&"$1"; do
        case $line in *"] sent message=5 "*) return ;; esac
    done
}

attack_all()
{
    begin replay
    attack replay 3-sender.jsonl
    end_attack

    # While Bob is stopped, Mallory connects before Alice does, copies Alice's
    # line, and sends her own before Bob sees either. She reads the trace from a
    # FIFO: it arrives there when Alice has sent her line.
    begin bit
    kill -STOP "$receiver" 2>/dev/null
    attack bit fifo
    connected=
    read -r connected <&6
    echo "pay Carol 100 euros" >"$dir/texts"
    send alice bob 6-sender --verbose &
    waiting=$!
    exec 8<"$dir/6-sender.said"
    wait_for_text 8
    if [ "$connected" ]; then
        cat "$dir/6-sender.jsonl" >"$dir/fifo"
        read -r line <&6
    fi
    kill -CONT "$receiver" 2>/dev/null
    cat <&8 >/dev/null
    exec 8<&-
    wait $waiting
    end_attack

    begin ticket
    attack ticket 3-sender.jsonl
    end_attack

    # Alice has a receiver, too, and Bob writes to her.
    begin reflect
    "$build/$who/receiver" --server "$url" --user alice --port 0 \
        --password-file "$dir/alice" --trace "$dir/7-receiver.jsonl" \
        --trace-keys >"$dir/shown.txt" 2>"$dir/alice-says" &
    alice=$!
    exec 7<"$dir/alice-says"
    wait_for 7
    echo "hello alice, this is bob" >"$dir/texts"
    send bob alice 8-sender
    attack reflect 8-sender.jsonl
    end_attack

    begin other
    attack other 3-sender.jsonl
    end_attack
    stop "$alice"
    alice=
}

# Without a line of Alice's there is nothing to copy.
if [ "$port" ] && [ -f "$dir/3-sender.jsonl" ] &&
    grep -q '"event":"sent","message":5' "$dir/3-sender.jsonl"; then
    echo "Mallory attacks Bob's receiver."
    mkfifo "$dir/mallory-says" "$dir/alice-says" "$dir/6-sender.said" \
        "$dir/fifo" || exit 1
    echo mango >"$dir/mallory"
    attack_all
fi

stop "$receiver"
stop "$server"
receiver='' server=''

printf '{"event":"about","tool":"%s"}\n' "$build/tests/tools/trace/recompute" \
    >"$dir/0-about.jsonl"
sh tests/tools/trace/page.sh "$build" "$dir"/*.jsonl >"$out" || exit 1
echo "Open this file in a browser: $out"
echo "It has passwords, tokens and keys of this run: keep it to yourself."
