#!/bin/sh
# SPDX-License-Identifier: MIT
#
# portable.sh ARCHIVE: checks that what a student runs works without GNU's
# tools, with gcc and with clang. It unpacks the student archive and types
# there what a student types. PATH has only POSIX utilities: those of busybox
# if it is installed.
#
# This does not simulate macOS: make and the linker are those of this system. So
# newer.awk also searches the makefiles for what make 3.81 does not have.
set -u
export LC_ALL=C
archive=$1
. tests/tools/testing.sh
. tests/tools/portable/userland.sh

# unpack DIR: the folder in the archive, as DIR.
unpack()
{
    mkdir "$tmp/unpacked"
    gzip -dc "$archive" | (cd "$tmp/unpacked" && tar xf -)
    mv "$tmp"/unpacked/* "$1"
    rmdir "$tmp/unpacked"
}

# typed CODE WORDS COMMAND...: in the student's folder and with the student's
# PATH, the command ends with CODE and prints WORDS, and no compiler warns.
typed()
{
    code=$1
    words=$2
    shift 2
    # shellcheck disable=SC2016 # for the other shell
    expect "$code" "$words" env -i PATH="$bin" HOME="$tmp" LC_ALL=C CC="$cc" \
        CCACHE_PATH="$PATH" CI=1 sh -c 'cd "$0" && exec "$@"' "$tree" "$@"
    ! printed warning: || { wrong "$cc: $*: a warning:"; show; }
}

# made CODE WORDS ARGUMENT...: the same for make, whose recipes use that sh, too.
made()
{
    code=$1
    words=$2
    shift 2
    typed "$code" "$words" make -j"$jobs" CC="$cc" SHELL="$bin/sh" "$@"
}

# The unchanged starter builds, and the grader fails its first step.
starter()
{
    made 0 "Built for libsodium" all
    made 0 "Nothing is missing" doctor
    made 0 "make [CRYPTO=" help
    made 0 "M4-01" rubric
    made 2 "FAILED  M4-01" grade ONLY=B,M4-01
    typed 1 "FAILED  M4-01" sh build/libsodium/grade.sh \
        --submission starter --only M4-01
}

# The lab is done: it chats, passes, and is handed in.
finished()
{
    cp solution/*.c "$tree/starter"
    echo "ada7, Ada Lovelace" >>"$tree/starter/GROUP"
    made 0 "6 of 6 in ONLY pass." grade ONLY=B,M4-01,R4-01,T-01
    made 0 "Built for" all
    typed 0 "alice: hello bob" sh tests/tools/demo.sh build/libsodium starter
    made 0 "Mallory attacks" trace
    made 0 "hand-in-ada7.tar.gz" submit
}

# with COMPILER: everything, in a fresh copy.
with()
{
    cc=$1
    tree=$tmp/tree-$cc
    bin=$tmp/bin-$cc
    if [ -z "$(path_of "$cc")" ]; then
        echo "skipped: $cc (it is absent)"
        return
    fi
    echo "== $cc"
    userland "$bin"
    also "$bin" make pkg-config as ld "$cc"
    unpack "$tree"
    starter
    finished
    made 0 "" clean
    [ ! -e "$tree/build" ] || wrong "$cc: make clean leaves build/"
}

scripts()
{
    [ -n "$(path_of dash)" ] ||
        { echo "skipped: dash -n (it is absent)"; return; }
    find "$tmp"/tree-* -name '*.sh' | while read -r file; do
        dash -n "$file" || echo "$file"
    done >"$tmp/bad" 2>&1
    [ ! -s "$tmp/bad" ] || wrong "dash: $(cat "$tmp/bad")"
}

# newer.awk must find every feature that is too new.
makefiles()
{
    # shellcheck disable=SC2016 # they are make's, not the shell's
    printf '%s\n' 'A != ls' 'A ::= b' '.ONESHELL:' 'a: private B = c' \
        'undefine A' 'A = $(file <b)' 'A = $(guile b)' 'define A =' \
        'a b &: c' >"$tmp/new.mk"
    expect 1 "new.mk:1: " awk -f tests/tools/portable/newer.awk "$tmp/new.mk"
    [ "$(wc -l <"$tmp/stdout")" -eq 9 ] ||
        { wrong "newer.awk finds only:"; show; }
    awk -f tests/tools/portable/newer.awk Makefile tests/maintainer.mk || status=1
}

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
[ -n "$(path_of busybox)" ] || echo "skipped: busybox (it is absent)"
makefiles
with gcc
with clang
[ -n "$(first_of gcc clang)" ] || wrong "there is neither gcc nor clang"
scripts
finish "works without GNU's tools"
