# SPDX-License-Identifier: MIT
#
# Cuts the starter from the solution: leaves out the lines from BEGIN SOLUTION
# to END SOLUTION. Markers that do not pair are an error: exit 1, and the
# output must not be used.

/\/\* BEGIN SOLUTION \*\// {
    if (inside) fail("BEGIN SOLUTION inside a solution")
    inside = 1
    next
}
/\/\* END SOLUTION \*\// {
    if (!inside) fail("END SOLUTION without its BEGIN")
    inside = 0
    next
}
/(BEGIN|END) SOLUTION/ { fail("a marker must be a line of its own: /* BEGIN SOLUTION */") }
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
