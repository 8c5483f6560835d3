# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Makes a folder that is the whole PATH of a test: the utilities of POSIX, and
# programs that the test names. Read it with
# ". tests/tools/portable/userland.sh".

# The utilities of POSIX.1-2017, without editors, printing, mail, scheduling and
# compilers. userland adds sh and awk, and the caller make.
posix='[ ar basename bc cat chgrp chmod chown cksum cmp comm cp cut date dd df
    diff dirname du echo ed env expand expr false file find fold getconf grep
    head iconv id join kill link ln locale logname ls mkdir mkfifo mv nice nl
    nm nohup od paste patch pathchk pax pr printf ps pwd rm rmdir sed sleep
    sort split strip stty tail tee test time touch tput tr true tsort tty
    uname unexpand uniq unlink uudecode uuencode wc who xargs'

# Not in POSIX, but on every system that students have: mktemp (our
# scripts make temporary folders), tar and gzip (a hand-in and the kit itself
# are a tar.gz; the pax of POSIX is often not installed).
common='mktemp tar gzip'

# path_of TOOL: where it is, or nothing.
path_of()
{
    case $(command -v "$1" 2>/dev/null) in
    /*) command -v "$1" ;;
    esac
}

# first_of TOOL...: where the first one that exists is.
first_of()
{
    for tool in "$@"; do
        [ -z "$(path_of "$tool")" ] || { path_of "$tool"; return; }
    done
}

# userland DIR: fills DIR with utilities: those of busybox if it is installed,
# because they are not GNU's; the awk of macOS if it is installed; dash as sh.
userland()
{
    mkdir -p "$1"
    applets=" $(busybox --list 2>/dev/null | tr '\n' ' ') "
    for tool in $posix $common; do
        case $applets in
        *" $tool "*) from=$(path_of busybox) ;;
        *) from=$(path_of "$tool") ;;
        esac
        [ -z "$from" ] || ln -s "$from" "$1/$tool"
    done
    ln -s "$(first_of original-awk awk)" "$1/awk"
    ln -s "$(first_of dash sh)" "$1/sh"
}

# also DIR TOOL...: these too, if they are there.
also()
{
    to=$1
    shift
    for tool in "$@"; do
        [ -z "$(path_of "$tool")" ] || ln -s "$(path_of "$tool")" "$to/$tool"
    done
}
