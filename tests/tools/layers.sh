#!/bin/sh
# SPDX-License-Identifier: MIT
#
# layers.sh [FILE...]: the folders are layers. A file may include files of its
# layer and of lower ones. Prints each include from a higher layer, and fails.
# Without FILE it checks every C file of the product.
set -u
export LC_ALL=C

# The lowest layer first.
layers='backends lib server/store server/chat server/http server/commands server'

[ $# -gt 0 ] || set -- backends/*.[ch] lib/*.[ch] server/*.c server/*/*.[ch] \
    solution/*.c starter/*.c

awk -v layers="$layers" '
function folder(path)
{
    sub(/\/[^\/]*$/, "", path)
    return path
}
BEGIN {
    n = split(layers, name, " ")
    for (i = 1; i <= n; i++)
        layer[name[i]] = i
    # The programs of students use the kit, which is lib/.
    layer["solution"] = layer["starter"] = layer["lib"]
}
/^#include "/ {
    split($0, part, "\"")
    from = folder(FILENAME)
    to = folder(part[2])
    if (!(to in layer) || layer[to] > layer[from]) {
        printf "%s:%d: %s must not include %s: %s is %s\n", FILENAME, FNR,
            from, part[2], to, to in layer ? "a higher layer" : "not a layer"
        wrong = 1
    }
}
END { exit wrong }' "$@"
