#!/bin/sh
# SPDX-License-Identifier: MIT
#
# conf.sh GRADER: the files that make writes, grade.conf and grade.sh, depend on
# what is installed, and are complete even if several makes run.
# shellcheck disable=SC2317 # expect calls run_make
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh
# Build folders only for this test.
own=build/libsodium-grade-sh
objects=build/objects-grade-sh
trap 'rm -rf "$tmp" "$own" "$objects"' EXIT

# A compiler with sanitizers only if the file cc.san exists.
conf=$own/grade.conf
cat >"$tmp/cc" <<'CC'
#!/bin/sh
for word in "$@"; do
    case $word in -fsanitize*) [ -e "$0.san" ] || exit 1 ;; esac
done
exec cc "$@"
CC
chmod +x "$tmp/cc"
run_make()
{
    make -s CRYPTO=libsodium SUFFIX=-grade-sh CC="$tmp/cc" "$@"
}
expect 0 "" run_make "$conf"
expect 1 "" grep fsanitize "$conf"
: >"$tmp/cc.san"
expect 0 "" run_make "$conf"
expect 0 "compile -fsanitize=" cat "$conf"
expect 0 "" run_make SANITIZE= "$conf"
expect 1 "" grep fsanitize "$conf"

# Several makes at the same time, as in the three terminals of the lab.
for _ in 1 2 3 4 5 6; do
    run_make "$objects/flags" "$own/client-packages" || echo failed &
done >"$tmp/makes" 2>&1
wait
expect 1 "" grep failed "$tmp/makes"

# A full disk.
limited="ulimit -f 0; make -s CRYPTO=libsodium SUFFIX=-grade-sh"
expect 2 "" sh -c "$limited '$own/grade.sh'"
expect 1 "" test -s "$own/grade.sh"

# A truncated grade.conf.
sed '$d' "build/libsodium/grade.conf" >"$tmp/truncated.conf"
expect 78 "is incomplete or not from make" build/libsodium/grade --kit . \
    --conf "$tmp/truncated.conf" --submission solution

finish
