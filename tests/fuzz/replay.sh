#!/bin/sh
# SPDX-License-Identifier: MIT
#
# replay.sh FOLDER TARGET...: feeds each fuzz target in FOLDER the inputs that
# are kept for it, and to those that read JSON the files of JSONTestSuite.
set -eu

suite=../shared/data/jsontestsuite/test_parsing
if [ ! -d "$suite" ]; then
    echo "  skipped: JSONTestSuite ($suite is absent)"
    suite=
fi

folder=$1
shift
for target in "$@"; do
    kept=tests/fuzz/corpus/$target
    case $target in
    json | m4 | m5 | login | userinfo)
        "$folder/$target" "$kept" ${suite:+"$suite"} ;;
    *)
        "$folder/$target" "$kept" ;;
    esac
done
