#!/bin/sh
# SPDX-License-Identifier: MIT
#
# floors.sh [FILE...]: the folders are floors of one house, and includes only
# go downwards. Prints each include that goes up, and fails. Without FILE it
# checks every C file of the product.
set -u
export LC_ALL=C

# Lowest floor first. A folder that is not here may include everything.
floors='backends lib server/store server/chat server/http server/commands server'

[ $# -gt 0 ] || set -- backends/*.[ch] lib/*.[ch] server/*.c server/*/*.[ch] \
    solution/*.c starter/*.c

awk -v floors="$floors" '
function folder(path)
{
    sub(/\/[^\/]*$/, "", path)
    return path
}
BEGIN {
    n = split(floors, name, " ")
    for (i = 1; i <= n; i++)
        floor[name[i]] = i
    # Students include the kit, which is lib/.
    floor["solution"] = floor["starter"] = floor["lib"]
}
/^#include "/ {
    split($0, part, "\"")
    from = folder(FILENAME)
    to = folder(part[2])
    if (!(to in floor) || floor[to] > floor[from]) {
        printf "%s:%d: %s must not include %s: %s is %s\n", FILENAME, FNR,
            from, part[2], to, to in floor ? "a higher floor" : "no floor"
        wrong = 1
    }
}
END { exit wrong }' "$@"
