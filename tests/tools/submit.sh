#!/bin/sh
# SPDX-License-Identifier: MIT
#
# submit.sh GRADE DIR OUT.tar.gz: packs the three files of a hand-in, and
# prints what it packed. It warns of problems in them, but packs them anyway:
# an attempt counts even if it does not compile.
set -eu
export LC_ALL=C
grade=$1
dir=$2
out=$3

fail()
{
    echo "make submit: nothing was packed: $1" >&2
    exit 1
}

# The archive is unpacked here, to check it as the grader will.
unpacked=$(mktemp -d) || fail \
    "cannot make a temporary folder: set TMPDIR to one that you can write to"
trap 'rm -rf "$unpacked" "$out.tar"' EXIT
trap 'exit 1' HUP INT TERM

rm -f "$out" # so that an old archive is not mistaken for the new one
"$grade" --look "$dir" || fail "change what is named above"
[ -e "$dir/GROUP" ] || echo "# The names of your project group, one a line." \
    >"$dir/GROUP"

# The tar of macOS would add a ._ file for each.
COPYFILE_DISABLE=1
export COPYFILE_DISABLE
tar -cf "$out.tar" -C "$dir" GROUP sender.c receiver.c ||
    fail "tar cannot read the files or write $out.tar"
tar -xf "$out.tar" -C "$unpacked" || fail "tar cannot unpack $out.tar"
"$grade" --look "$unpacked" || fail "the grader cannot read what tar packed"
for file in GROUP sender.c receiver.c; do
    cmp "$dir/$file" "$unpacked/$file" ||
        fail "$file has changed meanwhile: type make submit again"
done
gzip -9 <"$out.tar" >"$out.new" || fail "cannot write $out.new"
mv "$out.new" "$out"

# For each file: whether its code differs from what was handed out.
prints=$("$grade" --fingerprints "$dir") || prints=
changed=0
echo "Packed into $out:"
for file in sender.c receiver.c; do
    print=$(echo "$prints" | grep "^$file ") || print=
    if [ -z "$print" ]; then
        state="not compared with what was handed out"
        changed=1
    elif [ "$print" = "$file empty" ]; then
        state="has no code"
    elif grep -qxF -e "$print" tests/grade/shipped.txt; then
        state="as it was handed out"
    else
        state="changed by you"
        changed=1
    fi
    printf '  %-11s %4d lines, %s\n' $file "$(wc -l <"$dir/$file")" "$state"
done

names=$("$grade" --names "$dir") || names=
if [ -n "$names" ]; then
    echo "  GROUP       $(echo "$names" | paste -s -d , - | sed 's/,/, /g')"
else
    echo "  GROUP       no names: write them into $dir/GROUP, then pack again"
fi
[ $changed -eq 1 ] ||
    echo "You have not changed any code yet: this is not an attempt."
