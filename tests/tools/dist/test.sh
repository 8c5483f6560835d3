#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test.sh: tests tests/tools/dist/pack.sh on a copy of this tree. Two runs give the
# same bytes. An answer in any file stops it, even renamed or in another layout.
# Files that are not for students are left out.
set -u
export LC_ALL=C
. tests/tools/testing.sh
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

# copy TO: all of the tree that the archive is made from.
copy()
{
    mkdir -p "$1/build"
    cp -R Makefile LICENSE .gitattributes README.md starter solution backends \
        lib server tests handout "$1" && cp -R build/handout "$1/build"
    [ ! -d .git ] || cp -R .git "$1"
}

copy "$tmp"
cd "$tmp" || exit 1
pack=tests/tools/dist/pack.sh

# --- The same bytes ----------------------------------------------------------

expect 0 "no answer in any" sh "$pack" one.tar.gz
if command -v weasyprint >/dev/null 2>&1; then
    mkdir elsewhere && cp build/handout/protocol.html elsewhere
    SOURCE_DATE_EPOCH=1767225600 weasyprint --quiet --base-url about:blank \
        elsewhere/protocol.html elsewhere/protocol.pdf
    cmp elsewhere/protocol.pdf build/handout/protocol.pdf ||
        wrong "two runs of WeasyPrint give different bytes"
fi
(umask 077 && copy later)
(cd later && sh "$pack" ../two.tar.gz >/dev/null)
cmp one.tar.gz two.tar.gz || wrong "two runs give different bytes"

# --- What is in it -----------------------------------------------------------

mkdir out && gzip -dc one.tar.gz | tar -xf - -C out
for file in README.md Makefile .gitattributes starter/sender.c lib/kit.h server/main.c \
    tests/grade/ladder.c handout/handout.html handout/handout.pdf \
    handout/example.html; do
    [ -f "out/chat-lab/$file" ] || wrong "$file is missing"
done
(cd out/chat-lab && find . | grep -E \
    -e 'solution|mutant|instructor|slides|tests/(unit|e2e)|tools/(dist|docs)' \
    -e 'maintainer\.mk|\.git(/|$)') &&
    wrong "these are not for students"
grep -arl 'file:///' out/chat-lab/handout &&
    wrong "these name a folder of this machine"
grep -rl 'SOLUTION \*/' out && wrong "these have markers in them"

# --- In a clone that turns LF into CRLF --------------------------------------

# cloned DIR: its files are the same in a clone with core.autocrlf=true.
cloned()
{
    rm -rf "$1/.git" "$tmp/clone"
    (
        cd "$1" && git init -q . && git add -A -f && git commit -q -m all &&
            git clone -q -c core.autocrlf=true . "$tmp/clone"
    ) >/dev/null || wrong "git cannot clone"
    rm -rf "$1/.git" "$tmp/clone/.git"
    diff -r "$1" "$tmp/clone" >"$tmp/changes" || {
        wrong "core.autocrlf changes these files:"
        grep -v '^[<>]' "$tmp/changes" | head -n 5
    }
}

if command -v git >/dev/null 2>&1; then
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
        GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a \
        GIT_COMMITTER_EMAIL=a
    cloned later
    cloned out/chat-lab
else
    echo "skipped: a clone with CRLF (git is absent)"
fi

# --- Answers in disguise -----------------------------------------------------

# planted FILE WHAT: adds standard input to FILE. Then nothing must be packed.
planted()
{
    cp "$1" "$tmp/before"
    cat >>"$1"
    expect 1 "${1##*/} has an answer: " sh "$pack" leak.tar.gz
    [ ! -e leak.tar.gz ] || wrong "packed with an answer in $1: $2"
    cp "$tmp/before" "$1"
}

planted lib/wire.c "to the letter" <<'EOF'
    if (kit_random(box.nonce.bytes, KIT_NONCE_LEN) != 0)
EOF
planted handout/protocol.md "in other lines, in a comment" <<'EOF'
    /* if (kit_random(box.nonce.bytes,
     KIT_NONCE_LEN   )!=0) */
EOF
planted server/commands/serve.c "renamed, in another layout" <<'EOF'
    if (0 != 1 && kit_ad_message(&assoc, c->from, c->to,
        c->number) == 0) { int ok; ok = kit_box_seal(
            & b, &c->k , assoc . text, input , n); }
EOF
planted lib/clock.h "renamed, in a comment like the kit's" <<'EOF'
/*
 * r = kit_box_open(&in->words, &talk->key, data.text,
 *                  &in->parcel);
 */
EOF
planted server/http/log.c "conditions, renamed" <<'EOF'
    if (strcmp(t->from.text, self->c.user) == 0)
        why = "myself";
EOF
planted lib/show.h "a short line" <<'EOF'
/* first: chat->seq++; */
EOF
planted build/handout/handout.html "in a page" <<'EOF'
<pre><code>rc = kit_refused(<span class="st">&quot;own-name&quot;</span>);</code></pre>
EOF
planted tests/tools/deps.sh "in a script" <<'EOF'
# return m->seq > chat->seq ? 0 : kit_refused("replay");
EOF

# --- A starter that was changed ----------------------------------------------

echo "/* mine */" >>starter/sender.c
expect 1 "make sync-starter" sh "$pack" mine.tar.gz

finish "the student archive"
