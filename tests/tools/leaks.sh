#!/bin/sh
# SPDX-License-Identifier: MIT
#
# leaks.sh BUILD [N]: a chat of N messages (1000) with sender and receiver under
# valgrind. Every message must arrive, and neither program may leak memory or
# read uninitialised memory.
set -u
export LC_ALL=C
build=$1
n=${2:-1000}
who=solution

command -v valgrind >/dev/null 2>&1 ||
    { echo "skipped: leaks (valgrind is absent)"; exit 0; }

. tests/tools/chat.sh

# grind LOG PROGRAM...: runs it under valgrind; LOG has the report. Exit 99 if
# valgrind finds anything.
grind()
{
    log=$1
    shift
    exec valgrind --quiet --error-exitcode=99 --leak-check=full \
        --show-leak-kinds=definite,indirect,possible \
        --errors-for-leak-kinds=definite,indirect,possible \
        --log-file="$log" "$@"
}

start_server "$build"
(grind "$dir/receiver.log" "$build/$who/receiver" --server "$url" \
    --user bob --port 0 --password-file "$dir/bob" >"$dir/shown" \
    2>"$dir/receiver") &
receiver=$!
exec 4<"$dir/shown" 5<"$dir/receiver"
wait_for 5 || {
    printf 'The receiver did not start:\n%s' "$said" >&2
    cat "$dir/receiver.log" >&2
    exit 1
}

awk -v n="$n" 'BEGIN { while (i < n) print "message " ++i }' >"$dir/texts"
(grind "$dir/sender.log" "$build/$who/sender" --server "$url" --user alice \
    --password-file "$dir/alice" bob <"$dir/texts")
sender_status=$?
# If the sender succeeded, the receiver has shown everything. If not, reading
# from the receiver could take forever. So it ends first.
kill "$receiver"
wait "$receiver"
receiver_status=$?
receiver=
sed 's/^alice: //' <&4 | cmp - "$dir/texts" || {
    echo "The receiver did not show the $n messages in order" >&2
    cat "$dir/sender.log" "$dir/receiver.log" >&2
    show_receiver
    exit 1
}

cat "$dir/sender.log" "$dir/receiver.log"
echo "$n messages; exit of sender $sender_status, of receiver $receiver_status"
[ "$sender_status" -eq 0 ] && [ "$receiver_status" -eq 0 ]
