# SPDX-License-Identifier: MIT
#
# Cuts the starter from the solution: leaves out the lines from BEGIN SOLUTION
# to END SOLUTION. The END line has the line that the starter gets instead:
#
#     /* END SOLUTION, starter: return kit_refused("TODO 1"); */
#
# Unpaired markers are an error: it exits with 1, and its output is incomplete.

/\/\* BEGIN SOLUTION \*\// {
    if (inside) fail("BEGIN SOLUTION inside a solution")
    inside = 1
    next
}
/\/\* END SOLUTION, starter: .* \*\// {
    if (!inside) fail("END SOLUTION without its BEGIN")
    inside = 0
    sub(/\/\* END SOLUTION, starter: /, "")
    sub(/ \*\/$/, "")
    print
    next
}
/(BEGIN|END) SOLUTION/ { fail("a marker must be /* BEGIN SOLUTION */ or " \
                                  "/* END SOLUTION, starter: CODE */") }
!inside { print }

function fail(why)
{
    printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
    failed = 1
    exit 1
}

END {
    if (inside && !failed) fail("BEGIN SOLUTION without its END")
    exit failed
}
