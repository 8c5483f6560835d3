# SPDX-License-Identifier: MIT
#
# Reads what gcov -b -c prints of one or more builds and adds it up: a line or
# a branch counts as reached when any build has reached it. Prints a row for
# each folder of LIMITS ("lib 95 90 ...", least lines and branches in percent),
# and for each file that is below its folder's limit what was not reached.

function percent(part, all)
{
    return all == 0 ? 100 : 100 * part / all
}

# The sorted numbers of LIST (words), each once, ranges as 3-5.
function ranges(list,    n, i, j, number, at, text, last)
{
    n = split(list, number, " ")
    for (i = 2; i <= n; i++) {
        at = number[i] + 0
        for (j = i - 1; j > 0 && number[j] + 0 > at; j--)
            number[j + 1] = number[j]
        number[j + 1] = at
    }
    for (i = 1; i <= n; i = j) {
        last = number[i]
        for (j = i + 1; j <= n && number[j] <= last + 1; j++)
            last = number[j]
        text = text " " number[i] (last > number[i] ? "-" last : "")
    }
    return text
}

/^ *-: *0:Source:/ {
    file = $0
    sub(/.*:Source:(\.\/)?/, "", file)
    folder = file
    sub(/\/.*/, "", folder)
    next
}

/^branch / {
    branches[file, line, $2] += $3 == "taken" ? $4 : 0
    next
}

/^ *[0-9#=]+\*?: *[0-9]+:/ {
    split($0, field, ":")
    line = field[2] + 0
    lines[file, line] += field[1] ~ /[#=]/ ? 0 : field[1] + 0
}

END {
    for (key in lines) {
        split(key, part, SUBSEP)
        all["lines", part[1]]++
        if (lines[key] > 0)
            got["lines", part[1]]++
        else
            missed["lines", part[1]] = missed["lines", part[1]] " " part[2]
        files[part[1]] = 1
    }
    for (key in branches) {
        split(key, part, SUBSEP)
        all["branches", part[1]]++
        if (branches[key] > 0)
            got["branches", part[1]]++
        else
            missed["branches", part[1]] = missed["branches", part[1]] " " part[2]
    }
    for (file in files) {
        folder = file
        sub(/\/.*/, "", folder)
        for (i = 1; i <= 2; i++) {
            what = i == 1 ? "lines" : "branches"
            all[what, folder] += all[what, file]
            got[what, folder] += got[what, file]
        }
    }

    printf "%-10s %26s %26s\n", "", "lines", "branches"
    count = split(limits, word, " ")
    status = 0
    for (i = 1; i <= count; i += 3) {
        folder = word[i]
        least["lines", folder] = word[i + 1]
        least["branches", folder] = word[i + 2]
        printf "%-10s", folder
        for (j = 1; j <= 2; j++) {
            what = j == 1 ? "lines" : "branches"
            p = percent(got[what, folder], all[what, folder])
            low = p < least[what, folder] || all[what, folder] == 0
            status = status || low
            printf " %5d/%-5d %5.1f %% (%2d)%s", got[what, folder], \
                all[what, folder], p, least[what, folder], low ? "!" : " "
        }
        print ""
    }

    sorter = "sort"
    for (file in files) {
        folder = file
        sub(/\/.*/, "", folder)
        for (j = 1; j <= 2; j++) {
            what = j == 1 ? "lines" : "branches"
            p = percent(got[what, file], all[what, file])
            if ((what, folder) in least && p < least[what, folder])
                printf "%s: %.1f %% of %s, not%s\n", file, p, what, \
                    ranges(missed[what, file]) | sorter
        }
    }
    close(sorter)
    exit status
}
