#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test.sh: tests the makefile with hostile names and unusual flags. Only one
# small file is compiled. The programs that the recipes run are stubs, and -o
# makes make treat them as up to date. MAKE is the make to test.
#
# shellcheck disable=SC2016 # these $ are text, or meant for a stub
set -u
export LC_ALL=C
. tests/tools/testing.sh
unset CRYPTO SUBMISSION SUBMISSIONS GRADEBOOK COLUMN ARGS SERVER HOSTS MACHINES ME TO ONLY \
    FORMAT REPORT GRADING V SAN JOBS
make=${MAKE:-make}

kit="$tmp/the kit's"
mkdir -p "$kit/tests/tools"
cp -R Makefile backends starter "$kit"
cp tests/*.mk "$kit/tests"
cp tests/tools/*.sh "$kit/tests/tools"
cd "$kit" || exit 1
b=build/libsodium
o=build/objects
for program in grade.sh chat-server starter/sender starter/receiver; do
    stub "$b/$program" 'printf "<%s>" "$@" >"$OUT"'
done
cp "$b/grade.sh" tests/tools/submit.sh
stub "$tmp/bin/python3" 'printf "<%s>" "$@" >"$OUT"'
stub "$tmp/bin/pkg-config" # the libraries do not matter here
PATH=$tmp/bin:$PATH
for script in server/certs.sh tests/tools/compile.sh tests/tools/places.sh; do
    stub "$script" 'printf "<%s>" "$@" >"$OUT"'
done
OUT=$tmp/out
export OUT

# made CODE WORDS ARGUMENT...: make with the stubs must exit with CODE and print
# WORDS, and must not execute a name.
made()
{
    code=$1
    words=$2
    shift 2
    rm -f "$OUT"
    expect "$code" "$words" "$make" -o grader -o deps-class -o deps-sandbox -o "$b/grade" \
        -o "$b/chat-server" -o "$b/starter/sender" -o "$b/starter/receiver" "$@"
    intact "$@"
}

# gets WORDS ARGUMENT...: make must pass WORDS to the stub.
gets()
{
    arguments=$1
    shift
    made 0 "" "$@"
    [ "$(cat "$OUT")" = "$arguments" ] ||
        wrong "make $* passed $(cat "$OUT"), expected $arguments"
}

intact()
{
    [ -z "$(find . -name 'pwned*')" ] && return
    wrong "make $*: a name was executed"
    find . -name 'pwned*' -type f -exec rm {} +
}

# --- Names that are code -----------------------------------------------------

newline='
'
for name in 'Gruppe 7' "g1';touch pwned;'" '$(shell touch pwned)' '${ME}' \
    '`touch pwned`' '$$(touch pwned)' ';touch pwned' 'a"b' 'a\b' '-x' '*' \
    '%' '#' '~' 'a:b' 'a=b' "a${newline}b" "Grüppe" '$(error no)' \
    '|touch pwned' '&touch pwned'; do
    mkdir "./$name" && cp starter/*.c "./$name"
    grade="<--submission><$name><--grading><attempt><--format><text>"
    gets "$grade" grade SUBMISSION="$name"
    SUBMISSION=$name gets "$grade" grade
    gets "<$b/grade><$name>" submit SUBMISSION="$name"
    case $name in
    -x | Gr??ppe) ;; # make can build in these
    *) made 2 "use letters" sender ME=a TO=b SUBMISSION="$name" ;;
    esac

    gets "<--submission><starter><--grading><$name><--format><$name><--report\
><$name><--only><$name><--verbose>" grade GRADING="$name" FORMAT="$name" \
        REPORT="$name" ONLY="$name" V="$name"
    gets "<--server><$name><--user><$name><$name>" \
        sender ME="$name" TO="$name" SERVER="$name"
    ME=$name SERVER=$name gets "<--server><$name><--user><$name>" receiver

    class="<-B><tests/class/grade_class.py><--grader><$b/grade.sh><--crypto>\
<libsodium>"
    gets "$class<--><$name>" grade-class SUBMISSIONS="$name"
    gets "$class<--jobs><3><--machines><$name><--><$name>" grade-class \
        SUBMISSIONS="$name" MACHINES="$name" JOBS=3
    gets "$class<--gradebook><$name><--column><$name><--><$name>" grade-class \
        SUBMISSIONS="$name" GRADEBOOK="$name" COLUMN="$name"
done
for variable in CRYPTO SAN JOBS FUZZ; do
    for name in '$(shell touch pwned)' ';touch pwned;' 'x y' '../x='; do
        made 2 "$variable=" programs "$variable=$name"
    done
done
SUBMISSION=' lead ' gets \
    "<--submission>< lead ><--grading><attempt><--format><text>" grade
made 2 "there is no sender.c" sender ME=a TO=b SUBMISSION=none

# ARGS and HOSTS are words, but nothing else.
gets '<--demo><--port><$(touch><pwned)><*><;touch><pwned>' \
    server ARGS='--port $(touch pwned) * ;touch pwned'
gets '<$(shell><touch><pwned)><*><`a`>' certs HOSTS='$(shell touch pwned) * `a`'
gets '<$(shell><touch><pwned)><*>' check-places PLACE='$(shell touch pwned) *'
gets "<-B><tests/sandbox/check_sandbox.py><$b/grade.sh>"'<$(shell><touch><pwned)><*>' \
    check-sandbox ATTACKS='$(shell touch pwned) *'
gets '<;touch><pwned><*>' check-compile COMPILERS=';touch pwned *'
gets '<-B><tests/bench/plot.py><build/bench/results.json><build/bench/results.svg>' \
    bench-plot OLD='$(shell touch pwned)'

# The headers that an object depends on are read from every folder.
deep=$o/a/folder/of/a/submission
mkdir -p "$deep"
printf 'deep:\n\t@echo depends on headers\n' >"$deep/sender.d"
made 0 "depends on headers" deep

# --- How many jobs -----------------------------------------------------------

printf '%s\n' 'include Makefile' 'jobs:' \
    '	@echo $(AGAIN) >"$$OUT"' >probe.mk

# jobs yes|no ARGUMENT...: whether make passes -j to a sub-make.
jobs()
{
    expected=$1
    shift
    made 0 "" -f probe.mk jobs JOBS=7 "$@"
    case $(cat "$OUT") in *' -j7') told=yes ;; *) told=no ;; esac
    [ $told = "$expected" ] ||
        wrong "make $*: sub-makes start as: $(cat "$OUT")"
}

jobs yes
jobs yes ME=jane
jobs yes KIT_ONLY=json
jobs yes -k ME=jane
jobs yes -k ARGS='a -j3'
jobs no -j3
jobs no -kj3 ME=jane
jobs no -k -j
MAKEFLAGS=j3 jobs no
MAKEFLAGS='-k -j3' jobs no

# --- The user's environment --------------------------------------------------

mkdir -p "$tmp/elsewhere/backends"
printf '%s\n' 'include Makefile' 'where:' \
    '	@cd backends; { pwd; env | grep "^GREP_OPT\|^BASH_ENV" || :; } >"$$OUT"' \
    >probe.mk
export CDPATH="$tmp/elsewhere" GREP_OPTIONS=--color=always BASH_ENV=/dev/null
made 0 "" -f probe.mk where
unset CDPATH GREP_OPTIONS BASH_ENV
[ "$(cat "$OUT")" = "$PWD/backends" ] ||
    wrong "recipes get CDPATH or GREP_OPTIONS: $(cat "$OUT")"

mkdir lib
printf '%s\n' '#include <string.h>' 'int kit_x(void);' \
    'int kit_x(void) { return 0; }' >lib/x.c
for flags in CFLAGS=-O0 CFLAGS=-g 'CFLAGS=-O2 -D_FORTIFY_SOURCE=3' \
    CPPFLAGS=-DFROM_USER; do
    made 0 "" WERROR=1 "$flags" "$o/lib/x.o"
done
grep -qF -e -DFROM_USER "$o/flags" || wrong "CPPFLAGS is not used"

# What the demo with libsodium needs: no OpenSSL, no Check.
cp tests/tools/deps.sh "$tmp/deps.sh"
stub tests/tools/deps.sh 'printf "<%s>" "$@" >"$OUT"'
gets "<cc><ar><pkg-config><libsodium><libcjson><libcurl><libmicrohttpd><sqlite3>" \
    deps-demo
# Building only the sender needs no library of the server, and no Check.
rm -f "$b/client-packages"
gets "<--check><cc><ar><pkg-config><libsodium><libcjson><libcurl>" "$o/flags"
"$make" -n V=1 "$b/starter/sender" 2>&1 | grep -q 'libmicrohttpd\|sqlite3' &&
    wrong "the sender needs the server's libraries"
cp "$tmp/deps.sh" tests/tools/deps.sh

# From another folder, make fails and advises make -C FOLDER.
made 2 "make -C FOLDER" -C tests -f ../Makefile help

# --- Programs that talk to the user ------------------------------------------

# Without make's built-in variables, or with an empty CC, the compiler is cc.
for setting in MAKEFLAGS=-Rr CC=; do
    env "$setting" "$make" -n V=1 "$b/backends/libsodium.o" 2>&1 |
        grep -q '^cc .*backends/libsodium.c' || wrong "$setting: no compiler"
done

# Without a compiler the user gets advice, and no error of the shell.
made 2 "CC=none: there is no such compiler" "$b/backends/libsodium.o" CC=none
! printed "none: not found" || wrong "CC=none is run"

# A program that fails has printed the reason, so make adds nothing. The exit
# code of make grade depends on the grade.
for program in grade.sh starter/sender; do
    stub "$b/$program" 'echo reason >&2; exit 76'
done
made 0 reason sender ME=a TO=b
[ "$(cat "$tmp/stdout" "$tmp/stderr")" = reason ] || wrong "make adds to: reason"
made 2 "" grade

# Their output goes directly to the user. make -O would keep it in a file until
# they have ended.
for flags in -Otarget '-j8 -Otarget' -Orecurse; do
    "$make" -O --version >/dev/null 2>&1 ||
        { echo "skipped: make -O (this make has none)"; break; }
    stub "$b/chat-server" '[ -p /dev/fd/1 ] && echo direct >"$OUT"'
    rm -f "$OUT"
    MAKEFLAGS=$flags "$make" -o "$b/chat-server" server | cat
    [ -s "$OUT" ] || wrong "MAKEFLAGS='$flags' make server: output is kept"
    stub tests/tools/eve/eve.sh '[ -p /dev/fd/1 ] && echo direct >"$OUT"'
    rm -f "$OUT"
    MAKEFLAGS=$flags "$make" AGAIN=: -o deps-demo eve | cat
    [ -s "$OUT" ] || wrong "MAKEFLAGS='$flags' make eve: output is kept"
done

# "make demo | head": when head ends, so do the demo and its server.
mkfifo "$OUT.end"
stub "$b/chat-server" 'echo "listening on x"; echo $$ >"$OUT"' \
    'exec cat "$OUT.end"'
stub "$b/starter/receiver" 'echo "listening on x" >&2' \
    'echo "alice: hello bob, only you can read this"; exec cat "$OUT.end"'
stub "$b/starter/sender" 'exit 0'
sh tests/tools/demo.sh "$b" starter 2>/dev/null </dev/null | while read -r line; do
    case $line in *"listens on x"*) break ;; esac
done
! kill "$(cat "$OUT")" 2>/dev/null || wrong "demo | head leaves the server"

# The receiver refuses the text: the demo shows why. The sender must not fail
# before that, since the demo then ends the receiver.
mkfifo "$OUT.refused"
stub "$b/starter/receiver" 'echo "listening on x" >&2' \
    'echo "refused: TODO 4" >&2; echo >"$OUT.refused"; exec cat "$OUT.end"'
stub "$b/starter/sender" 'read -r _ <"$OUT.refused"; exit 76'
expect 1 "Bob's receiver: refused: TODO 4" sh tests/tools/demo.sh "$b" starter
# It ends without showing the text.
stub "$b/starter/receiver" 'echo "listening on x" >&2; echo "no memory" >&2'
stub "$b/starter/sender" 'exit 0'
expect 1 "Bob's receiver: no memory" sh tests/tools/demo.sh "$b" starter

# --- A tree of another user --------------------------------------------------

# Run as a user without write permission; root may always write.
chmod -R go+rX "$tmp"
if [ "$(id -u)" -ne 0 ]; then
    as() { "$@"; }
elif command -v setpriv >/dev/null 2>&1; then
    as() { setpriv --reuid=12345 --regid=12345 --clear-groups "$@"; }
else
    as() { false; }
    echo "skipped: a tree of another user (setpriv is absent)"
fi

# advises WORDS FILE: writable.sh rejects FILE in one line with WORDS in it.
advises()
{
    as true || return
    expect 1 "$1" as sh tests/tools/writable.sh "$2"
    [ "$(cat "$tmp/stdout" "$tmp/stderr" | wc -l)" -eq 1 ] || {
        wrong "writable.sh $2 prints more than a line:"
        show
    }
}

chmod -R a-w "$b" "$o"
why=": is it write-protected"
[ "$(id -u)" -ne 0 ] || why=", which belongs to root"
advises "cannot write to $o/lib$why" "$o/lib/y.o"
advises "$why" "$o/new/folder/y.o"
chmod a+w "$o/lib"
advises "cannot write to $o/lib/x.o" "$o/lib/x.o"
! as true || as sh tests/tools/writable.sh "$o/lib/y.o" || wrong "writable.sh fails"
chmod -R u+w "$b" "$o"
# The makefile runs writable.sh and prints its advice.
stub tests/tools/writable.sh 'echo advice >&2; exit 1'
cp lib/x.c lib/y.c
made 2 advice "$o/lib/y.o"

finish "the makefile"
