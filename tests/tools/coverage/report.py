# SPDX-License-Identifier: MIT
"""report.py GCOV FOLDER LINES BRANCHES ...: adds up what gcov -b -c printed.

GCOV has the output for one or more builds: a line or a branch is reached if
any build has reached it. LINES and BRANCHES are a folder's limits in percent.
Prints a row for each FOLDER, with ! where it is below a limit, and for each file
below a limit what was not reached. Exit code 1 if a folder is below a limit.
"""

import re
import sys
from collections import Counter, defaultdict

SOURCE = re.compile(r" *-: *0:Source:(?:\./)?(.*)")
LINE = re.compile(r" *([0-9#=]+)\*?: *([0-9]+):")
BRANCH = re.compile(r"branch +(\d+) (?:taken (\d+))?")
KINDS = ("lines", "branches")


def read(path):
    """For each file and kind a Counter: line, or line and branch -> count."""
    files = defaultdict(lambda: {kind: Counter() for kind in KINDS})
    with open(path, encoding="utf-8", errors="replace") as printed:
        for text in printed:
            if found := SOURCE.match(text):
                file = files[found[1]]
            elif found := BRANCH.match(text):
                file["branches"][line, found[1]] += int(found[2] or 0)
            elif found := LINE.match(text):
                line = int(found[2])
                file["lines"][line, 0] += int(found[1]) if found[1].isdigit() else 0
    return files


def percent(counts):
    return 100 * sum(map(bool, counts)) / len(counts) if counts else 100


def ranges(numbers):
    """Sorted numbers as text, with 3-5 for three in a row."""
    parts = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return " ".join(f"{a}-{b}" if b > a else str(a) for a, b in parts)


def main():
    files, limits, status = read(sys.argv[1]), sys.argv[2:], 0
    missed = []
    print(f"{'':10} {'lines':>26} {'branches':>26}")
    for folder, *least in zip(limits[::3], limits[1::3], limits[2::3]):
        row = f"{folder:10}"
        inside = {name: file for name, file in files.items() if name.startswith(folder + "/")}
        for kind, limit in zip(KINDS, map(int, least)):
            counts = [n for file in inside.values() for n in file[kind].values()]
            low = percent(counts) < limit or not counts
            status = status or int(low)
            row += (f" {sum(map(bool, counts)):5}/{len(counts):<5} {percent(counts):5.1f} % "
                    f"({limit:2}){'!' if low else ' '}")
            for name, file in inside.items():
                if percent(file[kind].values()) < limit:
                    lines = ranges(at[0] for at, n in file[kind].items() if not n)
                    missed.append(f"{name}: {percent(file[kind].values()):.1f} % of {kind}, "
                                  f"not {lines}")
        print(row)
    print("\n".join(sorted(missed)))
    return status


if __name__ == "__main__":
    sys.exit(main())
