#!/bin/sh
# SPDX-License-Identifier: MIT
#
# leftover.sh GRADER: however a grading ends, it leaves no workspace behind.
# shellcheck disable=SC2086 # $next is several words
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

mkdir "$tmp/tidy"
expect_tidy()
{
    expect 1 "" sh -c "ls '$tmp/tidy' | grep ."
}

# The reader of the output stops reading.
TMPDIR="$tmp/tidy" sh "$grader" --submission solution --only B | head -n 1 \
    >/dev/null
expect_tidy

# A signal, while the compiler waits at the gate.
cat >"$tmp/cc" <<CC
#!/bin/sh
read -r line <"$tmp/gate"
CC
chmod +x "$tmp/cc"
use_compiler "$tmp/conf"
for signal in HUP TERM; do
    mkfifo "$tmp/gate"
    TMPDIR="$tmp/tidy" build/libsodium/grade --kit . --conf "$tmp/conf" \
        --submission solution 2>"$tmp/output" &
    await_at_gate
    kill -s $signal $!
    release_from_gate
    expect 75 "" wait $!
    expect_tidy
done

# The next grading removes the workspace of one that was killed, but not of one
# that still runs.
mkfifo "$tmp/gate"
TMPDIR="$tmp/tidy" build/libsodium/grade --kit . --conf "$tmp/conf" \
    --submission solution 2>"$tmp/output" &
await_at_gate
next="env TMPDIR=$tmp/tidy sh $grader --submission solution --only B-01"
expect 0 "Checks: 1 of 1 in ONLY passes." $next
expect 0 "" sh -c "ls -d '$tmp/tidy'/chat-grade-*/kit"
kill -s KILL $!
release_from_gate
wait $! 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9; do # until its last process has ended
    expect 0 "Checks: 1 of 1 in ONLY passes." $next
    [ -n "$(ls "$tmp/tidy")" ] || break
done
expect_tidy

# A program makes nested folders, deeper than any path can name.
mkdir "$tmp/nested"
cp starter/receiver.c "$tmp/nested"
cat >"$tmp/nested/sender.c" <<'C'
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    for (int i = 0; i < 1000; i++) {
        if (mkdir("twelve-chars", 0700) != 0 || chdir("twelve-chars") != 0 ||
            symlink("/etc", "link") != 0)
            return 2;
    }
    return chmod(".", 0) == 0;
}
C
expect 1 "exited with code 1" env TMPDIR="$tmp/tidy" sh "$grader" \
    --submission "$tmp/nested" --only M4-01
expect_tidy

finish
