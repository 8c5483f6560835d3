#!/bin/sh
# SPDX-License-Identifier: MIT
#
# submit.sh GRADER: make submit packs what the grader can read, or nothing.
# shellcheck disable=SC2317 # expect calls submit
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

mkdir "$tmp/submit"
cp starter/* "$tmp/submit"
submit()
{
    rm -f "$tmp"/*.tar.gz
    sh tests/tools/submit.sh build/libsodium/grade "$tmp/submit" "$tmp"
}

# group TEXT: GROUP has TEXT, a format of printf.
group()
{
    # shellcheck disable=SC2059
    printf "$1" >"$tmp/submit/GROUP"
}

# packed CODE TEXT: submit ends with CODE, prints TEXT, and an archive exists if
# CODE is 0.
packed()
{
    expect "$1" "$2" submit
    set -- "$1" "$tmp"/*.tar.gz
    if { [ "$1" -eq 0 ] && [ ! -e "$2" ]; } ||
        { [ "$1" -ne 0 ] && [ -e "$2" ]; }; then
        wrong "submit ended with exit code $1, and there is $2"
    fi
}

# Login ids.
packed 1 "GROUP is empty: write a line for each member"
rm "$tmp/submit/GROUP"
packed 1 "GROUP is empty"
group 'Ada Lovelace\n'
packed 1 'the line "Ada Lovelace" has no login id'
group 'ada7, Ada\n, Bob\n'
packed 1 'the line ", Bob" has no login id'
# shellcheck disable=SC2016 # not to be expanded
for bad in '../x' 'a/b' 'a;b' '$(id)' 'a\\b' 'J\303\266rg'; do
    group "ada7\n$bad, Eve\n"
    packed 1 "has no login id"
done
group "$(printf '%065d' 0)\n"
packed 1 "too long"
group '\357\273\277# us\r\nada.l@x.example , Lovelace, Ada\r\n\n-bob+1\r\n'
packed 0 "hand-in-ada.l_x.example--bob_1.tar.gz"
group "$(printf '%060d\\n' 1 2 3 4 5 6 7)"
packed 0 ".tar.gz"
group 'j\n'
packed 0 "$tmp/hand-in-j.tar.gz"
group 'j,J\303\266rg\r\n\033[2JEve\n'
packed 1 'the line "\x1b[2JEve" has'
group 'j,J\303\266rg;\033[2JEve\nk\n'
packed 0 "$(printf 'j,J\303\266rg;\\x1b[2JEve; k')"
group 'j\n'

# The archive, and warnings.
packed 0 "Packed into"
expect 0 "receiver.c" sh -c "gzip -dc '$tmp/hand-in-j.tar.gz' | tar -tf -"
iconv -f UTF-8 -t UTF-16 starter/sender.c >"$tmp/submit/sender.c"
packed 0 "sender.c does not compile: it is UTF-16 text"
: >"$tmp/submit/sender.c"
packed 0 "this is not an attempt"
cp starter/sender.c "$tmp/submit/sender.c"

# What the grader would not read.
for file in sender.c GROUP; do
    mv "$tmp/submit/$file" "$tmp/submit/aside"
    ln -s aside "$tmp/submit/$file"
    packed 1 "$file: it is a link"
    mv "$tmp/submit/aside" "$tmp/submit/$file"
done
rm "$tmp/submit/receiver.c"
packed 1 "receiver.c: there is no such file"

finish
