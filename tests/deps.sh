#!/bin/sh
# SPDX-License-Identifier: MIT
#
# deps.sh [--check] MODULE...: which of these pkg-config modules are missing?
#
# With --check it only names them and fails. Otherwise it says what it is going
# to do and installs them with the system's package manager: apt-get (through
# sudo when not root) or brew; for dnf and pacman it prints the command.
set -u

# module         Debian                Fedora               Arch           Homebrew
table='
check            check                 check-devel          check          check
libcjson         libcjson-dev          cjson-devel          cjson          cjson
libcurl          libcurl4-openssl-dev  libcurl-devel        curl           curl
libmicrohttpd    libmicrohttpd-dev     libmicrohttpd-devel  libmicrohttpd  libmicrohttpd
libsodium        libsodium-dev         libsodium-devel      libsodium      libsodium
openssl          libssl-dev            openssl-devel        openssl        openssl@3
sqlite3          libsqlite3-dev        sqlite-devel         sqlite         sqlite
cc               gcc                   gcc                  gcc            gcc
pkg-config       pkg-config            pkgconf              pkgconf        pkgconf
'

# package MODULE COLUMN: what the package with MODULE is called there.
package()
{
    printf '%s' "$table" | awk -v m="$1" -v c="$2" '$1 == m {print $c}'
}

have()
{
    command -v "$1" >/dev/null 2>&1
}

# The tools first: without pkg-config no library can be looked up.
missing_of()
{
    have "${CC:-cc}" || echo cc
    if ! have pkg-config; then
        echo pkg-config
        printf '%s\n' "$@"
        return
    fi
    for module in "$@"; do
        pkg-config --exists "$module" 2>/dev/null || echo "$module"
    done
}

packages_of()
{
    column=$1
    shift
    for module in "$@"; do
        package "$module" "$column"
    done | tr '\n' ' '
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
    as_root true || return
    quietly as_root apt-get update
    quietly as_root apt-get install -y --no-install-recommends "$@"
}

check_only=false
if [ "${1-}" = --check ]; then
    check_only=true
    shift
fi

missing=$(missing_of "$@")
[ -n "$missing" ] || exit 0

# shellcheck disable=SC2086 # one word for each module from here on
set -- $missing
echo "Missing: $*"
if $check_only; then
    echo "To install what is missing, type: make deps" >&2
    exit 1
fi

# shellcheck disable=SC2046
if have apt-get; then
    install_debian $(packages_of 2 "$@")
elif have dnf; then
    echo "Type: sudo dnf install $(packages_of 3 "$@")" >&2
    exit 1
elif have pacman; then
    echo "Type: sudo pacman -S $(packages_of 4 "$@")" >&2
    exit 1
elif have brew; then
    echo "Installing: brew install $(packages_of 5 "$@")"
    brew install $(packages_of 5 "$@")
else
    echo "Install the libraries with your package manager and try again." >&2
    exit 1
fi || { echo "Could not install: $*" >&2; exit 1; }

# Seen is better than believed.
left=$(missing_of "$@")
[ -z "$left" ] || { echo "Still missing: $left" >&2; exit 1; }
