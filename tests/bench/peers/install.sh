#!/bin/sh
# SPDX-License-Identifier: MIT
#
# install.sh: installs what the programs in this folder need: packages of Debian
# and Ubuntu, and packages of npm in build/bench/peers/. If some cannot be
# installed, make bench names the comparisons that it leaves out.
set -u
export LC_ALL=C
folder=build/bench/peers

# root COMMAND WORD...: runs it as root.
root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

set -- python3-cryptography python3-fastapi python3-uvicorn python3-uvloop \
    python3-httptools python3-flask python3-waitress
# Node that is not from Debian brings its own npm, which conflicts with Debian's.
command -v npm >/dev/null 2>&1 || set -- "$@" nodejs npm
# npm compiles better-sqlite3 if there is no binary for this system.
command -v c++ >/dev/null 2>&1 || set -- "$@" g++
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing: apt-get install $*"
    root apt-get install -y --no-install-recommends "$@" ||
        echo "Not installed: $*" >&2
else
    echo "Not installed, because apt-get is absent: $*" >&2
fi

mkdir -p "$folder" && cp tests/bench/peers/package.json "$folder/" || exit 70
if command -v npm >/dev/null 2>&1; then
    echo "Installing: npm install, in $folder/"
    (cd "$folder" && npm install --no-audit --no-fund --loglevel=error) ||
        echo "Not installed: the packages in $folder/package.json" >&2
else
    echo "Not installed, because npm is absent: the packages of Node" >&2
fi
