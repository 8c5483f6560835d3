#!/bin/sh
# SPDX-License-Identifier: MIT
#
# report.sh GRADER: the report file is complete or does not exist, and never
# replaces a student's file, a device or a pipe.
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

# Formats.
for format in text json markdown junit; do
    expect 1 "Attempt" grade starter --only M4-01 --format $format --report \
        "$tmp/report.$format"
done
for report in "$tmp"/report.*; do
    expect 0 "Checks: 0 of 1 in ONLY pass" cat "$report"
done
expect 0 '"checks":' cat "$tmp/report.json"
expect 0 '"fail"' grep '"state"' "$tmp/report.json"
expect 0 '| fail | M4-01' cat "$tmp/report.markdown"
expect 0 '<testsuite ' cat "$tmp/report.junit"

# With --partial, a grading that is killed leaves the results so far. Here it
# waits for the compiler of receiver.c. The report is a named pipe, so cat waits
# for it.
cat >"$tmp/cc" <<CC
#!/bin/sh
case "\$*" in *receiver.c*) read -r line <"$tmp/gate" ;; esac
exec cc "\$@"
CC
chmod +x "$tmp/cc"
use_compiler "$tmp/conf"
mkfifo "$tmp/gate" "$tmp/so-far"
build/libsodium/grade --kit . --conf "$tmp/conf" --submission solution \
    --only B --format json --report "$tmp/so-far" --partial >/dev/null 2>&1 &
await_at_gate
expect 0 '"unfinished":	2' cat "$tmp/so-far"
kill -s KILL $!
release_from_gate
wait $! 2>/dev/null
expect 0 '"unfinished":	0' grade solution --only B-01 --format json --partial \
    --report /dev/stdout
expect 64 "needs a file" grade solution --only B-01 --partial

# A run without results removes the old report.
expect 64 "there is no such check" grade starter --only none --report \
    "$tmp/report.json"
[ ! -e "$tmp/report.json" ] || wrong "an old report stays"
expect 73 "cannot write the report" grade solution --only B-01 --report \
    "$tmp/none/report.json"

# A report gives the reason why a check is worth 0 points.
mkdir "$tmp/broken"
echo 'int main(' >"$tmp/broken/sender.c"
expect 1 "points    0: all other checks need it" grade "$tmp/broken" --only B-01
expect 0 "others     the kit's code does this already" sh "$grader" --rubric

# An error of the compiler is in the function of a TODO, or nowhere.
mkdir "$tmp/typo"
sed 's/chat->seq++;/chat->seq++/' solution/sender.c >"$tmp/typo/sender.c"
expect 1 "see       TODO 2, seal_text" grade "$tmp/typo" --only B-01
for format in text json markdown junit; do
    expect 1 "" grade "$tmp/broken" --only B-01 --format $format --report \
        "$tmp/broken.$format"
    expect 1 "" grep -iE '^ *(see )|"see"|\*\*See|^see:' "$tmp/broken.$format"
done

# "see" names the function, even if the comment with the TODO was deleted.
mkdir "$tmp/deleted"
sed 's/return kit_refused("TODO 1");/return -1;/; /TODO 1/d' starter/sender.c \
    >"$tmp/deleted/sender.c"
line=$(sed -n '/^static int read_chat_response/=' "$tmp/deleted/sender.c")
expect 1 "see       TODO 1, read_chat_response" grade "$tmp/deleted" --only M4-01
expect 1 "$tmp/deleted/sender.c:$line);" grade "$tmp/deleted" --only M4-01

# A cause that several checks have is printed once.
mkdir "$tmp/repeated"
sed 's/chat->seq = m->seq;/last = m->seq;/; s/m->seq > chat->seq/m->seq > last/
    s/^struct receiver {/static uint32_t last; struct receiver {/' \
    solution/receiver.c >"$tmp/repeated/receiver.c"
expect 1 "the same as in A-06" grade "$tmp/repeated" --only A-06,X-05

# A warning of the compiler is in the report of every check.
mkdir "$tmp/warned"
sed 's/^int main(/int unused_number(void) { int n, k; return 1; } int main(/' \
    solution/sender.c >"$tmp/warned/sender.c"
expect 0 "The compiler warns: sender.c:" grade "$tmp/warned" --only M4-01
expect 0 "(and 1 more)" grade "$tmp/warned" --only M4-01

# Students' files.
mkdir "$tmp/work"
cp solution/* "$tmp/work"
for file in sender.c receiver.c GROUP; do
    capitals=$(echo $file | tr '[:lower:]' '[:upper:]')
    expect 73 "would be lost" grade "$tmp/work" --only B-01 --report \
        "$tmp/work/$capitals"
    expect 73 "would be lost" grade "$tmp/work" --only B-01 --report \
        "$tmp/work/$file"
    expect 0 "" cmp "solution/$file" "$tmp/work/$file"
done

# A pipe and a device.
mkfifo "$tmp/pipe"
cat "$tmp/pipe" >"$tmp/piped" &
expect 0 "Checks: 1 of 1 in ONLY passes." grade solution --only B-01 --format json --report \
    "$tmp/pipe"
wait
expect 0 '"checks":' cat "$tmp/piped"
expect 0 "" test -p "$tmp/pipe"
if [ -c /dev/full ]; then
    ln -s /dev/full "$tmp/full"
    expect 73 "No space left" grade solution --only B-01 --report "$tmp/full"
    expect 0 "" test -L "$tmp/full"
    expect 74 "cannot print the report" sh -c \
        "exec sh '$grader' --submission solution --only B-01 >/dev/full"
fi

finish
