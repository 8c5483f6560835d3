# SPDX-License-Identifier: MIT
#
# Prints each use of a feature that GNU make 3.81, which macOS has, does not
# know. Exit 1 if there is any. Ignores comments. In recipes, it searches only
# for functions of make.

BEGIN {
    functions = "[$][({](file|guile|let|intcmp)[ \t]"
    targets = "^[.](ONESHELL|RECIPEPREFIX|SHELLFLAGS|EXTRA_PREREQS|POSIX|" \
              "NOTINTERMEDIATE|WAIT)"
    words = "(^|:)[ \t]*(private|undefine|load|-load)[ \t]"
    defines = "^[ \t]*define[ \t].*="
    assignments = "^[^\t:=!?+$][^:=!?+$ ]*[ \t]*(!=|::=|:::=)"
    grouped = "^[^\t].*[^ \t]*&:"
}

/^#/ { next }

function newer(what)
{
    printf "%s:%d: %s is newer than GNU make 3.81: %s\n", FILENAME, FNR,
        what, $0
    found = 1
}

$0 ~ functions { newer("this function") }
$0 ~ targets { newer("this target") }
/^\t/ { next }
$0 ~ words { newer("this directive") }
$0 ~ defines { newer("define with =") }
$0 ~ assignments { newer("this assignment") }
$0 ~ grouped { newer("&:") }

END { exit found }
