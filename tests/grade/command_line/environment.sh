#!/bin/sh
# SPDX-License-Identifier: MIT
#
# environment.sh GRADER: the result does not depend on what the grader inherits:
# limits, variables, signals, libraries. If the grader cannot work with
# these, it gives no verdict, and prints what to do.
# shellcheck disable=SC2086 # $right, $private and $traced are several words
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

# Limits.
for limit in "-v 3000000" "-f 100" "-n 20"; do
    expect 71 "Type: ulimit ${limit% *}" sh -c "ulimit $limit; exec $right"
done
if command -v prlimit >/dev/null; then # sh may not know ulimit -i
    expect 71 "Type: ulimit -i 512" prlimit --sigpending=0 $right
fi

# Variables of Check.
expect 0 "Checks: 1 of 1 in ONLY passes." env CK_RUN_CASE=x CK_RUN_SUITE=y CK_FORK=no \
    CK_INCLUDE_TAGS=z CK_MAX_MSG_SIZE=1 CK_DEFAULT_TIMEOUT=1 $right

# No tools in PATH, a broken header, and a grade.sh without its grader.
expect 71 "cannot run cc" env PATH=/nonexistent /bin/sh "$grader" \
    --submission solution
mkdir "$tmp/include"
echo '#error "a wrong header"' >"$tmp/include/string.h"
expect 71 "a wrong header" env CPATH="$tmp/include" $right
mkdir -p "$tmp/moved/build/libsodium"
cp "$grader" "$tmp/moved/build/libsodium"
expect 72 "type make grade" sh "$tmp/moved/build/libsodium/grade.sh"

# The umask and blocked signals.
expect 0 "Checks: 1 of 1 in ONLY passes." sh -c "umask 777; exec $right"
if env --block-signal true 2>/dev/null; then
    expect 0 "Checks: 1 of 1 in ONLY passes." env --block-signal sh "$grader" \
        --submission solution --only M4-04
else
    echo "skipped: blocked signals (env cannot block them here)"
fi

# Variables that make programs print errors, and no variables at all.
expect 0 "Checks: 3 of 3 in ONLY pass." env LD_PRELOAD="$tmp/none.so" \
    GCC_EXEC_PREFIX=/no/ sh "$grader" --submission solution --only B
expect 0 "Checks: 3 of 3 in ONLY pass." env -i sh "$grader" --submission solution --only B

# An OpenSSL configuration that requires FIPS.
printf '%s\n' 'openssl_conf = a' '[a]' 'alg_section = b' '[b]' \
    'default_properties = fips=yes' >"$tmp/fips.cnf"
for backend in libsodium openssl; do
    expect 0 "Attempt: yes, 100 of 100." env OPENSSL_CONF="$tmp/fips.cnf" \
        sh build/$backend/grade.sh --submission solution --only M4-01
done

# A library in a folder that is not the system's, such as a home. This test links
# every program with an additional library, libprivate.so.
mkdir "$tmp/prefix"
echo 'int private_value = 1;' >"$tmp/prefix/private.c"
if [ "$(uname -s)" = Linux ]; then
    cc -shared -fPIC -o "$tmp/prefix/libprivate.so" "$tmp/prefix/private.c"
    echo '#include <stdio.h>
        int main(void) { return puts("hello") < 0; }' >"$tmp/prefix/selftest.c"
    cc -o "$tmp/prefix/selftest" "$tmp/prefix/selftest.c" "-L$tmp/prefix" \
        -Wl,--no-as-needed -lprivate
    sed -e "/^end\$/d" -e "s|^\(.*selftest\) .*|\1 $tmp/prefix/selftest|" \
        build/libsodium/grade.conf >"$tmp/conf"
    for word in "-L$tmp/prefix" -Wl,--no-as-needed -lprivate; do
        printf '%s\n' "lib $word" "other-lib $word"
    done >>"$tmp/conf"
    echo end >>"$tmp/conf"
    private="build/libsodium/grade --kit . --conf $tmp/conf \
        --submission solution --only M4-01,R4-01,T-01"
    expect 71 "libprivate.so" $private
    expect 0 "Checks: 3 of 3 in ONLY pass." env LD_LIBRARY_PATH="$tmp/prefix" $private
else
    echo "skipped: a library in a private folder (not Linux)"
fi

# A debugger, under which LeakSanitizer does not work. Without --seccomp-bpf strace
# would stop the programs at every system call, which takes a minute.
traced="strace -f --seccomp-bpf -e trace=execve -o /dev/null"
if $traced true 2>/dev/null; then
    expect 0 "leaks are not found" $traced $right
else
    echo "skipped: LeakSanitizer (no strace here, or one older than 5.3)"
fi

finish
