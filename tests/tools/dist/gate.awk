# SPDX-License-Identifier: MIT
#
# The leak gate: no answer stands in what students receive.
#
#     awk -f gate.awk solution/sender.c solution/receiver.c -- FILE...
#
# Answers are what stands between the markers in front of "--". They and every
# FILE are folded to their tokens, so that layout does not matter, and looked
# for in two ways: each line of an answer to the letter; each call of the kit
# with its arguments, where names of one's own are folded into one, so that
# renaming does not matter either; conditions count as calls. Every file is
# read with its comments and without them. Each find is a line on standard
# error; exit 1 if there was any. Who hides an answer on purpose, in a macro or
# behind a cast, is not found: this is for what is forgotten.

BEGIN {
    # Words that stay what they are when names are folded: C's, and the kit's.
    split("sizeof if else return goto NULL strlen strcmp memcpy char int " \
          "long const struct double", list, " ")
    for (i in list) kept[list[i]] = 1
    # What layout, comments and taste put between the words of a call.
    split("( ) * # // /* */", list, " ")
    for (i in list) dropped[list[i]] = 1

    # Lines that the kit has too, and that tell nothing.
    harmless("rc = - 1 ;")
    harmless("goto done ;")
    harmless("done :")
    harmless("else")
    harmless("char ad [ KIT_AD_SIZE ] ;")
    harmless("char secret [ KIT_TOKEN_MAX + 1 ] ;")
    harmless("struct kit_box box ;")
    harmless("box . len = len + KIT_TAG_LEN ;")
    harmless("kit_is_name ) != 0 ||")
    harmless("kit_is_token ) != 0 ||")
    harmless("kit_wipe ( key , sizeof key ) ;")
    harmless("kit_wipe ( & key , sizeof key ) ;")
    harmless("kit_wipe ( secret , sizeof secret ) ;")
    harmless("kit_wipe ( text , sizeof text ) ;")
    harmless("kit_json_free ( ticket ) ;")
    # Calls that the given parts and the server make too.
    harmless("kit_derive & v , v . v , KIT_LABEL_MESSAGE")
    harmless("kit_derive & v . v , v . v , KIT_LABEL_MESSAGE")
    harmless("kit_ad_ticket v , sizeof v , v . v")
    harmless("kit_replay_last & v . v , v . v")
    harmless("kit_json_copy v . v , sizeof v . v , v , \"username\" , kit_is_name")
    harmless("if strcmp v . v , v . v == 0")
    TELLING = 8 # tokens; a shorter call may be anybody's

    for (i = 1; i < ARGC && ARGV[i] != "--"; i++) is_answer[ARGV[i]] = 1
    delete ARGV[i]
    TOKEN = "^([A-Za-z_][A-Za-z0-9_]*|[0-9][A-Za-z0-9]*|\"([^\"\\\\]|\\\\.)*\"" \
            "|->|&&|[|][|]|[=!<>]=|[+][+]|--|/[*]|[*]/|//|[^ \t])"
}

FNR == 1 { finish(); begin() }

FILENAME in is_answer {
    if (/END SOLUTION/) { inside = 0; learn_calls(body); body = "" }
    if (inside) learn_line($0)
    if (/BEGIN SOLUTION/) inside = 1
    next
}

{
    line = $0
    if (page) line = plain(line)
    fold(line)
    all = all with_comments
    code = code without_comments
}

END {
    finish()
    if (lines == 0) say("there is no answer to look for")
    exit found > 0
}

function harmless(tokens) { is_harmless[" " tokens " "] = 1 }

# --- Tokens ----------------------------------------------------------------

# Sets with_comments and without_comments to the tokens of LINE, each with a
# space behind it.
function fold(line,    token, rest)
{
    with_comments = without_comments = ""
    rest = 0 # whether a comment runs to the end of the line
    while (1) {
        sub(/^[ \t\r]+/, "", line)
        if (!match(line, TOKEN)) break
        token = substr(line, 1, RLENGTH)
        line = substr(line, RLENGTH + 1)
        with_comments = with_comments token " "
        if (token == "//") rest = 1
        if (token == "/*") comment = 1
        if (!comment && !rest) without_comments = without_comments token " "
        if (token == "*/") comment = 0
    }
}

# TOKENS with every name that is nobody's folded into "v".
function rename(tokens,    list, n, i, out)
{
    out = " "
    n = split(tokens, list, " ")
    for (i = 1; i <= n; i++) {
        if (list[i] in dropped) continue
        if (list[i] == "->") list[i] = "."
        else if (list[i] ~ /^[A-Za-z_]/ && !(list[i] in kept) &&
                 list[i] !~ /^(kit_|KIT_|cJSON_)/) list[i] = "v"
        out = out list[i] " "
    }
    return out
}

# What a reader of a page sees.
function plain(line)
{
    gsub(/<[^<>]*>/, "", line)
    gsub(/&lt;/, "<", line)
    gsub(/&gt;/, ">", line)
    gsub(/&quot;/, "\"", line)
    gsub(/&amp;/, "\\&", line)
    return line
}

# --- Answers ---------------------------------------------------------------

function learn_line(line)
{
    fold(line)
    if (without_comments == "") return
    body = body without_comments
    if (!((" " without_comments) in is_harmless))
        answer[++lines] = " " without_comments
}

# Learns each call and condition in BODY, from its name to the parenthesis that
# closes it.
function learn_calls(body,    list, parts, n, i, last, depth, call)
{
    n = split(body, list, " ")
    for (i = 1; i < n; i++) {
        if (list[i] !~ /^((kit|cJSON)_.*|if)$/ || list[i + 1] != "(") continue
        call = list[i]
        depth = 0
        last = i
        do {
            call = call " " list[++last]
            depth += (list[last] == "(") - (list[last] == ")")
        } while (depth > 0 && last < n)
        call = rename(call)
        if (split(call, parts, " ") >= TELLING && !(call in is_harmless))
            renamed[++calls] = call
    }
}

# --- Files -----------------------------------------------------------------

function begin()
{
    file = FILENAME
    page = file ~ /\.html$/
    comment = 0
    all = code = " "
}

function finish()
{
    if (all == " ") return
    look(answer, lines, all, code)
    look(renamed, calls, rename(all), rename(code))
}

function look(what, count, one, other,    i)
{
    for (i = 1; i <= count; i++)
        if (index(one, what[i]) || index(other, what[i]))
            say(file " has an answer:" what[i])
}

function say(text)
{
    print text > "/dev/stderr"
    found++
}
