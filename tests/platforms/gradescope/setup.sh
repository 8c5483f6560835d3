#!/bin/sh
# SPDX-License-Identifier: MIT
#
# setup.sh: Gradescope calls it once, as root, when it builds the image from
# autograder.zip, which it has unpacked to /autograder/source.
set -eu
export LC_ALL=C
# Students' programs run in the same container, as other users.
chmod 700 /autograder/source
sh /autograder/source/kit/tests/platforms/prepare.sh
