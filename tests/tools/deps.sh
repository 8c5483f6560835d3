#!/bin/sh
# SPDX-License-Identifier: MIT
#
# deps.sh [--check | --how | --needs] MODULE..., or deps.sh --systems: installs
# those of these modules that are missing.
#
# It prints what it is going to do, and uses the system's package manager:
# apt-get (through sudo when not root) or brew; for dnf and pacman it prints the
# command. With --check it only names them and fails. With --how it prints the
# one command that installs these modules here, missing or not. With --needs it
# prints the oldest version of a module that works. With --systems it prints
# which systems have all of these versions.
set -u
export LC_ALL=C

# What a module is: a program in PATH; or a library that pkg-config knows, with
# the oldest version that has all functions the kit calls; or a runtime, which
# only doctor.sh can try. A comma joins two packages. A dash in the last column
# means that it comes with Apple's tools.
#
# module       is       Debian                Fedora               Arch               Homebrew
table='
cc             program  gcc,libc6-dev         gcc                  gcc                -
ar             program  binutils              binutils             binutils           -
make           program  make                  make                 make               -
pkg-config     program  pkg-config            pkgconf-pkg-config   pkgconf            pkgconf
check          0.11     check                 check-devel          check              check
libcjson       1.7.13   libcjson-dev          cjson-devel          cjson              cjson
libcurl        7.66     libcurl4-openssl-dev  libcurl-devel        curl               curl
libmicrohttpd  0.9.75   libmicrohttpd-dev     libmicrohttpd-devel  libmicrohttpd      libmicrohttpd
libsodium      1.0.18   libsodium-dev         libsodium-devel      libsodium          libsodium
openssl        3.0      libssl-dev            openssl-devel        openssl            openssl@3
sqlite3        3.24     libsqlite3-dev        sqlite-devel         sqlite             sqlite
wolfssl        5.2      libwolfssl-dev        wolfssl-devel        wolfssl            wolfssl
sanitizers     runtime  gcc                   libasan,libubsan     gcc                -
libfuzzer      runtime  clang,libclang-rt-dev clang,compiler-rt    clang,compiler-rt  llvm
bwrap          program  bubblewrap            bubblewrap           bubblewrap         -
clang-tidy     program  clang-tidy            clang-tools-extra    clang              llvm
cppcheck       program  cppcheck              cppcheck             cppcheck           cppcheck
parallel       program  parallel              parallel             parallel           parallel
python3        program  python3               python3              python              python3
pandoc         program  pandoc                pandoc               pandoc-cli         pandoc
weasyprint     program  weasyprint            weasyprint           python-weasyprint  weasyprint
'
systems='Debian 12, Ubuntu 22.04, Fedora 38, Arch and Homebrew'

# cell MODULE COLUMN: what is in the table, or nothing.
cell()
{
    printf '%s' "$table" | awk -v m="$1" -v c="$2" '$1 == m {print $c}'
}

have()
{
    command -v "$1" >/dev/null 2>&1
}

# is_there MODULE. The compiler is the one that CC names.
is_there()
{
    is=$(cell "$1" 2)
    case $1:$is in
    cc:*) set -- "${CC:-cc}" && have "${1%% *}" ;;
    parallel:*) # moreutils has another program of that name
        parallel --version 2>/dev/null </dev/null | grep -q '^GNU parallel' ;;
    *:program) have "$1" ;;
    *) pkg-config --exists "$1 >= ${is:-0}" >/dev/null 2>&1 ;;
    esac
}

# too_old MODULE: whether the installed version is too old. Installing packages
# does not change that. Prints the version.
too_old()
{
    case $(cell "$1" 2) in
    [0-9]*) ! is_there "$1" && pkg-config --modversion "$1" 2>/dev/null ;;
    *) false ;;
    esac
}

# other_compiler: whether CC names a compiler that is in none of the packages.
other_compiler()
{
    case ${CC:-cc} in
    cc | gcc | cc\ * | gcc\ *) false ;;
    esac
}

# advise WORDS MODULE...: prints what to do about these modules, and exits. For a
# library that is too old, and a CC that does not exist, it prints a sentence:
# installing a package does not help. For the others it prints WORDS and the
# command that installs them. WORDS is empty if that command has been tried.
advise()
{
    words=$1
    shift
    absent=
    for module in "$@"; do
        if [ "$module" = cc ] && other_compiler; then
            echo "CC=$CC: there is no such compiler: install it, or use" \
                "another one, for example: make CC=cc" >&2
        elif version=$(too_old "$module"); then
            echo "$module $version is installed$(shadow "$module"), but the" \
                "lab needs $(cell "$module" 2) or later: $systems have it" >&2
        else
            absent="$absent $module"
        fi
    done
    # shellcheck disable=SC2086 # one word for each module
    case $words:$absent in
    *:) ;;
    :*) echo "Still missing:$absent. If it is installed in another folder," \
        "set PATH and PKG_CONFIG_PATH" >&2 ;;
    *) echo "$words $(how $absent)" >&2 ;;
    esac
    exit 1
}

# shadow MODULE: the folder of PKG_CONFIG_PATH that it comes from, if any. The
# system may have a newer one.
shadow()
{
    folder=$(pkg-config --variable=pcfiledir "$1" 2>/dev/null)
    case :${PKG_CONFIG_PATH-}: in
    *":$folder:"*) [ ! -d "$folder" ] || echo " in $folder (PKG_CONFIG_PATH)" ;;
    esac
}

missing_of()
{
    for module in "$@"; do
        is_there "$module" || echo "$module"
    done
}

# packages_of COLUMN MODULE...: their packages there, each once. A module that
# is not in the table has the same name in every system.
packages_of()
{
    column=$1
    shift
    for module in "$@"; do
        found=$(cell "$module" "$column")
        echo "${found:-$module}"
    done | tr ',' '\n' | awk '!seen[$0]++' | tr '\n' ' ' | sed 's/ $//'
}

# The package manager of this system, by its command.
manager()
{
    for command in apt-get dnf pacman brew; do
        have "$command" && echo "$command" && return
    done
    [ "$(uname -s)" != Darwin ] || echo brew
}

# root COMMAND: the command line that runs it as root.
root()
{
    if [ "$(id -u)" -eq 0 ]; then
        echo "$1"
    elif have sudo; then
        echo "sudo $1"
    else
        echo "su -c '$1'"
    fi
}

# how MODULE...: the command that installs them here.
how()
{
    # shellcheck disable=SC2046 # one word for each package
    case $(manager) in
    apt-get) root "apt-get install $(packages_of 3 "$@")" ;;
    dnf) root "dnf install $(packages_of 4 "$@")" ;;
    pacman) root "pacman -S $(packages_of 5 "$@")" ;;
    brew) how_brew $(packages_of 6 "$@") ;;
    *) echo "(your package manager) install $*" ;;
    esac
}

# how_brew PACKAGE...: a dash means Apple's own tools.
how_brew()
{
    apple=
    formulas=
    for package in "$@"; do
        case $package in
        -) apple='xcode-select --install' ;;
        *) formulas="$formulas $package" ;;
        esac
    done
    brew=${formulas:+brew install$formulas}
    have brew || brew=${brew:+$brew  # brew: see https://brew.sh}
    echo "$apple${apple:+${brew:+ && }}$brew"
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        echo "Not root and no sudo. As root, type: $*" >&2
        return 1
    fi
}

# Runs a command of a package manager, showing its output only if it fails.
quietly()
{
    log=$(mktemp) || return 1
    "$@" >"$log" 2>&1 </dev/null
    status=$?
    [ $status -eq 0 ] || cat "$log" >&2
    rm -f "$log"
    return $status
}

install_debian()
{
    echo "Installing: apt-get install $*"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    # Package lists can be old or empty: try with them, then with new ones.
    quietly as_root apt-get install -y --no-install-recommends "$@" \
        2>/dev/null && return
    [ "$(id -u)" -eq 0 ] || have sudo || return 1
    quietly as_root apt-get update
    quietly as_root apt-get install -y --no-install-recommends "$@"
}

# install MODULE...: installs them if the package manager asks no questions.
install()
{
    case " $* " in
    *" cc "*) ! other_compiler || return 1 ;;
    esac
    command=$(how "$@")
    # shellcheck disable=SC2046 # one word for each package
    case $command in
    *apt-get*) install_debian $(packages_of 3 "$@") ;;
    "brew install "*)
        echo "Installing: $command"
        have brew && brew install $(packages_of 6 "$@")
        ;;
    *) false ;;
    esac
}

mode=
case ${1-} in
--how) shift; how "$@"; exit ;;
--needs) cell "$2" 2; exit ;;
--systems) echo "$systems"; exit ;;
--check) mode=$1; shift ;;
esac

missing=$(missing_of "$@")
[ -n "$missing" ] || exit 0

# shellcheck disable=SC2086 # one word for each module from here on
set -- $missing
echo "Missing:" "$@"
[ "$mode" != --check ] || advise "To install it, type:" "$@"
install "$@" || advise "Type:" "$@"

# Check what was installed.
# shellcheck disable=SC2046
set -- $(missing_of "$@")
[ $# -eq 0 ] || advise "" "$@"
