#!/bin/sh
# SPDX-License-Identifier: MIT
#
# submit.sh GRADE DIR [FOLDER]: packs the three files of a hand-in into
# FOLDER/hand-in-LOGIN-LOGIN.tar.gz, and prints what it packed. LOGIN are the
# login ids in GROUP, which make grade-class finds in the gradebook. Without them
# it packs nothing. It warns of other problems, but packs anyway: an attempt
# counts even if it does not compile.
set -eu
export LC_ALL=C
grade=$1
dir=$2
folder=${3:+$3/}

fail()
{
    echo "make submit: nothing was packed: $1" >&2
    exit 1
}

how="write a line for each member of your group: the login id that you type in \
Canvas or Moodle, a comma, and the name, like: jdoe42, Jane Doe"

# read_login LINE: the login id in a line of GROUP, before the first comma, as id.
read_login()
{
    id=$(printf '%s\n' "${1%%,*}" | sed 's/ *$//')
    case $id in
    '' | *[!A-Za-z0-9._@+-]*)
        fail "$dir/GROUP: the line \"$1\" has no login id: $how"
        ;;
    esac
    [ ${#id} -le 64 ] || fail "$dir/GROUP: the login id $id is too long: $how"
}

"$grade" --look "$dir" || fail "change what is named above"
names=$("$grade" --names "$dir") || names=
[ -n "$names" ] || fail "$dir/GROUP is empty: $how"
stem=hand-in
while IFS= read -r line; do
    read_login "$line"
    stem=$stem-$(echo "$id" | tr '@+' __)
done <<END
$names
END
# A file name has at most 255 bytes, and the LMS adds its own words.
out=$folder$(echo "$stem" | cut -c 1-120).tar.gz
rm -f "$out" # so that an old archive is not mistaken for the new one

# The archive is unpacked here, to check it as the grader will.
unpacked=$(mktemp -d) || fail \
    "cannot make a temporary folder: set TMPDIR to one that you can write to"
trap 'rm -rf "$unpacked" "$out.tar"' EXIT
trap 'exit 1' HUP INT TERM

# The tar of macOS would add a ._ file for each.
COPYFILE_DISABLE=1
export COPYFILE_DISABLE
tar -cf "$out.tar" -C "$dir" GROUP sender.c receiver.c ||
    fail "tar cannot read the files or write $out.tar: make GROUP, sender.c and \
receiver.c readable, the folder of the archive writable, and type it again"
tar -xf "$out.tar" -C "$unpacked" ||
    fail "tar cannot unpack $out.tar: set TMPDIR to a folder with free space"
"$grade" --look "$unpacked" || fail "the grader cannot read what tar packed: \
ask your instructor, and show the error above"
for file in GROUP sender.c receiver.c; do
    cmp "$dir/$file" "$unpacked/$file" ||
        fail "$file has changed meanwhile: type make submit again"
done
gzip -9 <"$out.tar" >"$out.new" || fail \
    "cannot write $out.new: delete files that you no longer need"
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

printf '  GROUP       %s\n' "$(printf '%s\n' "$names" |
    awk 'NR > 1 { printf "; " } { printf "%s", $0 }')"
[ $changed -eq 1 ] ||
    echo "You have not changed any code yet: this is not an attempt."
