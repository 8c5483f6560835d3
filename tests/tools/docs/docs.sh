#!/bin/sh
# SPDX-License-Identifier: MIT
#
# docs.sh ARCHIVE: types every command of the pages, as a reader would. Those of
# the handout are typed in the student archive.
set -eu
export LC_ALL=C

if ! command -v python3 >/dev/null 2>&1; then
    echo "skipped: commands of the pages (python3 is absent)"
    exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 tests/tools/docs/selftest.py
python3 tests/tools/docs/run.py "$1"
