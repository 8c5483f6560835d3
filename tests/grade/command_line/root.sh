#!/bin/sh
# SPDX-License-Identifier: MIT
#
# root.sh GRADER: for root, programs under test run as another user, and as
# different ones if two gradings run at the same time.
# shellcheck disable=SC2086 # $right is several words
set -u
export LC_ALL=C
. tests/grade/command_line/expect.sh

if [ "$(id -u)" -ne 0 ]; then
    echo "skipped: two gradings by root (not root)"
    finish
fi

mkdir "$tmp/prints-user"
cp starter/receiver.c "$tmp/prints-user"
cat >"$tmp/prints-user/sender.c" <<'C'
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    fprintf(stderr, "my user is %d\n", (int)getuid());
    return 1;
}
C
# print_user GRADER...: grades that program and prints its line.
print_user()
{
    "$@" --submission "$tmp/prints-user" --only M4-01 2>&1 |
        sed -n 's/.*\(my user is [0-9]*\).*/\1/p' | head -n 1
}

# The first grading waits in its compiler until the second one is over.
mkfifo "$tmp/gate"
cat >"$tmp/cc" <<CC
#!/bin/sh
[ ! -p "$tmp/gate" ] || read -r line <"$tmp/gate"
exec cc "\$@"
CC
chmod +x "$tmp/cc"
use_compiler "$tmp/conf"
{
    print_user build/libsodium/grade --kit . --conf "$tmp/conf" >"$tmp/first"
    # If it ended before it compiled, open the gate here, or await_at_gate
    # waits for ever.
    [ ! -p "$tmp/gate" ] || : <"$tmp/gate"
} &
await_at_gate # it has its user now
second=$(print_user sh "$grader")
echo continue >&3
release_from_gate
wait
expect 0 "my user is" cat "$tmp/first"
expect 0 "my user is" echo "$second"
expect 1 "" grep -qxF -e "$second" "$tmp/first"

# No other user can look into this TMPDIR.
mkdir -m 700 "$tmp/closed"
expect 0 "set TMPDIR to /tmp" env TMPDIR="$tmp/closed" $right

finish
