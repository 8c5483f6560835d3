#!/bin/sh
# SPDX-License-Identifier: MIT
#
# doctor.sh LIBRARY...: checks whether this machine has all that the lab needs.
# Prints a line for each check, and under one that fails the command that
# repairs it. Installs nothing, and leaves no file behind. Exit 1 if something is
# missing; a note does not count.
#
# CC, CRYPTO and MAKE_VERSION come from the Makefile. LOCALE is the locale of
# the user who typed make. SERVER_PORT and RECEIVER_PORT are for the tests.
set -u
locale=${LOCALE-${LC_ALL:-${LC_CTYPE:-${LANG:-}}}}
export LC_ALL=C
CC=${CC:-cc}
export CC
crypto=${CRYPTO:-libsodium}
server_port=${SERVER_PORT:-8080}
receiver_port=${RECEIVER_PORT:-4444}
status=0
probe= # the path of probe.c's program; empty if it could not be built
tmp=$(mktemp -d) || exit 70
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM PIPE

# line VERDICT THING WORDS [WHAT TO TYPE]...: within 80 columns.
line()
{
    printf '%-8s%-15s%.56s\n' "$1" "$2" "$3"
    shift 3
    for command in "$@"; do
        printf '        type: %s\n' "$command"
    done
}

# bad VERDICT THING WORDS [WHAT TO TYPE]...: a failure; the lab would not work.
bad()
{
    status=1
    line "$@"
}

deps()
{
    sh tests/tools/deps.sh "$@"
}

how()
{
    deps --how "$@"
}

have()
{
    command -v "$1" >/dev/null 2>&1
}

# compile PROGRAM [OPTION]...: compiles the probe; the compiler's output goes
# to a file. CC can be more than one word.
compile()
{
    out=$1
    shift
    $CC -std=c11 -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE "$@" -o "$out" \
        tests/tools/doctor/probe.c >"$tmp/words" 2>&1
}

# If CC names an unusual compiler, no package of deps.sh has it.
how_compiler()
{
    if [ "$CC" != cc ] && have cc; then
        echo "make doctor CC=cc"
    else
        how cc
    fi
}

compiler()
{
    if ! have "${CC%% *}"; then
        bad MISSING compiler "there is no $CC" "$(how_compiler)"
    elif ! compile "$tmp/probe"; then
        bad FAILED compiler "$CC: $(grep . "$tmp/words" | head -n 1)" \
            "$(how cc)"
    elif ! "$tmp/probe" run; then
        bad FAILED compiler "$CC builds, but nothing can run in ${tmp%/*}" \
            "TMPDIR=\$HOME make doctor"
    else
        probe=$tmp/probe
        line ok compiler "$($CC --version 2>/dev/null | head -n 1)"
    fi
}

# without_probe THING [WORDS]: if there is no probe, prints that THING is skipped.
# Fails if there is one.
without_probe()
{
    [ -z "$probe" ] && line note "$1" "${2-}skipped: needs the compiler"
}

# at_least VERSION MAJOR MINOR
at_least()
{
    echo "$1" | awk -F . -v a="$2" -v b="$3" \
        '{ exit !($1 + 0 > a || ($1 + 0 == a && $2 + 0 >= b)) }'
}

make_itself()
{
    version=${MAKE_VERSION:-$(make --version 2>/dev/null |
        sed -n 's/^GNU Make \([0-9.]*\).*/\1/p')}
    if [ -z "$version" ]; then
        bad MISSING make "there is no GNU make" "$(how make)"
    elif ! at_least "$version" 3 81; then
        bad FAILED make "GNU make $version; 3.81 is needed" "$(how make)"
    else
        line ok make "GNU make $version"
    fi
}

pkg_config()
{
    if have pkg-config; then
        line ok pkg-config "$(pkg-config --version)"
    else
        bad MISSING pkg-config "finds the libraries" "$(how pkg-config)"
    fi
}

# purpose LIBRARY: what the lab uses it for.
purpose()
{
    case $1 in
    libsodium | openssl | wolfssl) echo "cryptography (CRYPTO=$1)" ;;
    libcjson) echo "JSON" ;;
    libcurl) echo "HTTP of sender and receiver" ;;
    libmicrohttpd) echo "HTTP of the server" ;;
    sqlite3) echo "accounts and sessions" ;;
    check) echo "the tests, also the grader's" ;;
    *) echo "the Makefile asks for it" ;;
    esac
}

library()
{
    words=$(purpose "$1")
    if ! have pkg-config; then
        line note "$1" "$words; skipped: no pkg-config"
        return
    fi
    version=$(pkg-config --modversion "$1" 2>/dev/null)
    if deps --check "$1" >/dev/null 2>&1; then
        line ok "$1" "$version  $words"
    elif [ -n "$version" ]; then
        bad OLD "$1" "$version is installed, $(deps --needs "$1") is needed"
        echo "        $(deps --systems) have it"
    else
        bad MISSING "$1" "$words" "$(how "$1")"
    fi
}

backend()
{
    file=backends/$crypto.c
    if [ -f "$file" ]; then
        line ok backend "$file (CRYPTO=$crypto)"
        return
    fi
    set --
    for file in backends/*.c; do
        name=${file#*/}
        set -- "$@" "make doctor CRYPTO=${name%.c}"
    done
    bad FAILED backend "there is no $file; choose one of:" "$@"
}

# Can make write to this folder, and can programs in it run? Perhaps not on a
# USB stick or a file server, or if root has built here before.
folder()
{
    foreign=
    [ ! -d build ] || [ "$(id -u)" -eq 0 ] ||
        foreign=$(find build ! -user "$(id -u)" 2>/dev/null | head -n 1)
    if [ ! -w . ]; then
        bad FAILED folder "cannot be written" "cp -R . ~/chat-lab && cd ~/chat-lab"
        return
    elif [ -n "$foreign" ] && [ ! -w "$foreign" ]; then
        bad FAILED folder "$foreign is another user's" \
            "sudo chown -R $(id -un) build"
        return
    fi
    ! without_probe folder || return
    here=./.doctor.$$
    cp "$probe" "$here"
    if "$here" run 2>/dev/null; then
        line ok folder "can be written, and programs run in it"
    else
        bad FAILED folder "no program runs in it (mounted noexec?)" \
            "cp -R . ~/chat-lab && cd ~/chat-lab"
    fi
    rm -f "$here"
}

# Does the backend's library have all algorithms? In FIPS mode, OpenSSL
# does not.
algorithms()
{
    [ -f "backends/$crypto.c" ] || return
    if [ -z "$probe" ] || ! deps --check pkg-config "$crypto" >/dev/null 2>&1; then
        line note algorithms "skipped: needs the compiler and $crypto"
        return
    fi
    # shellcheck disable=SC2046 # one word for each option
    if ! $CC -std=c11 -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE -I. \
        $(pkg-config --cflags "$crypto") -o "$tmp/algorithms" \
        tests/tools/doctor/algorithms.c lib/selftest.c "backends/$crypto.c" \
        $(pkg-config --libs "$crypto") -pthread >"$tmp/words" 2>&1; then
        bad FAILED algorithms "$crypto: $(grep error "$tmp/words" | head -n 1)" \
            "$(how "$crypto")"
    elif words=$("$tmp/algorithms" 2>&1); then
        line ok algorithms "all algorithms of $crypto work"
    elif [ -n "${OPENSSL_CONF-}" ]; then
        bad FAILED algorithms "$words (FIPS mode?)" "unset OPENSSL_CONF"
    else
        other=openssl
        [ "$crypto" != openssl ] || other=libsodium
        bad FAILED algorithms "$words (FIPS mode?)" "make CRYPTO=$other"
    fi
}

# On some systems the libraries of the sanitizers are in separate packages. For
# clang, their names have its version, so it is simpler to use gcc.
how_sanitizers()
{
    case $(uname -s):$($CC --version 2>/dev/null) in
    Darwin:*) how sanitizers ;;
    *clang*) echo "make CC=gcc" ;;
    *) how sanitizers ;;
    esac
}

# Without a sanitizer the grader finds fewer mistakes, and prints that.
sanitizer()
{
    if without_probe sanitizer "$1; "; then
        return
    elif ! compile "$tmp/$1" "-fsanitize=$1"; then
        line note "sanitizer" "$1: does not link; make grade works without" \
            "$(how_sanitizers)"
    elif ! sh tests/tools/starts.sh "$tmp/$1" run; then
        line note "sanitizer" "$1: does not start; make grade works without" \
            "ulimit -v unlimited"
    else
        line ok "sanitizer" "$1"
    fi
}

# port NUMBER WHOSE WHAT TO TYPE...
port()
{
    number=$1
    name="port $1"
    whose=$2
    shift 2
    if without_probe "$name" "for the $whose; "; then
        return
    elif "$probe" port "$number"; then
        line ok "$name" "for the $whose; free"
    else
        line note "$name" "in use: is a $whose already running? If not:" "$@"
    fi
}

loopback()
{
    if without_probe loopback; then
        return
    elif "$probe" loopback; then
        line ok loopback "a connection to 127.0.0.1 carries bytes"
    else
        up='sudo ip link set lo up'
        [ "$(uname -s)" != Darwin ] || up='sudo ifconfig lo0 up'
        bad FAILED loopback "no connection to 127.0.0.1: firewall, or lo is down?" "$up"
    fi
}

# make eve makes a certificate with the program, which is often not installed
# with the library.
certificates()
{
    if have openssl; then
        line ok certificates "the program openssl makes them for make eve"
    else
        line note certificates \
            "install the package openssl: make eve shows TLS with it"
    fi
}

# Since 23.10 Ubuntu lets only root create the namespaces that bubblewrap needs.
allow_namespaces()
{
    switch=kernel.apparmor_restrict_unprivileged_userns
    [ "$(sysctl -n $switch 2>/dev/null)" = 1 ] && echo "sudo sysctl $switch=0"
}

# To grade only one's own work, make grade needs no sandbox.
sandbox()
{
    if [ "$(uname -s)" != Linux ]; then
        line note sandbox "only Linux has one, to grade other people's work"
    elif ! have bwrap; then
        line note sandbox "bubblewrap is missing; make grade works without" \
            "$(how bwrap)"
    elif ! bwrap --ro-bind / / --unshare-all --proc /proc true 2>/dev/null; then
        allow=$(allow_namespaces)
        line note sandbox "bubblewrap does not work here; make grade does" \
            ${allow:+"$allow"}
    else
        line ok sandbox "bubblewrap works"
    fi
}

# The archive for students has no make grade-class.
class()
{
    [ -d tests/class ] || return
    if deps --check parallel python3 >/dev/null 2>&1; then
        line ok class "make grade-class has GNU parallel and Python"
    else
        line note class "make grade-class needs GNU parallel and Python 3" \
            "make deps-class"
    fi
}

# Passwords are read from /dev/tty, so that messages can come from a pipe.
terminal()
{
    columns=$( (stty size </dev/tty) 2>/dev/null | sed 's/.* //; s/^0$//')
    if ! (true </dev/tty) 2>/dev/null; then
        line note terminal "no /dev/tty: passwords cannot be typed" \
            'make sender ME=alice TO=bob ARGS="--password-file FILE"'
    elif [ ! -t 0 ]; then
        line note terminal "the standard input is a pipe or a file" \
            "make doctor </dev/tty"
    elif [ "${columns:-80}" -lt 80 ]; then
        line note terminal "$columns columns: make the window wider, to 80"
    else
        line ok terminal "${columns:-?} columns; passwords can be typed"
    fi
}

locale_of_text()
{
    case $locale in
    *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) line ok locale "$locale" ; return ;;
    esac
    utf8=C.UTF-8
    [ "$(uname -s)" != Darwin ] || utf8=en_US.UTF-8
    line note locale "${locale:-none}: texts beyond ASCII may look broken" \
        "export LC_ALL=$utf8"
}

compiler
make_itself
pkg_config
for name in "$@"; do
    # A backend that does not exist is reported in the line "backend".
    case $name in
    "$crypto") [ ! -f "backends/$name.c" ] || library "$name" ;;
    *) library "$name" ;;
    esac
done
backend
algorithms
folder
sanitizer address
sanitizer undefined
port "$server_port" server 'make server ARGS="--port 8081"' \
    'make receiver ME=bob SERVER=http://127.0.0.1:8081'
port "$receiver_port" receiver 'make receiver ME=bob ARGS="--port 4445"'
loopback
certificates
sandbox
class
terminal
locale_of_text

echo
if [ "$status" -eq 0 ]; then
    echo "Nothing is missing. Next, type: make"
else
    echo "Something is MISSING, OLD or FAILED: type the commands above. To install"
    echo "all packages, type: make deps"
fi
exit "$status"
