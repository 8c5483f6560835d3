#!/bin/sh
# SPDX-License-Identifier: MIT
#
# places.sh [CIRCUMSTANCE...]: checks that make demo, make check and make grade
# work for an unprivileged user, in a folder with spaces and umlauts, under
# these circumstances. Without arguments it tests all circumstances in two
# runs, because a run has only one locale. MAKE is the make to test.
#
# It prints a line for each run, and keeps the log of one that fails. Run by
# root, it becomes the user nobody. Only root can also switch IPv6 off.
set -u
export LC_ALL=C
unset MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKELEVEL
make=${MAKE:-make}
status=0

# The names of the circumstances, and texts to show. apply() has the commands.
circumstances='
umask    umask 077
home     a HOME that cannot be written
tmpdir   spaces in TMPDIR
turkish  LC_ALL=tr_TR.UTF-8
latin1   LC_ALL=de_DE.ISO-8859-1
proxy    http_proxy set to a proxy that does not answer
noipv6   no IPv6 (only as root)
nosudo   a sudo that refuses
cdpath   CDPATH set
crypto   CRYPTO=openssl in the environment
jobs     make -j8
folder   make -C from another folder
'

stop()
{
    echo "places.sh: $*" >&2
    exit 69
}

# locale_like PATTERN NAME CHARSET: the locale, as this system spells it.
locale_like()
{
    locale -a 2>/dev/null | grep -i -m 1 "^$1\$" ||
        stop "there is no locale $2.$3: on Debian and Ubuntu, type:" \
            "sudo localedef -i $2 -f $3 $2.$3"
}

# apply CIRCUMSTANCE: for this shell and what it starts.
apply()
{
    case $1 in
    umask) umask 077 ;;
    home) HOME=$base/home ;;
    tmpdir) TMPDIR="$base/tmp of Anna" ;;
    turkish) LC_ALL=$(locale_like 'tr_TR\.utf-*8' tr_TR UTF-8) || exit ;;
    latin1)
        LC_ALL=$(locale_like 'de_DE\.iso-*8859-*1' de_DE ISO-8859-1) || exit
        ;;
    proxy)
        http_proxy=http://127.0.0.1:9
        https_proxy=$http_proxy all_proxy=$http_proxy
        export http_proxy https_proxy all_proxy
        ;;
    noipv6) ipv6=no ;;
    nosudo) PATH=$base/bin:$PATH ;;
    cdpath) CDPATH=".:$tree:/" && export CDPATH ;;
    crypto) CRYPTO=openssl && export CRYPTO ;;
    jobs) options="$options -j8" ;;
    folder) from=$base/home ;;
    esac
    export HOME TMPDIR LC_ALL PATH
}

# A sudo that refuses.
stub_sudo()
{
    mkdir -p "$base/bin"
    printf '%s\n' '#!/bin/sh' 'echo "sudo: no" >&2' 'exit 1' >"$base/bin/sudo"
    chmod 755 "$base/bin/sudo"
}

# A fresh copy of this tree in $tree, which belongs to the user of the run.
place()
{
    base=$(mktemp -d "${TMPDIR:-/tmp}/places-XXXXXX") || exit 70
    tree="$base/Übung für Anna/chat lab"
    mkdir -p "$tree" "$base/home" "$base/tmp of Anna" || exit 70
    tar --exclude=./build --exclude=./.git -cf - . | tar -xf - -C "$tree"
    stub_sudo
    chmod 755 "$base" "$base/Übung für Anna"
    if [ "$(id -u)" -eq 0 ]; then
        chown -R 65534:65534 "${tree%/*}" "$base/tmp of Anna"
    fi
    chmod 555 "$base/home"
}

# as_user COMMAND...: without the rights of root, and without IPv6 if asked to.
as_user()
{
    [ "$(id -u)" -ne 0 ] ||
        set -- setpriv --reuid=65534 --regid=65534 --clear-groups \
            --bounding-set=-all --no-new-privs "$@"
    # shellcheck disable=SC2016 # for the shell in the new network
    [ $ipv6 = yes ] || set -- unshare --net sh -c 'ip link set lo up &&
        echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@"' sh "$@"
    "$@"
}

# The three commands; called in a subshell, which the circumstances change.
type_all()
{
    from=$tree
    options=
    ipv6=yes
    HOME=${tree%/*}
    for circumstance in "$@"; do
        apply "$circumstance"
    done
    cd -- "$from" >/dev/null || exit
    for target in demo check "grade SUBMISSION=solution"; do
        echo "== make $options $target"
        # shellcheck disable=SC2086 # words for make
        as_user "$make" -C "$tree" $options $target </dev/null || exit
    done
}

# run CIRCUMSTANCE...: one run under all of these.
run()
{
    place
    log=$base/log
    began=$(date +%s)
    if (type_all "$@") >"$log" 2>&1; then
        printf '  ok      %s (%d s)\n' "$*" $(($(date +%s) - began))
        rm -rf "$base"
    else
        printf '  FAILED  %s: see %s\n' "$*" "$log"
        tail -n 20 "$log" | sed 's/^/  | /'
        status=1
    fi
}

for circumstance in "$@"; do
    echo "$circumstances" | grep -q "^$circumstance " ||
        stop "there is no circumstance $circumstance." \
            "Choose from:$circumstances"
done
if [ $# -gt 0 ]; then
    run "$@"
    exit $status
fi
noipv6=noipv6
[ "$(id -u)" -eq 0 ] || {
    noipv6=
    echo "  skipped noipv6 (only root can switch IPv6 off)"
}
# shellcheck disable=SC2086 # a word, or nothing
run turkish umask home tmpdir proxy nosudo cdpath crypto jobs folder $noipv6
run latin1 tmpdir
[ $status -eq 0 ] || echo "  To find the cause: make check-places PLACE=tmpdir"
exit $status
