#!/bin/sh
# SPDX-License-Identifier: MIT
#
# systems.sh SYSTEM: checks that a fresh checkout works on another Debian.
#
# SYSTEM is NAME or NAME-ARCH: trixie, sid, bookworm-i386, trixie-arm64.
# mmdebstrap builds a minimal root of that system in a temporary folder and
# calls this script again, as systems.sh --inside SYSTEM EMULATED ROOT. That
# copies this tree into the root and runs there what a newcomer types.
# It prints a line for each step, and then the versions that the steps used. Its
# lines go to descriptor 3, because mmdebstrap writes its log in between.
set -u
export LC_ALL=C
umask 022
unset MAKEFLAGS MAKELEVEL
logs=build/systems

stop()
{
    echo "systems.sh: $*" >&2
    exit 69
}

build()
{
    name=${1%%-*}
    case $name in
    '' | *[!a-z0-9]*)
        stop "SYSTEM=$1 names no system: type for example:" \
            "make check-systems SYSTEM=trixie"
        ;;
    esac
    command -v mmdebstrap >/dev/null || stop "mmdebstrap is missing, which" \
        "needs Linux: type: $(sh tests/tools/deps.sh --how mmdebstrap)"
    native=$(dpkg --print-architecture) || exit
    arch=${1#"$name"}
    arch=${arch#-}
    arch=${arch:-$native}
    case $native:$arch in
    "$arch:$arch" | amd64:i386 | arm64:armhf) emulated=no ;;
    *) emulated=yes ;;
    esac
    mkdir -p $logs || exit 73
    # The root uses the network settings of this machine's apt, too.
    apt-config dump Acquire | grep -E '^Acquire::(Check-|https?::)' \
        >$logs/apt.conf
    mmdebstrap --variant=minbase --architectures="$arch" --format=null \
        --include=make,sudo --aptopt=$logs/apt.conf \
        --customize-hook="sh '$0' --inside $1 $emulated \"\$1\" >&3" \
        "$name" /dev/null ${MIRROR:+"$MIRROR"} \
        3>&1 >$logs/mmdebstrap.txt 2>&1 ||
        stop "mmdebstrap or a step failed: see $logs/mmdebstrap.txt"
}

# inside USER COMMAND: a command in the tree, with a newcomer's environment.
inside()
{
    home=/home/ada
    [ "$1" = ada ] || home=/root
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=$home TERM=dumb DEBIAN_FRONTEND=noninteractive \
        chroot --userspec="$1" "$root" \
        sh -c "cd /home/ada/chat-lab && $2" </dev/null
}

# step USER COMMAND: one line with the result; the log where it failed.
step()
{
    steps=$((steps + 1))
    log=$logs/$system-$steps.txt
    began=$(date +%s)
    printf '  %-16s %-36s ' "$system" "$2"
    result=ok
    inside "$1" "$2" >"$log" 2>&1 || result=FAILED
    printf '%-6s %5d s\n' "$result" $(($(date +%s) - began))
    [ $result = ok ] || {
        failed=$((failed + 1))
        tail -n 40 "$log" | sed 's/^/  | /'
        echo "  The whole log: $log"
    }
}

versions()
{
    # shellcheck disable=SC2016 # for the shell in the root
    inside root '
        one() { printf "%s %s, " "$1" "$2"; }
        one gcc "$(cc -dumpfullversion)"
        one make "$(make --version | sed -n "1s/.* //p")"
        one glibc "$(ldd --version | sed -n "1s/.* //p")"
        for p in libmicrohttpd libcurl openssl libsodium sqlite3 libcjson \
            check; do
            one $p "$(pkg-config --modversion $p)"
        done' | sed 's/, $//'
}

# In the root, mmdebstrap 1.3.5 gives every terminal to one user, number 5. The
# tests open terminals: each must belong to who opens it.
own_terminals()
{
    mount -o remount,nosuid,noexec,gid=5,mode=620,ptmxmode=666 none \
        "$root/dev/pts"
}

# A newcomer has make and may use sudo; `make demo` installs the rest. Under an
# emulator no program can become root, so root types `make deps` first. The
# sanitizers do not start there, and style and pages do not depend on the
# processor, so only the unit and end-to-end tests run.
run_steps()
{
    steps=0
    failed=0
    own_terminals
    mkdir -p "$root/home/ada/chat-lab"
    tar --exclude=./build --exclude=./.git -cf - . |
        tar -xf - --no-same-owner -C "$root/home/ada/chat-lab"
    inside root 'useradd --home-dir /home/ada --shell /bin/sh ada &&
        chown -R ada: /home/ada' >&2 || exit
    if [ "$emulated" = yes ]; then
        step root "make deps"
        step ada "make demo"
        step ada "make unit"
        step ada "make unit CRYPTO=openssl"
        step ada "make e2e"
    else
        echo 'ada ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/ada"
        step ada "make demo"
        step ada "make check"
    fi
    step ada "make grade SUBMISSION=solution"
    echo "  $system: $(versions)"
    [ $failed -eq 0 ] || echo "  $system: $failed of $steps steps failed"
    [ $failed -eq 0 ]
}

if [ "${1-}" = --inside ]; then
    system=$2
    emulated=$3
    root=$4
    run_steps
else
    build "${1-}"
fi
