#!/bin/sh
# SPDX-License-Identifier: MIT
#
# seeds.sh TARGET: the folders with inputs for it: what is kept, and for those
# that read JSON the files of JSONTestSuite, where they are.
# seeds.sh --note: says so where they are not.
set -eu
export LC_ALL=C

suite=../shared/data/jsontestsuite/test_parsing
case $1 in
--note) [ -d "$suite" ] || echo "  skipped: JSONTestSuite ($suite is absent)" ;;
json | m4 | m5 | login | userinfo)
    echo "tests/fuzz/corpus/$1"
    [ ! -d "$suite" ] || echo "$suite" ;;
*) echo "tests/fuzz/corpus/$1" ;;
esac
