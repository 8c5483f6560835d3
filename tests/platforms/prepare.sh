#!/bin/sh
# SPDX-License-Identifier: MIT
#
# prepare.sh: installs what the grader needs and builds it, in the kit that this
# file is in. A platform's bundle calls it once for each image, or each machine.
set -eu
export LC_ALL=C
cd -- "$(dirname -- "$0")/../.."
as_root=
if [ "$(id -u)" -ne 0 ] && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
fi
$as_root sh tests/tools/deps.sh make
$as_root make --no-print-directory deps
$as_root sh tests/tools/deps.sh bwrap python3
make --no-print-directory grader
