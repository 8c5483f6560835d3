#!/bin/sh
# SPDX-License-Identifier: MIT
#
# machine.sh GRADER: if this machine fails, students do not lose points. Tested
# with programs that cannot run, a full or failing disk, a suspended machine.
# shellcheck disable=SC2086,SC2317 # $right is words; expect calls functions
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

# --- Programs that cannot run ------------------------------------------------

# A program prints the words of a sanitizer that cannot start, but it did start.
mkdir "$tmp/prints"
cp starter/receiver.c "$tmp/prints"
cat >"$tmp/prints/sender.c" <<'C'
#include <stdio.h>
int main(void)
{
    fputs("==1==Sanitizer failed to allocate 0x1\n", stderr);
    return 1;
}
C
expect 1 "exited with code 1" grade "$tmp/prints" --only M4-01

# The selftest program.
echo 'not a program' >"$tmp/text"
sed "s|^selftest .*|selftest $tmp/text|" build/libsodium/grade.conf \
    >"$tmp/conf"
expect 71 "this machine cannot grade: cannot run" \
    build/libsodium/grade --kit . --conf "$tmp/conf" --submission solution \
    --only M4-01

# grade_broken PATTERN DIR...: grades DIR with a compiler whose programs cannot
# run if their path matches PATTERN.
grade_broken()
{
    BROKEN=$1
    export BROKEN
    shift
    use_compiler "$tmp/conf"
    build/libsodium/grade --kit . --conf "$tmp/conf" --submission "$@"
}
cat >"$tmp/cc" <<'CC'
#!/bin/sh
last=
for word in "$@"; do
    case $last:$word in
    -o:$BROKEN)
        printf 'not a program' >"$word"
        exit
        ;;
    esac
    last=$word
done
exec cc "$@"
CC
chmod +x "$tmp/cc"
expect 71 "this machine cannot run check M4-01" \
    grade_broken sender.libsodium solution --only M4-01

# --- A machine that is suspended while a check runs --------------------------

# The first sender waits at the gate and then fails. Meanwhile the grader is
# stopped and the tests below run. When the grader continues, it must run the
# check again, and now there is no gate.
mkdir "$tmp/slow"
cp starter/receiver.c "$tmp/slow"
{
    cat solution/sender.c
    cat <<C
#include <fcntl.h>
#include <unistd.h>
__attribute__((constructor)) static void wait_at_gate(void)
{
    char byte;
    int fd = open("$tmp/gate", O_RDONLY);

    if (fd >= 0 && read(fd, &byte, 1) <= 0)
        _exit(1);
}
C
} >"$tmp/slow/sender.c"
stopped=
if command -v setsid >/dev/null; then # for a process group to stop
    mkfifo "$tmp/gate"
    setsid sh "$grader" --submission "$tmp/slow" --only M4-01 \
        >"$tmp/resumed" 2>&1 &
    stopped=$!
    await_at_gate
    kill -s STOP -- "-$stopped"
    since=$(date +%s)
else
    echo "skipped: a suspended machine (no setsid here)"
fi

# --- Disks, meanwhile --------------------------------------------------------

# mounted OPTIONS: grades with a new TMPDIR that only this test sees.
mounted()
{
    options=$1
    mkdir -p "$tmp/mnt"
    unshare -rm sh -c "mount -t tmpfs -o $options tmpfs '$tmp/mnt' &&
        TMPDIR='$tmp/mnt' exec $right"
}
if unshare -rm true 2>/dev/null; then
    expect 71 "noexec" mounted noexec
    expect 73 "No space left" mounted size=500k
    # Room for the kit, but not for the first program, or for the second.
    first=$(sed -n 's/^selftest //p' build/libsodium/grade.conf)
    second=$(sed -n 's/^other-selftest //p' build/libsodium/grade.conf)
    # shellcheck disable=SC2046 # no path of the kit's objects has a space
    copied=$(du -ck lib/*.h backends/*.h build/libsodium/chat-server "$first" \
        "$second" $(sed -n 's/^\(other-\)*object //p' \
        build/libsodium/grade.conf) | tail -n 1 | cut -f 1)
    half=$(($(du -k "$first" | cut -f 1) / 2))
    for size in $((copied + half)) $((copied + half * 3)); do
        expect 71 "No space left" mounted "size=${size}k"
    done
    # A disk that fails: sender.c can be opened, but not read.
    mkdir "$tmp/bad-disk"
    cp solution/* "$tmp/bad-disk"
    # shellcheck disable=SC2016 # the inner shell's process id
    expect 66 "cannot read $tmp/bad-disk/sender.c: Input/output error" \
        unshare -rm sh -c 'mount --bind "/proc/$$/mem" "$1/sender.c" &&
        exec sh "$2" --submission "$1" --only B-01' sh "$tmp/bad-disk" "$grader"
    expect 71 "lo up" unshare -rn $right
else
    echo "skipped: mounts (no unshare here)"
fi

# --- The machine resumes -----------------------------------------------------

if [ -n "$stopped" ]; then
    while [ "$(date +%s)" -lt $((since + 6)) ]; do
        expect 0 "Checks: 1 of 1 in ONLY passes." $right
    done
    release_from_gate
    kill -s CONT -- "-$stopped"
    expect 0 "" wait "$stopped"
    expect 0 "Checks: 1 of 1 in ONLY passes." cat "$tmp/resumed"
fi

finish
