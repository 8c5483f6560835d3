#!/bin/sh
# SPDX-License-Identifier: MIT
#
# grade.sh GRADER: what the grader's command line promises, besides grades:
# exit codes, formats, the report file, names, links that lead elsewhere.
# shellcheck disable=SC2086,SC2317 # $right is words; expect calls functions
set -u
export LC_ALL=C
unset MAKEFLAGS MAKELEVEL CDPATH
grader=$1
kit=$PWD
status=0
tmp=$(mktemp -d) && chmod 711 "$tmp" || exit 70 # open to the grader's user
own=build/libsodium-grade-sh # a build folder of this test
trap 'rm -rf "$tmp" "$own"' EXIT

# expect CODE WORDS COMMAND...: it ends with CODE and says WORDS somewhere;
# empty WORDS: it says anything or nothing.
expect()
{
    code=$1
    words=$2
    shift 2
    "$@" >"$tmp/said" 2>&1
    got=$?
    if [ "$got" -ne "$code" ] ||
        { [ -n "$words" ] && ! grep -qF -e "$words" "$tmp/said"; }; then
        echo "WRONG: $*"
        echo "  expected exit code $code and \"$words\", got $got:"
        sed 's/^/  | /' "$tmp/said"
        status=1
    fi
}

# Exit codes: all pass, some fail, the grader cannot run.
expect 0 "1 passed, 0 failed" sh "$grader" --submission solution --only B-01
expect 1 "0 passed, 1 failed" sh "$grader" --submission starter --only M4-01
expect 64 "there is no such check" sh "$grader" --submission solution --only M5-99
expect 64 "there is no such check" sh "$grader" --submission solution --only m5-03
expect 64 "choose attempt or checks" sh "$grader" --submission solution --grading x
expect 64 "choose text, json" sh "$grader" --submission solution --format yaml
expect 66 "No such file" sh "$grader" --submission "$tmp/none"

expect 73 "is there room?" env TMPDIR="$tmp/none" sh "$grader" \
    --submission solution --only B-01
expect 66 "Not a directory" sh "$grader" --submission solution/sender.c

# Whatever ends it, it leaves no folder behind: a reader that stops reading, or
# a signal while the compiler runs, which here waits for it: wait_compiler
# returns when it has begun, and it ends when descriptor 3 is closed.
mkdir "$tmp/tidy"
TMPDIR="$tmp/tidy" sh "$grader" --submission solution --only B | head -n 1 \
    >/dev/null
expect 1 "" sh -c "ls '$tmp/tidy' | grep ."
cat >"$tmp/cc" <<CC
#!/bin/sh
read -r word <"$tmp/gate"
CC
wait_compiler()
{
    exec 3>"$tmp/gate"
    rm "$tmp/gate" # compilers that begin later fail at once
}
chmod +x "$tmp/cc"
sed "s|^compile cc\$|compile $tmp/cc|" build/libsodium/grade.conf >"$tmp/conf"
for signal in HUP TERM; do
    mkfifo "$tmp/gate"
    TMPDIR="$tmp/tidy" build/libsodium/grade --kit . --conf "$tmp/conf" \
        --submission solution 2>"$tmp/said" &
    wait_compiler
    kill -s $signal $!
    exec 3>&-
    expect 75 "" wait $!
    expect 1 "" sh -c "ls '$tmp/tidy' | grep ."
done

# A grading that was killed is cleaned up by the next one, when no part of it
# runs any more; one that runs is left alone.
mkfifo "$tmp/gate"
TMPDIR="$tmp/tidy" build/libsodium/grade --kit . --conf "$tmp/conf" \
    --submission solution 2>"$tmp/said" &
wait_compiler
tidy="env TMPDIR=$tmp/tidy sh $grader --submission solution --only B-01"
expect 0 "1 passed" $tidy
expect 0 "" sh -c "ls -d '$tmp/tidy'/chat-grade-*/kit"
kill -s KILL $!
exec 3>&-
wait $! 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9; do
    expect 0 "1 passed" $tidy
    [ -n "$(ls "$tmp/tidy")" ] || break
done
expect 1 "" sh -c "ls '$tmp/tidy' | grep ."

# Folders in folders, deeper than any path can name, are removed too.
mkdir "$tmp/deep-tree"
cp starter/receiver.c "$tmp/deep-tree"
cat >"$tmp/deep-tree/sender.c" <<'C'
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
    --submission "$tmp/deep-tree" --only M4-01
expect 1 "" sh -c "ls '$tmp/tidy' | grep ."

# A report is whole, in its format, or not there.
for format in text json markdown junit; do
    expect 1 "Attempt" sh "$grader" --submission starter --only M4-01 \
        --format $format --report "$tmp/report.$format"
done
expect 0 '"checks":' cat "$tmp/report.json"
expect 0 '"fail"' grep '"state"' "$tmp/report.json"
expect 0 '| fail | M4-01' cat "$tmp/report.markdown"
expect 0 '<testsuite ' cat "$tmp/report.junit"
expect 64 "there is no such check" sh "$grader" --submission starter \
    --only none --report "$tmp/report.json"
[ ! -e "$tmp/report.json" ] || { echo "WRONG: an old report stays"; status=1; }
expect 73 "cannot write the report" sh "$grader" --submission solution --only B-01 \
    --report "$tmp/none/report.json"

# A report never replaces a program, a device or a pipe.
mkdir "$tmp/work"
cp solution/* "$tmp/work"
for file in sender.c receiver.c GROUP; do
    expect 73 "would be lost" sh "$grader" --submission "$tmp/work" \
        --only B-01 --report "$tmp/work/$(echo $file | tr '[:lower:]' '[:upper:]')"
    expect 73 "would be lost" sh "$grader" --submission "$tmp/work" \
        --only B-01 --report "$tmp/work/$file"
    expect 0 "" cmp "solution/$file" "$tmp/work/$file"
done
mkfifo "$tmp/pipe"
cat "$tmp/pipe" >"$tmp/piped" &
expect 0 "1 passed" sh "$grader" --submission solution --only B-01 \
    --format json --report "$tmp/pipe"
wait
expect 0 '"checks":' cat "$tmp/piped"
expect 0 "" test -p "$tmp/pipe"
if [ -c /dev/full ]; then
    ln -s /dev/full "$tmp/full"
    expect 73 "No space left" sh "$grader" --submission solution --only B-01 \
        --report "$tmp/full"
    expect 0 "" test -L "$tmp/full"
    expect 74 "cannot print the report" sh -c \
        "exec sh '$grader' --submission solution --only B-01 >/dev/full"
fi

# Names, and files that are no files.
mkdir "$tmp/hand-in"
cp starter/receiver.c "$tmp/hand-in"
printf '# two\n  Ada Lovelace \n<b>Bob|\033[2J</b>\n' >"$tmp/hand-in/GROUP"
ln -s /dev/zero "$tmp/hand-in/sender.c"
expect 1 "Ada Lovelace, <b>Bob|\\x1b[2J</b>" \
    sh "$grader" --submission "$tmp/hand-in" --only B-01
expect 1 "it is a link" sh "$grader" --submission "$tmp/hand-in" --only B-01
rm "$tmp/hand-in/sender.c" "$tmp/hand-in/GROUP"
mkfifo "$tmp/hand-in/sender.c"
expect 1 "not a regular file" sh "$grader" --submission "$tmp/hand-in" --only B-01
expect 1 "no names" sh "$grader" --submission "$tmp/hand-in" --only B-01

# A name that is nearly right is named.
cp solution/sender.c "$tmp/hand-in/SENDER.C.txt"
rm "$tmp/hand-in/sender.c"
expect 1 "SENDER.C.txt" sh "$grader" --submission "$tmp/hand-in" --only B-01
rm "$tmp/hand-in/SENDER.C.txt"

# Files of other editors: names, attempts and sources come through.
printf '\357\273\277J\366rg\r\nZ\303\266e\r\n' >"$tmp/hand-in/GROUP"
{ printf '\357\273\277' && awk '{printf "%s\r\n", $0}' starter/sender.c; } \
    >"$tmp/hand-in/sender.c"
expect 0 "Attempt       0 of 100" sh "$grader" --submission "$tmp/hand-in" \
    --only B
cp "$tmp/said" "$tmp/first"
expect 0 "$(printf 'J\303\266rg, Z\303\266e\n')" cat "$tmp/first"
for file in sender.c receiver.c; do
    iconv -f UTF-8 -t UTF-16 starter/$file >"$tmp/hand-in/$file"
done
expect 1 "Attempt       0 of 100" sh "$grader" --submission "$tmp/hand-in" \
    --only B-01
cp "$tmp/said" "$tmp/first"
expect 0 "it is UTF-16 text: save it as UTF-8" cat "$tmp/first"
sed 's/int rc = -1;/int rc = 0;/' starter/sender.c | iconv -f UTF-8 -t UTF-16 \
    >"$tmp/hand-in/sender.c"
expect 1 "Attempt     100 of 100" sh "$grader" --submission "$tmp/hand-in" \
    --only B-01
rm "$tmp/hand-in/sender.c" "$tmp/hand-in/receiver.c" "$tmp/hand-in/GROUP"
cp starter/receiver.c "$tmp/hand-in"

# One folder too deep, with what macOS adds beside it; then two such folders.
mkdir -p "$tmp/deep/lab" "$tmp/deep/__MACOSX" "$tmp/deep/.hidden"
cp solution/*.c "$tmp/deep/lab"
echo Ada >"$tmp/deep/GROUP"
for junk in __MACOSX/._sender.c __MACOSX/sender.c .hidden/sender.c .DS_Store \
    ._receiver.c; do
    : >"$tmp/deep/$junk"
done
expect 0 "in $tmp/deep/lab/" sh "$grader" --submission "$tmp/deep" --only B-01 \
    --format json
expect 0 "Group       Ada" sh "$grader" --submission "$tmp/deep" --only B-01
mkdir "$tmp/deep/second"
cp solution/sender.c "$tmp/deep/second"
expect 65 "$tmp/deep/second" sh "$grader" --submission "$tmp/deep" --only B-01
expect 65 "$tmp/deep/lab" sh "$grader" --submission "$tmp/deep" --only B-01
mkdir -p "$tmp/higher/deep"
mv "$tmp/deep/lab" "$tmp/higher/deep"
expect 66 "found: deep" sh "$grader" --submission "$tmp/higher" --only B-01
mv "$tmp/higher/deep/lab" "$tmp/deep"

rm -r "$tmp/deep/second" "$tmp/deep/lab/sender.c"
expect 0 "There is no sender.c in $tmp/deep/lab/" sh "$grader" \
    --submission "$tmp/deep" --only B-02

# The two grades, and which one is the score.
sed 's/int rc = -1;/int rc = 0;/' starter/sender.c >"$tmp/hand-in/sender.c"
expect 1 "Score       100 of 100" sh "$grader" --submission "$tmp/hand-in"
expect 1 "Score         0 of 100" sh "$grader" --submission "$tmp/hand-in" \
    --grading checks

# make submit packs what the grader reads, or nothing.
mkdir "$tmp/submit"
cp starter/* "$tmp/submit"
submit()
{
    sh tests/tools/submit.sh build/libsodium/grade "$tmp/submit" "$tmp/submit.tar.gz"
}
printf '\357\273\277J\366rg\r\n\033[2JEve\n' >"$tmp/submit/GROUP"
expect 0 "$(printf 'J\303\266rg, \\x1b[2JEve')" submit
cp starter/GROUP "$tmp/submit/GROUP"
expect 0 "Packed into" submit
expect 0 "receiver.c" sh -c "gzip -dc '$tmp/submit.tar.gz' | tar -tf -"
iconv -f UTF-8 -t UTF-16 starter/sender.c >"$tmp/submit/sender.c"
expect 0 "sender.c does not compile: it is UTF-16 text" submit
: >"$tmp/submit/sender.c"
expect 0 "this is no attempt" submit
cp starter/sender.c "$tmp/submit/sender.c"
for file in sender.c GROUP; do
    mv "$tmp/submit/$file" "$tmp/submit/aside"
    ln -s aside "$tmp/submit/$file"
    expect 1 "$file: it is a link" submit
    expect 1 "" test -e "$tmp/submit.tar.gz"
    mv "$tmp/submit/aside" "$tmp/submit/$file"
done
rm "$tmp/submit/receiver.c"
expect 1 "receiver.c: there is no such file" submit

# Paths are the caller's, from whatever folder, with any character in them.
odd="$tmp/it's \$(touch pwned) \"here\""
mkdir "$odd" "$odd/starter"
cp solution/sender.c solution/receiver.c "$odd"
cp starter/sender.c starter/receiver.c "$odd/starter"
cd "$odd" || exit 70
expect 0 "3 passed, 0 failed" env TMPDIR="$odd" CDPATH=".:$kit" \
    sh "$kit/$grader" --submission . --only B --report report.text
expect 0 "3 passed, 0 failed" cat report.text
expect 0 "Attempt       0 of 100" sh "$kit/$grader" --submission starter \
    --only B
CDPATH=$kit sh "$kit/$grader" --submission . --only B-01 --format json \
    2>&1 | head -c 1 >"$tmp/first"
expect 0 "{" cat "$tmp/first"
cd "$kit" || exit 70
[ ! -e "$odd/pwned" ] || { echo "WRONG: a shell ran a path"; status=1; }

# The printed command can be typed unchanged.
expect 1 "SUBMISSION='$tmp/it'\\''s \$(touch pwned) \"here\"/starter'" \
    sh "$grader" --submission "$odd/starter" --only M4-01 --format markdown

# What make writes for the grader follows what is installed, and is whole.
conf=$own/grade.conf
cat >"$tmp/cc" <<'CC'
#!/bin/sh
for word in "$@"; do
    case $word in -fsanitize*) [ -e "$0.san" ] || exit 1 ;; esac
done
exec cc "$@"
CC
chmod +x "$tmp/cc"
made()
{
    make -s CRYPTO=libsodium SUFFIX=-grade-sh CC="$tmp/cc" "$@"
}
made "$conf" && expect 1 "" grep fsanitize "$conf"
: >"$tmp/cc.san"
made "$conf" && expect 0 "compile -fsanitize=" cat "$conf"
expect 0 "" made SANITIZE= "$conf"
expect 1 "" grep fsanitize "$conf"
# Several makes at once, as in the three terminals of the lab.
for _ in 1 2 3 4 5 6; do
    made "$own/flags" "$own/packages" || echo failed &
done >"$tmp/makes" 2>&1
wait
expect 1 "" grep failed "$tmp/makes"
expect 2 "" sh -c "ulimit -f 0; make -s SUFFIX=-grade-sh '$own/grade.sh'"
expect 1 "" test -s "$own/grade.sh"
sed '$d' "build/libsodium/grade.conf" >"$tmp/cut.conf"
expect 78 "is incomplete or not from make" build/libsodium/grade --kit . \
    --conf "$tmp/cut.conf" --submission solution

# --- A fault of the machine is not the student's -----------------------------

right="sh $grader --submission solution --only M4-01"
for limit in "-v 3000000" "-f 100" "-n 20"; do
    expect 71 "type: ulimit ${limit% *}" sh -c "ulimit $limit; exec $right"
done
expect 0 "1 passed, 0 failed" env CK_RUN_CASE=x CK_RUN_SUITE=y CK_FORK=no \
    CK_INCLUDE_TAGS=z CK_MAX_MSG_SIZE=1 CK_DEFAULT_TIMEOUT=1 $right
if command -v prlimit >/dev/null; then # sh may not know ulimit -i
    expect 71 "type: ulimit -i 512" prlimit --sigpending=0 $right
fi

# The shell finds no tools, the compiler finds a wrong header, and the grader
# has gone: each in one sentence.
expect 71 "cannot run cc" env PATH=/nonexistent /bin/sh "$grader" \
    --submission solution
mkdir "$tmp/include"
echo '#error "a wrong header"' >"$tmp/include/string.h"
expect 71 "a wrong header" env CPATH="$tmp/include" $right
mkdir -p "$tmp/moved/build/libsodium"
cp "$grader" "$tmp/moved/build/libsodium"
expect 72 "type make grade" sh "$tmp/moved/build/libsodium/grade.sh"

# The words of a sanitizer that cannot start, from a program that has started.
mkdir "$tmp/words"
cp starter/receiver.c "$tmp/words"
cat >"$tmp/words/sender.c" <<'C'
#include <stdio.h>
int main(void)
{
    fputs("==1==Sanitizer failed to allocate 0x1\n", stderr);
    return 1;
}
C
expect 1 "exited with code 1" sh "$grader" --submission "$tmp/words" --only M4-01

# What a process inherits besides: a umask and blocked signals.
expect 0 "1 passed, 0 failed" sh -c "umask 777; exec $right"
if env --block-signal true 2>/dev/null; then
    expect 0 "1 passed, 0 failed" env --block-signal sh "$grader" \
        --submission solution --only M4-04
else
    echo "skipped: blocked signals (env cannot block them here)"
fi

# Programs that print errors of their own, and no environment at all.
expect 0 "3 passed, 0 failed" env LD_PRELOAD="$tmp/none.so" GCC_EXEC_PREFIX=/no/ \
    sh "$grader" --submission solution --only B
expect 0 "3 passed, 0 failed" env -i sh "$grader" --submission solution --only B

# A library that refuses to work, as OpenSSL does where FIPS is required.
printf '%s\n' 'openssl_conf = a' '[a]' 'alg_section = b' '[b]' \
    'default_properties = fips=yes' >"$tmp/fips.cnf"
for backend in libsodium openssl; do
    expect 0 "Attempt     100 of 100" env OPENSSL_CONF="$tmp/fips.cnf" \
        sh build/$backend/grade.sh --submission solution --only M4-01
done

# broken PATTERN DIR...: grades DIR with a compiler whose programs, where their
# path fits PATTERN, cannot be run.
broken()
{
    PLAN=$1
    export PLAN
    shift
    sed -e "s|^compile cc\$|compile $tmp/cc|" -e "s|^link cc\$|link $tmp/cc|" \
        build/libsodium/grade.conf >"$tmp/conf"
    build/libsodium/grade --kit . --conf "$tmp/conf" --submission "$@"
}
cat >"$tmp/cc" <<'CC'
#!/bin/sh
last=
for word in "$@"; do
    case $last:$word in
    -o:$PLAN)
        printf 'not a program' >"$word"
        exit
        ;;
    esac
    last=$word
done
exec cc "$@"
CC
sed "s|^selftest .*|selftest $tmp/text|" build/libsodium/grade.conf >"$tmp/conf"
echo 'not a program' >"$tmp/text"
expect 71 "this machine cannot grade: cannot run" \
    build/libsodium/grade --kit . --conf "$tmp/conf" --submission solution \
    --only M4-01
expect 71 "this machine cannot run check M4-01" \
    broken '*/libsodium/sender' solution --only M4-01

# Two gradings by root at once have different users. The first one waits in its
# first compilation until the second one is over.
mkdir "$tmp/who"
cp starter/receiver.c "$tmp/who"
cat >"$tmp/who/sender.c" <<'C'
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    fprintf(stderr, "my user is %d\n", (int)getuid());
    return 1;
}
C
who()
{
    "$@" --submission "$tmp/who" --only M4-01 2>&1 |
        sed -n 's/.*\(my user is [0-9]*\).*/\1/p' | head -n 1
}
if [ "$(id -u)" -eq 0 ]; then
    mkfifo "$tmp/gate"
    cat >"$tmp/cc" <<CC
#!/bin/sh
[ ! -p "$tmp/gate" ] || read -r word <"$tmp/gate"
exec cc "\$@"
CC
    {
        who build/libsodium/grade --kit . --conf "$tmp/conf" >"$tmp/first"
        [ ! -p "$tmp/gate" ] || : <"$tmp/gate" # it never compiled: let go
    } &
    exec 3>"$tmp/gate" # it has its user now
    rm "$tmp/gate"
    second=$(who sh "$grader")
    echo go >&3
    exec 3>&-
    wait
    expect 0 "my user is" cat "$tmp/first"
    expect 1 "" grep -qxF -e "$second" "$tmp/first"
    mkdir -m 700 "$tmp/closed"
    expect 0 "set TMPDIR to /tmp" env TMPDIR="$tmp/closed" $right
else
    echo "skipped: two gradings by root (not root)"
fi

# A machine that is suspended while a check runs. The first sender waits at the
# gate and then fails; other tests run while the grader is stopped; and the
# check is run again, when the gate has gone.
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
if command -v setsid >/dev/null; then # for a group of processes to stop
    mkfifo "$tmp/gate"
    setsid sh "$grader" --submission "$tmp/slow" --only M4-01 \
        >"$tmp/resumed" 2>&1 &
    stopped=$!
    exec 3>"$tmp/gate"
    rm "$tmp/gate"
    kill -s STOP -- "-$stopped"
    since=$(date +%s)
else
    echo "skipped: a suspended machine (no setsid here)"
fi

# No room, and no programs allowed, in a folder that only this test sees.
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
    # The kit finds room, but not what is built: the first program, the second.
    known=$(sed -n 's/^selftest //p' build/libsodium/grade.conf)
    other=$(sed -n 's/^other-selftest //p' build/libsodium/grade.conf)
    kit=$(du -ck lib/*.h backends/*.h build/libsodium/chat-server "$known" \
        "$other" | tail -n 1 | cut -f 1)
    half=$(($(du -k "$known" | cut -f 1) / 2))
    for size in $((kit + half)) $((kit + half * 3)); do
        expect 71 "No space left" mounted "size=${size}k"
    done
    # A disk that fails: what is mounted there opens, but cannot be read.
    # shellcheck disable=SC2016 # the inner shell's process id
    expect 66 "cannot read $tmp/work/sender.c: Input/output error" \
        unshare -rm sh -c 'mount --bind "/proc/$$/mem" "$1/sender.c" &&
        exec sh "$2" --submission "$1" --only B-01' sh "$tmp/work" "$grader"
    expect 71 "lo up" unshare -rn $right
else
    echo "skipped: mounts (no unshare here)"
fi

if [ -n "$stopped" ]; then
    while [ "$(date +%s)" -lt $((since + 6)) ]; do
        expect 0 "1 passed, 0 failed" $right
    done
    exec 3>&-
    kill -s CONT -- "-$stopped"
    expect 0 "" wait "$stopped"
    expect 0 "1 passed, 0 failed" cat "$tmp/resumed"
fi

# A library in a folder that the system does not search, as after installing it
# into a home: here one more, which every program needs.
mkdir "$tmp/prefix"
echo 'int private_value = 1;' >"$tmp/prefix/private.c"
if [ "$(uname -s)" = Linux ]; then
    cc -shared -fPIC -o "$tmp/prefix/libprivate.so" "$tmp/prefix/private.c"
    echo '#include <stdio.h>
        int main(void) { return puts("hello") < 0; }' >"$tmp/prefix/known.c"
    cc -o "$tmp/prefix/known" "$tmp/prefix/known.c" "-L$tmp/prefix" \
        -Wl,--no-as-needed -lprivate
    sed -e "/^end\$/d" -e "s|^\(.*selftest\) .*|\1 $tmp/prefix/known|" build/libsodium/grade.conf >"$tmp/conf"
    for word in "-L$tmp/prefix" -Wl,--no-as-needed -lprivate; do
        printf '%s\n' "lib $word" "other-lib $word"
    done >>"$tmp/conf"
    echo end >>"$tmp/conf"
    private="build/libsodium/grade --kit . --conf $tmp/conf \
        --submission solution --only M4-01,R4-01,T-01"
    expect 71 "libprivate.so" $private
    expect 0 "3 passed, 0 failed" env LD_LIBRARY_PATH="$tmp/prefix" $private
else
    echo "skipped: a library in a private folder (not Linux)"
fi

# LeakSanitizer cannot work under a debugger.
if strace -o /dev/null true 2>/dev/null; then
    expect 0 "leaks are not found" strace -f -o /dev/null $right
else
    echo "skipped: LeakSanitizer (no strace here)"
fi

[ $status -eq 0 ] && echo "the grader's command line: ok"
exit $status
