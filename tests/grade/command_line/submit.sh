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
    sh tests/tools/submit.sh build/libsodium/grade "$tmp/submit" \
        "$tmp/submit.tar.gz"
}

# Names.
printf '\357\273\277J\366rg\r\n\033[2JEve\n' >"$tmp/submit/GROUP"
expect 0 "$(printf 'J\303\266rg, \\x1b[2JEve')" submit
cp starter/GROUP "$tmp/submit/GROUP"

# The archive, and warnings.
expect 0 "Packed into" submit
expect 0 "receiver.c" sh -c "gzip -dc '$tmp/submit.tar.gz' | tar -tf -"
iconv -f UTF-8 -t UTF-16 starter/sender.c >"$tmp/submit/sender.c"
expect 0 "sender.c does not compile: it is UTF-16 text" submit
: >"$tmp/submit/sender.c"
expect 0 "this is not an attempt" submit
cp starter/sender.c "$tmp/submit/sender.c"

# What the grader would not read.
for file in sender.c GROUP; do
    mv "$tmp/submit/$file" "$tmp/submit/aside"
    ln -s aside "$tmp/submit/$file"
    expect 1 "$file: it is a link" submit
    expect 1 "" test -e "$tmp/submit.tar.gz"
    mv "$tmp/submit/aside" "$tmp/submit/$file"
done
rm "$tmp/submit/receiver.c"
expect 1 "receiver.c: there is no such file" submit

finish
