#!/bin/sh
# SPDX-License-Identifier: MIT
#
# page.sh OUT.html IN.md: makes one page that needs no other file. Its style is
# IN.css if there is one, and page.css if not.
set -eu
export LC_ALL=C
out=$1
in=$2
here=$(dirname "$in")
css=${in%.md}.css
[ -f "$css" ] || css=$here/page.css

# The first heading is the title of the page.
title=$(sed -n 's/^# //p' "$in" | head -n 1)

# Newer versions of pandoc call this option differently.
alone=--self-contained
if pandoc --help | grep -q -e --embed-resources; then
    alone="--embed-resources --standalone"
fi

# The footer: copyright and licence. A PDF has them from @page in the style.
authors=$(sed -n 's/^Copyright (c) //p' "$here/../LICENSE")
licence=$(sed -n 1p "$here/../LICENSE")
foot=$(mktemp)
trap 'rm -f "$foot"' EXIT
printf '<footer>Copyright %s. %s.</footer>\n' "$authors" "$licence" >"$foot"

# shellcheck disable=SC2086 # one or two words
pandoc --from gfm --to html5 $alone --no-highlight --section-divs \
    --metadata lang=en --metadata "pagetitle=$title" --resource-path "$here" \
    --lua-filter "$here/links.lua" --css "$css" --include-after-body "$foot" \
    --output "$out" "$in"
