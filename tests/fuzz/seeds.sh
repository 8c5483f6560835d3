#!/bin/sh
# SPDX-License-Identifier: MIT
#
# seeds.sh TARGET: prints the folders with inputs for TARGET: its corpus and, if
# it reads JSON, the files of JSONTestSuite if they are present.
# seeds.sh --note: prints a note if they are absent.
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
