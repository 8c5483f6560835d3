#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test.sh: tests doctor.sh and deps.sh on simulated machines: without a
# compiler, without a library, with another package manager.
#
# shellcheck disable=SC2086 # $doctor and $how are commands with arguments
# shellcheck disable=SC2016 # the stubs expand these
set -u
export LC_ALL=C
. tests/tools/testing.sh
. tests/tools/portable/userland.sh
unset CC CRYPTO MAKE_VERSION
export STUBS="$tmp" # stubs find $tmp by it: quotes in a path do no harm
export CCACHE_PATH="$PATH" # in the PATH of a test, ccache would find a stub
trap 'exec 9>&-; wait; rm -rf "$tmp"' EXIT

# on PATH CODE WORDS COMMAND...: expect with that PATH; the lines must have at
# most 80 columns.
on()
{
    path=$1
    code=$2
    words=$3
    shift 3
    expect "$code" "$words" env PATH="$path" "$@"
    awk 'length($0) > 80 { print; exit 1 }' "$tmp/stdout" ||
        wrong "$*: this is over 80 columns"
}

doctor="sh tests/tools/doctor/doctor.sh libsodium openssl libcjson"
cc=$(first_of cc gcc clang)

# --- Machines ----------------------------------------------------------------

# A Debian with only its utilities, and a user who is not root.
bare=$tmp/bare
userland "$bare"
rm -f "$bare/id" "$bare/uname"
stub "$bare/id" 'echo 1000'
stub "$bare/uname" 'echo Linux'
stub "$bare/apt-get" 'exit 1'
stub "$bare/sudo" 'exit 1'
also "$bare" make

# copy NAME [OTHER]: the folder of a machine that begins as OTHER, or bare.
copy()
{
    mkdir "$tmp/$1"
    for tool in "$tmp/${2-bare}"/*; do
        ln -s "$tool" "$tmp/$1/${tool##*/}"
    done
}

# The same with a compiler, and with all libraries in version 3.1.
copy whole
also "$tmp/whole" as ld
stub "$tmp/whole/cc" "exec $cc \"\$@\""
stub "$tmp/whole/pkg-config" "case \$* in
    --cflags*|'--libs libsodium'|'--libs openssl') exec $(path_of pkg-config) \"\$@\" ;;
    --*version*) echo 3.1 ;;
    esac"

# --- doctor ------------------------------------------------------------------

# Nothing is missing. One port is in use, and the others are free.
whole=$tmp/whole
$cc -o "$tmp/probe" tests/tools/doctor/probe.c || exit 1
mkfifo "$tmp/end" "$tmp/port"
"$tmp/probe" hold <"$tmp/end" >"$tmp/port" &
exec 9>"$tmp/end"
read -r busy <"$tmp/port"

on "$whole" 0 "Nothing is missing" env SERVER_PORT=0 RECEIVER_PORT="$busy" \
    $doctor
prints "ok      compiler"
prints "ok      libsodium      3.1"
prints "ok      loopback"
prints "note    certificates   install the package openssl: make eve shows TLS with it"
prints "note    port $busy"
prints 'make receiver ME=bob ARGS="--port 4445"'
on "$whole" 0 'make server ARGS="--port 8081"' env SERVER_PORT="$busy" $doctor
prints "SERVER=http://127.0.0.1:8081"
on "$whole" 1 "make doctor CRYPTO=openssl" env CRYPTO=none $doctor
prints "FAILED  backend"
on "$whole" 1 "3.81 is needed" env MAKE_VERSION=3.80 $doctor

# A library without an algorithm, and a folder in which no program runs.
printf '%s\n' 'openssl_conf = a' '[a]' 'alg_section = b' '[b]' \
    'default_properties = fips=yes' >"$tmp/fips.cnf"
on "$whole" 0 "ok      algorithms     all algorithms of openssl work" env CRYPTO=openssl \
    OPENSSL_CONF=/dev/null $doctor
prints "ok      folder"
on "$whole" 1 "FAILED  algorithms" env CRYPTO=openssl \
    OPENSSL_CONF="$tmp/fips.cnf" $doctor
prints "has no working ChaCha20-Poly1305"
prints "type: unset OPENSSL_CONF"
copy noexec whole
stub "$tmp/noexec/cp" 'cat "$1" >"$2"' # the copy is not executable
on "$tmp/noexec" 1 "FAILED  folder         no program runs in it" $doctor
prints "type: cp -R . ~/chat-lab"
set -- .doctor.*
[ ! -e "$1" ] || wrong "doctor leaves $1"

# Without a compiler, the checks that need one are skipped.
on "$bare" 1 "MISSING compiler       there is no cc" $doctor
prints "type: sudo apt-get install gcc libc6-dev"
prints "note    loopback       skipped: needs the compiler"
prints "MISSING pkg-config"
prints "libsodium      cryptography (CRYPTO=libsodium); skipped: no pkg-config"

# CC names a compiler that is in no package.
on "$whole" 1 "type: make doctor CC=cc" env CC=clang-99 $doctor
prints "MISSING compiler       there is no clang-99"

# A compiler that builds nothing; one without sanitizers.
copy broken
stub "$tmp/broken/cc" 'echo "no headers" >&2; exit 1'
on "$tmp/broken" 1 "FAILED  compiler       cc: no headers" $doctor
copy plain whole
stub "$tmp/plain/cc" 'case "$*" in *-fsanitize*) exit 1 ;; esac' \
    "exec $cc \"\$@\""
on "$tmp/plain" 0 "note    sanitizer      address: does not link" $doctor

# Ubuntu with its default settings: only root may create namespaces.
copy ubuntu whole
rm -f "$tmp/ubuntu/bwrap"
stub "$tmp/ubuntu/bwrap" 'exit 1'
stub "$tmp/ubuntu/sysctl" 'echo 1'
on "$tmp/ubuntu" 0 "bubblewrap does not work here" $doctor
prints "type: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"

# A library that is absent, and one that is too old.
copy lacks
stub "$tmp/lacks/pkg-config" 'case $* in *libcjson*) exit 1 ;; esac; echo 3.1'
on "$tmp/lacks" 1 "MISSING libcjson       JSON" env CC=none $doctor
prints "type: sudo apt-get install libcjson-dev"
stub "$tmp/lacks/pkg-config" \
    'case $* in *"openssl >= 3.0"*) exit 1 ;; esac; echo 1.1.1'
on "$tmp/lacks" 1 "OLD     openssl        1.1.1 is installed, 3.0 is needed" \
    env CC=none $doctor
prints "Debian 12, "

# --- make doctor in a tree without build/ -------------------------------------

mkdir -p "$tmp/kit/tests/tools"
cp -R Makefile backends "$tmp/kit"
cp -R tests/tools/doctor tests/tools/deps.sh "$tmp/kit/tests/tools"
# made WORDS [ARGUMENT]: make doctor there fails and prints WORDS.
made()
{
    words=$1
    shift
    on "$bare" 2 "$words" make --no-print-directory -C "$tmp/kit" doctor "$@"
}

made "make: *** "
prints "MISSING compiler"
made "FAILED  backend" CRYPTO=none
mkdir "$tmp/kit/build"
stub "$bare/find" 'echo build/none' # a path that cannot be written
made "none is another user's"
prints "type: sudo chown -R"
rm "$bare/find"
rmdir "$tmp/kit/build" || wrong "make doctor builds"

# --- deps --------------------------------------------------------------------

how="sh tests/tools/deps.sh --how"
on "$bare" 0 "sudo apt-get install libssl-dev gcc libc6-dev" $how openssl cc
on "$bare" 0 "sudo apt-get install pandoc weasyprint" $how pandoc weasyprint
on "$bare" 1 "Missing: cc pkg-config check" \
    sh tests/tools/deps.sh --check cc pkg-config check
on "$bare" 1 "To install it, type: sudo apt-get install pandoc" \
    sh tests/tools/deps.sh --check pandoc

# other MANAGER: a machine with that package manager instead.
other()
{
    copy "$1"
    rm "$tmp/$1/apt-get"
    stub "$tmp/$1/$1" "echo \"$1 \$*\" >\"\$STUBS/ran\"; touch \"\$STUBS/brewed\""
}

other dnf
on "$tmp/dnf" 0 "sudo dnf install libsodium-devel pkgconf-pkg-config" \
    $how libsodium pkg-config
on "$tmp/dnf" 0 "sudo dnf install libasan libubsan" $how sanitizers
on "$tmp/dnf" 1 "Type: sudo dnf install pkgconf-pkg-config" \
    sh tests/tools/deps.sh pkg-config
other pacman
on "$tmp/pacman" 0 "sudo pacman -S pandoc-cli python-weasyprint" \
    $how pandoc weasyprint
other brew
on "$tmp/brew" 0 "brew install openssl@3 libsodium" $how openssl libsodium
on "$tmp/brew" 0 "xcode-select --install && brew install pkgconf" \
    $how cc pkg-config
on "$tmp/brew" 1 "Type: xcode-select --install" sh tests/tools/deps.sh cc

# brew installs, and deps.sh checks again afterwards.
stub "$tmp/brew/pkg-config" 'test -e "$STUBS/brewed"'
on "$tmp/brew" 0 "Installing: brew install libsodium" sh tests/tools/deps.sh libsodium
[ "$(cat "$tmp/ran")" = "brew install libsodium" ] ||
    wrong "brew was told: $(cat "$tmp/ran")"

# A library that is too old, on a system that has no newer one: advice instead
# of a command that would change nothing.
copy ancient
stub "$tmp/ancient/pkg-config" \
    'case $* in *openssl*">="*) exit 1 ;; esac; echo 1.1.1n'
stub "$tmp/ancient/apt-get" ''
stub "$tmp/ancient/sudo" '"$@"'
old="openssl 1.1.1n is installed, but the lab needs 3.0 or later: Debian 12, "
on "$tmp/ancient" 1 "$old" sh tests/tools/deps.sh openssl
on "$tmp/ancient" 1 "$old" sh tests/tools/deps.sh --check openssl
! grep -qi -e 'type:' -e 'still missing' "$tmp/stdout" "$tmp/stderr" ||
    wrong "deps.sh advises a command that changes nothing"
stub "$tmp/ancient/apt-get" 'exit 1'
on "$tmp/ancient" 1 "$old" sh tests/tools/deps.sh openssl
copy foreign
cp "$tmp/ancient/pkg-config" "$tmp/foreign"
rm "$tmp/foreign/apt-get"
on "$tmp/foreign" 1 "$old" sh tests/tools/deps.sh openssl
stub "$tmp/foreign/dnf" ''
on "$tmp/foreign" 1 "$old" sh tests/tools/deps.sh openssl
! grep -qi 'type:' "$tmp/stdout" "$tmp/stderr" ||
    wrong "deps.sh installs a package that is too old"
on "$tmp/foreign" 1 "Type: sudo dnf install gcc" \
    env CC= sh tests/tools/deps.sh openssl cc
on "$tmp/foreign" 1 "CC=clang-99: there is no such compiler" \
    env CC=clang-99 sh tests/tools/deps.sh cc
rm "$tmp/foreign/sudo"
on "$tmp/foreign" 1 "Type: su -c 'dnf install gcc'" sh tests/tools/deps.sh cc

# The old library is in a folder of the user, and hides that of the system.
stub "$tmp/ancient/pkg-config" 'case $* in
    *">="*) exit 1 ;;
    --variable*) echo "$STUBS" ;;
    *) echo 1.1.1n ;;
    esac'
on "$tmp/ancient" 1 "openssl 1.1.1n is installed in $tmp (PKG_CONFIG_PATH)" \
    env PKG_CONFIG_PATH="/none:$tmp" sh tests/tools/deps.sh --check openssl
stub "$tmp/ancient/apt-get" ''
stub "$tmp/ancient/pkg-config" 'exit 1'
on "$tmp/ancient" 1 "Still missing: openssl" sh tests/tools/deps.sh openssl
on "$bare" 0 "0.9.75" sh tests/tools/deps.sh --needs libmicrohttpd

# macOS without Homebrew, and an unknown system.
copy none
rm "$tmp/none/apt-get"
on "$tmp/none" 0 "(your package manager) install check" $how check
rm "$tmp/none/uname"
stub "$tmp/none/uname" 'echo Darwin'
on "$tmp/none" 0 "brew install check  # brew: see https://brew.sh" $how check

finish "doctor and deps"
