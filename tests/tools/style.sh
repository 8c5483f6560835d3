#!/bin/sh
# SPDX-License-Identifier: MIT
# style.sh: checks the layout of C files (clang-format) and shell files
# (shellcheck). If a tool is absent, prints that its check is skipped.
set -u
export LC_ALL=C
status=0

# named PATTERN: the files of that name, without those that are built.
named()
{
    find . -name build -prune -o -name "$1" -print
}

if command -v clang-format >/dev/null 2>&1; then
    named '*.[ch]' | xargs clang-format --dry-run --Werror ||
        { echo "To lay them out, type: make format" >&2; status=1; }
else
    echo "skipped: layout (clang-format is absent)"
fi

if command -v shellcheck >/dev/null 2>&1; then
    named '*.sh' | xargs shellcheck .ci/run || status=1
else
    echo "skipped: shell files (shellcheck is absent)"
fi

for script in $(named '*.sh') .ci/run; do
    if sed 1q "$script" | grep -q '^#!' &&
        ! grep -qx 'export LC_ALL=C' "$script"; then
        echo "$script: add \"export LC_ALL=C\": in a Turkish locale" \
            '[A-Za-z] does not match "i"' >&2
        status=1
    fi
done

exit $status
