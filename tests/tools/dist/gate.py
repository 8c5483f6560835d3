# SPDX-License-Identifier: MIT
"""The leak gate: checks that students receive no answer.

    gate.py SOLUTION... -- FILE...

An answer is the code between the markers in a SOLUTION. Answers and files are
compared token by token, so layout does not matter. Two things are searched
for: each line of an answer, unchanged; and each call of the kit or condition
of an `if`, with every other name replaced, so renaming does not matter. Every
file is searched with its comments and without them. Prints each answer found
on standard error; exit 1 if there was any. This finds answers left in by
mistake, not those hidden on purpose, in a macro or by a cast.
"""

import html
import re
import sys
from itertools import chain
from pathlib import Path

TOKEN = re.compile(r"""[A-Za-z_]\w* | [0-9][A-Za-z0-9]* | "(?:[^"\\]|\\.)*" |
                       -> | && | \|\| | [=!<>]= | \+\+ | -- | /\* | \*/ | // |
                       \S""", re.X | re.A)
# Words that remain when names are replaced: C's, and the kit's.
KEPT = re.compile(r"sizeof|if|else|return|goto|NULL|strlen|strcmp|memcpy|char|"
                  r"int|long|const|struct|double|(kit_|KIT_|cJSON_).*|[^A-Za-z_].*")
# Tokens that layout, comments and style can add to a call.
DROPPED = ("(", ")", "*", "//", "/*", "*/")
TELLING = 8                # tokens; shorter calls are too common to be an answer

# Lines of answers that are also elsewhere in the kit: they give nothing away.
HARMLESS = """
rc = - 1 ;
int rc ;
int rc = 0 ;
int rc = - 1 ;
return 0 ;
return rc ;
struct kit_ad ad ;
struct kit_text text ;
""".splitlines()


def lines_of(text):
    """For each line its tokens, and those that are not in a comment."""
    in_comment = False
    for line in text.split("\n"):
        everything, code, rest = TOKEN.findall(line), [], False
        for token in everything:
            rest = rest or token == "//"
            in_comment = in_comment or token == "/*"
            if not in_comment and not rest:
                code.append(token)
            if token == "*/":
                in_comment = False
        yield everything, code


def renamed(tokens):
    """These tokens with "v" for every name that is not C's or the kit's."""
    tokens = ["." if t == "->" else t for t in tokens if t not in DROPPED]
    return [t if KEPT.fullmatch(t) else "v" for t in tokens]


def calls(tokens):
    """Each call and condition, up to the parenthesis that closes it."""
    for i, name in enumerate(tokens[:-1]):
        if tokens[i + 1] != "(" or not re.fullmatch("(kit|cJSON)_.*|if", name):
            continue
        end, depth = i + 1, 1
        while depth > 0 and end < len(tokens) - 1:
            end += 1
            depth += (tokens[end] == "(") - (tokens[end] == ")")
        call = renamed(tokens[i:end + 1])
        if len(call) >= TELLING:
            yield call


def answers(text):
    """The lines of the answers in a solution, and their calls renamed."""
    found, called = [], []
    for part in text.split("BEGIN SOLUTION */\n")[1:]:
        lines = [code for _, code in lines_of(part.split("/* END")[0]) if code]
        found += lines
        called += calls(list(chain(*lines)))
    return [[" ".join(tokens) for tokens in some
             if " ".join(tokens) not in HARMLESS] for some in (found, called)]


def search(path, lines, called):
    """The answers that are in this file."""
    text = path.read_text(encoding="latin-1")
    if path.suffix == ".html":         # what its reader sees
        text = html.unescape(re.sub("<[^<>\n]*>", "", text))
    found = set()
    for parts in zip(*lines_of(text)):
        tokens = list(chain(*parts))
        for some, form in ((lines, tokens), (called, renamed(tokens))):
            joined = f" {' '.join(form)} "
            found |= {answer for answer in some if f" {answer} " in joined}
    return sorted(found)


def main():
    at = sys.argv.index("--")
    lines, called, status = [], [], 0
    for solution in sys.argv[1:at]:
        found = answers(Path(solution).read_text(encoding="latin-1"))
        lines += found[0]
        called += found[1]
    if not lines:
        sys.exit("no answer in these solutions: do they have the markers?")
    for path in sys.argv[at + 1:]:
        for answer in search(Path(path), lines, called):
            print(f"{path} has an answer: {answer}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
