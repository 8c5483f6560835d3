#!/bin/sh
# SPDX-License-Identifier: MIT
#
# example.sh BUILD OUT.html: writes the page of a chat with the check values of
# protocol.md, section 8. It is the same page on every day and every machine.
set -eu
export LC_ALL=C
build=$1
out=$2

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# The page orders events at the same time by cause: sent, then received.
"$build/tests/tools/trace/example" tests/vectors/protocol_vectors.json \
    "$dir/server" "$dir/receiver" "$dir/sender" 2>"$dir/warnings" || {
    cat "$dir/warnings" >&2
    exit 1
}
for name in server receiver sender; do
    sed 's/"us":[0-9]*/"us":0/' "$dir/$name" >"$dir/$name.jsonl"
done

# The tool as make trace builds it, whatever this build is.
printf '{"event":"about","title":"%s","warning":"%s","tool":"%s"}\n' \
    "One example, all the way" \
    "Everyone knows these keys: they are the check values of protocol.md, \
section 8. Never use them in a real chat." \
    build/libsodium/tests/tools/trace/recompute >"$dir/about.jsonl"
sh tests/tools/trace/page.sh "$build" "$dir/about.jsonl" "$dir/server.jsonl" \
    "$dir/receiver.jsonl" "$dir/sender.jsonl" >"$out.$$"
mv "$out.$$" "$out"
