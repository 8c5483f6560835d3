#!/bin/sh
# SPDX-License-Identifier: MIT
#
# systems.sh SYSTEM: does a fresh checkout work on another Debian?
#
# SYSTEM is NAME or NAME-ARCH: trixie, sid, bookworm-i386, trixie-arm64. The
# script builds a minimal root of that system with debootstrap, puts a copy of
# this tree into it, and types there what a newcomer types. It prints a line
# for each step and then the versions that the steps used.
#
# The root is kept in SYSTEMS_CACHE and never changed: each run works in an
# overlay in memory. All mounts are in a mount namespace that ends with the
# run, so nothing outside can reach them.
set -u
export LC_ALL=C
umask 022
unset MAKEFLAGS MAKELEVEL

cache=${SYSTEMS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chat-lab/systems}

# The machines of `uname -m` that run an architecture's programs themselves,
# and the emulator that the others need.
#
# arch    runs on           emulator
table='
amd64     x86_64            qemu-x86_64
i386      x86_64,i686       qemu-i386
arm64     aarch64           qemu-aarch64
armhf     aarch64,armv7l    qemu-arm
riscv64   riscv64           qemu-riscv64
'

stop()
{
    echo "systems.sh: $*" >&2
    exit 69
}

# cell COLUMN: what the table has there for this architecture.
cell()
{
    printf '%s' "$table" | awk -v a="$arch" -v c="$1" '$1 == a {print $c}'
}

# native: the first architecture whose programs this machine runs itself.
native()
{
    printf '%s' "$table" | awk -v m="$(uname -m)" \
        'index("," $2 ",", "," m ",") {print $1; exit}'
}

# --- What this machine must have ---------------------------------------------

read_system()
{
    name=${1%%-*}
    arch=${1#"$name"}
    arch=${arch#-}
    case $name in
    '' | *[!a-z0-9]*)
        stop "SYSTEM=$1 names no system: type for example:" \
            "make check-systems SYSTEM=trixie"
        ;;
    esac
    [ "$(uname -s)" = Linux ] ||
        stop "debootstrap needs Linux: run this on a Linux machine"
    [ "$(id -u)" -eq 0 ] ||
        stop "only root can build a root file system: type:" \
            "sudo make check-systems SYSTEM=$1"
    for tool in debootstrap unshare; do
        command -v $tool >/dev/null ||
            stop "$tool is missing: type: $(sh tests/tools/deps.sh --how $tool)"
    done
    native=$(native)
    arch=${arch:-$native}
    system=$name-$arch
    [ "$arch" != "$native" ] || system=$name
    root=$cache/$system
    [ -n "$(cell 1)" ] || stop "SYSTEM=$1: the architecture $arch is not in" \
        "the table of tests/tools/systems/systems.sh: add a line for it"
    [ -e "/usr/share/debootstrap/scripts/$name" ] ||
        stop "debootstrap does not know the system $name: check the name," \
            "or install a newer debootstrap"
    emulator=
    case ,$(cell 2), in
    *,"$(uname -m)",*) ;;
    *)
        emulator=$(cell 3)
        need_emulator
        ;;
    esac
}

# The kernel starts foreign programs through binfmt_misc.
need_emulator()
{
    command -v "$emulator-static" >/dev/null ||
        stop "$arch programs need an emulator here: type:" \
            "$(sh tests/tools/deps.sh --how qemu-user-static binfmt-support)"
    grep -qs '^enabled' "/proc/sys/fs/binfmt_misc/$emulator" ||
        stop "this kernel does not start $arch programs yet: type:" \
            "mount -t binfmt_misc none /proc/sys/fs/binfmt_misc;" \
            "update-binfmts --enable $emulator"
}

# --- The root ----------------------------------------------------------------

# The mirror that this machine's apt uses.
mirror()
{
    # shellcheck disable=SC2016 # apt's variable, not the shell's
    apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' \
        'Label: Debian' 2>/dev/null | head -n 1
}

# A clean root, built once. debootstrap may stop half way: only a whole one
# gets the name.
build_root()
{
    [ ! -d "$root" ] || return 0
    from=${MIRROR:-$(mirror)}
    [ -n "$from" ] || stop "apt names no Debian mirror here: type:" \
        "make check-systems SYSTEM=$system MIRROR=URL"
    echo "Building a clean $system in $root"
    mkdir -p "$cache/debs/$system" || exit 73
    rm -rf --one-file-system "$root.new"
    debootstrap --variant=minbase --arch="$arch" \
        --cache-dir="$cache/debs/$system" "$name" "$root.new" "$from" \
        >"$cache/$system.log" 2>&1 ||
        stop "debootstrap failed: see $cache/$system.log"
    mv "$root.new" "$root"
}

# --- In a private namespace: mounts ------------------------------------------

# The overlay at $in: the clean root below, memory above.
mount_all()
{
    in=$cache/run/root
    # shellcheck disable=SC2015 # stop ends the script
    mkdir -p "$cache/run" "$cache/debs/$system" &&
        mount -t tmpfs chat-lab "$cache/run" &&
        mkdir "$cache/run/new" "$cache/run/work" "$in" &&
        mount -t overlay chat-lab "$in" -o \
            "lowerdir=$root,upperdir=$cache/run/new,workdir=$cache/run/work" &&
        mount -t proc proc "$in/proc" &&
        mount -t devpts -o newinstance,ptmxmode=666 devpts "$in/dev/pts" &&
        mount -t tmpfs shm "$in/dev/shm" &&
        mount --bind "$cache/debs/$system" "$in/var/cache/apt/archives" ||
        stop "cannot mount the root of $system: is this a container without" \
            "the right to mount?"
}

# What apt of this machine knows about its network holds in the root as well.
prepare()
{
    apt-config dump Acquire 2>/dev/null |
        grep -E '^Acquire::(Check-|https?::)' >"$in/etc/apt/apt.conf.d/90host"
    cp /etc/resolv.conf /etc/hosts "$in/etc/" 2>/dev/null
    mkdir -p "$in/home/ada/chat-lab"
    tar --exclude=./build --exclude=./.git -cf - . |
        tar -xf - --no-same-owner -C "$in/home/ada/chat-lab"
}

# --- In a private namespace: steps -------------------------------------------

# inside USER COMMAND: a command in the tree, with a newcomer's environment.
inside()
{
    home=/home/ada
    [ "$1" = ada ] || home=/root
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=$home TERM=dumb DEBIAN_FRONTEND=noninteractive \
        chroot --userspec="$1" "$in" \
        sh -c "cd /home/ada/chat-lab && $2" </dev/null
}

# step USER COMMAND: one line with the result; the log where it failed.
step()
{
    steps=$((steps + 1))
    log=$cache/log/$system-$steps.txt
    began=$(date +%s)
    printf '  %-16s %-36s ' "$system" "$2"
    if inside "$1" "$2" >"$log" 2>&1; then
        result=ok
    else
        result=FAILED
        failed=$((failed + 1))
    fi
    printf '%-6s %5d s\n' "$result" $(($(date +%s) - began))
    [ $result = ok ] || {
        tail -n 40 "$log" | sed 's/^/  | /'
        echo "  The whole log: $log"
    }
}

# A newcomer has make and may use sudo; `make demo` installs the rest. A program
# cannot become root under an emulator: there root types `make deps` before.
newcomer()
{
    inside root "apt-get -qq update && apt-get -qq install \
        --no-install-recommends make sudo && \
        useradd --home-dir /home/ada --shell /bin/sh ada && \
        chown -R ada: /home/ada" >"$cache/log/$system-0.txt" 2>&1 ||
        stop "cannot install make in the root: see $cache/log/$system-0.txt"
    if [ -n "$emulator" ]; then
        step root "make deps"
    else
        echo 'ada ALL=(ALL) NOPASSWD: ALL' >"$in/etc/sudoers.d/ada"
    fi
}

# The sanitizers and the style of the sources do not depend on an emulated
# processor: there the programs themselves are run.
all_steps()
{
    step ada "make demo"
    if [ -n "$emulator" ]; then
        step ada "make unit"
        step ada "make unit CRYPTO=openssl"
        step ada "make e2e"
    else
        step ada "make check"
    fi
    step ada "make grade SUBMISSION=solution"
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

run_steps()
{
    steps=0
    failed=0
    mkdir -p "$cache/log"
    mount_all
    prepare
    newcomer
    all_steps
    echo "  $system: $(versions)"
    [ $failed -eq 0 ] || echo "  $system: $failed of $steps steps failed"
    [ $failed -eq 0 ]
}

read_system "${1-}"
if [ "${2-}" = --inside ]; then
    run_steps
    exit
fi
build_root
unshare --mount --pid --fork --kill-child sh "$0" "$system" --inside
