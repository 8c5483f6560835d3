#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fuzz.sh FOLDER SECONDS TARGET...: runs each libFuzzer program in FOLDER for
# SECONDS, one after the other, and prints the results. New inputs stay in
# FOLDER/found for the next run. Each finding becomes a file in FOLDER/findings.
#
# fuzz.sh --check: fails unless there is a clang with libFuzzer.
set -eu
export LC_ALL=C

if [ "$1" = --check ]; then
    probe='int LLVMFuzzerTestOneInput(const char *p, long n) { return !p; }'
    echo "$probe" | clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null &&
        exit
    echo "Missing: clang with libFuzzer" >&2
    echo "To install it, type: $(sh tests/tools/deps.sh --how libfuzzer)" >&2
    exit 1
fi

folder=$1 seconds=$2
shift 2
status=0

# last WORD LOG: the last number after WORD in the log: "cov: 512" gives 512.
last()
{
    sed -n "s/.*$1 *\\([0-9][0-9]*\\).*/\\1/p" "$2" | tail -n 1
}

# longest TARGET: the longest input to try. Lines of message 5 and rosters are
# long; a stored password has fewer than 200 bytes.
longest()
{
    case $1 in
    m5 | roster) echo 12000 ;;
    phc) echo 200 ;;
    *) echo 5000 ;;
    esac
}

sh tests/fuzz/seeds.sh --note
mkdir -p "$folder/findings"
for target in "$@"; do
    found=$folder/found/$target log=$folder/$target.log verdict='no finding'
    mkdir -p "$found"
    # shellcheck disable=SC2046 # one word for each folder
    "$folder/$target" "$found" $(sh tests/fuzz/seeds.sh "$target") \
        -max_total_time="$seconds" -max_len="$(longest "$target")" \
        -dict=tests/fuzz/words.dict -close_fd_mask=2 -timeout=10 \
        -print_final_stats=1 -artifact_prefix="$folder/findings/$target-" \
        >"$log" 2>&1 || { status=1 verdict="FINDING: see $log"; }
    printf '  %-9s %10s inputs  %6s edges  %s\n' "$target" \
        "$(last number_of_executed_units: "$log")" "$(last cov: "$log")" \
        "$verdict"
done
exit $status
