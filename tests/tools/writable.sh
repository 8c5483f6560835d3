#!/bin/sh
# SPDX-License-Identifier: MIT
#
# writable.sh FILE: makes the folder of FILE, before make writes FILE. If FILE
# cannot be written, it prints the reason and what to type, and fails.
set -u
export LC_ALL=C
folder=$(dirname -- "$1")
mkdir -p -- "$folder" 2>/dev/null

# stop WHAT: prints the advice for WHAT, which cannot be written.
stop()
{
    # shellcheck disable=SC2012 # only the owner's name is read
    owner=$(ls -ld -- "$1" | awk '{ print $3 }')
    me=$(id -un 2>/dev/null) || me=$(id -u)
    [ "$1" != . ] || set -- "$PWD"
    if [ "$owner" = "$me" ] || [ "$me" = root ]; then
        echo "make: cannot write to $1: is it write-protected, or on a" \
            "read-only disk? Copy the kit to another folder and work there" >&2
    else
        echo "make: cannot write to $1, which belongs to $owner: copy the kit" \
            "to your own folder, or type: sudo chown -R $me ${1%%/*}" >&2
    fi
    exit 1
}

if [ -d "$folder" ] && [ -w "$folder" ]; then
    # With an object the compiler writes a list of its headers.
    for file in "$1" "${1%.o}.d"; do
        [ ! -e "$file" ] || [ -w "$file" ] || stop "$file"
    done
    exit 0
fi
while [ ! -e "$folder" ]; do folder=$(dirname -- "$folder"); done
stop "$folder"
