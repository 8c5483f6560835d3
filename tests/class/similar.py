# SPDX-License-Identifier: MIT
"""Finds hand-ins with the same code, or nearly the same.

Comments, white space and the names that a group has chosen do not count, nor
does what the starter already has. What is left is compared by its shingles: all
sequences of SHINGLE tokens. Two hand-ins are near if they share LIMIT of them.

The result shows where to look, but proves nothing: for some TODOs there is one
obvious answer.
"""

import collections
import dataclasses
import difflib
import hashlib
import itertools
import os
import pathlib
import re
import subprocess

FILES = ("sender.c", "receiver.c")
SHINGLE = 9
LIMIT = 0.7
LEAST = 40          # shingles; less code is always similar
TOKENS_MAX, LINES_MAX, LINE_MAX = 20000, 400, 200
SOLUTION = "solution/ of the kit"
TOKEN = re.compile(rb"""/\*.*?(?:\*/|\Z)|//[^\n]*       # a comment
    |"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?          # a string
    |[A-Za-z_]\w*|\d[\w.]*|\#|\S""", re.X | re.S)


def tokens(data):
    """The tokens of the C file DATA."""
    found = (match[0] for match in TOKEN.finditer(data))
    return list(itertools.islice(
        (token for token in found if not token.startswith((b"/*", b"//"))),
        TOKENS_MAX))


class Starter:
    """The code that all were given: the FILES {name: bytes} of starter/."""

    def __init__(self, files):
        self.words = {name: tokens(files.get(name, b"")) for name in FILES}
        self.known = set(itertools.chain(*self.words.values()))
        self.shingles = {name: shingles(self.rename(words))
                         for name, words in self.words.items()}
        self.lines = {name: set(own_lines(files.get(name, b""), ()))
                      for name in FILES}

    def rename(self, words):
        """WORDS with one name for all that a group has named itself."""
        return [b"x" if word[:1].isalpha() and word not in self.known
                and not word.lower().startswith(b"kit_") else word
                for word in words]


def shingles(words):
    return {hash(tuple(words[i:i + SHINGLE]))
            for i in range(len(words) - SHINGLE + 1)}


def own_lines(data, given):
    """The lines of DATA, without comments, that are not in GIVEN."""
    text = re.sub(rb"/\*.*?(?:\*/|\Z)|//[^\n]*", b"", data, flags=re.S)
    lines = (b" ".join(line.split()) for line in text.split(b"\n"))
    return list(itertools.islice((line[:LINE_MAX] for line in lines
                                  if line and line not in given), LINES_MAX))


@dataclasses.dataclass
class Code:
    """The code of a hand-in, without what was given."""

    digest: str         # the same for the same code
    shingles: set
    lines: list         # bytes, for a reader


def digest_of(words_of_files):
    sha = hashlib.sha256()
    for words in words_of_files:
        sha.update(b"\0".join(words) + b"\1")
    return sha.hexdigest()


def read(files, starter):
    """The Code of FILES {name: bytes}; None if it is only what was given."""
    words = [tokens(files.get(name, b"")) for name in FILES]
    own = set()
    for name, of_file in zip(FILES, words):
        own |= shingles(starter.rename(of_file)) - starter.shingles[name]
    if not own:
        return None
    lines = [line for name in FILES for line in
             own_lines(files.get(name, b""), starter.lines[name])]
    return Code(digest_of(words), own, lines)


def what_was_given():
    """The files of the starter. It is cut from the solution, because starter/
    may have an answer by now.
    """
    if not os.path.isdir("solution"):
        return read_folder("starter")
    return {name: subprocess.run(
        ["awk", "-f", "tests/tools/cut.awk", f"solution/{name}"],
        capture_output=True, check=True).stdout for name in FILES}


def read_folder(folder):
    """{name: bytes} of the files in the kit's FOLDER."""
    return {name: pathlib.Path(folder, name).read_bytes() for name in FILES
            if os.path.exists(os.path.join(folder, name))}


class Comparison:
    """All pairs of CODES {name: Code or None}.

    `same` has lists of names with the same code, the largest first; `near` has
    (share, name, name) for the first names of these lists.
    """

    def __init__(self, codes):
        self.codes = {name: code for name, code in codes.items() if code}
        by_digest = collections.defaultdict(list)
        for name, code in self.codes.items():
            by_digest[code.digest].append(name)
        self.same = sorted((names for names in by_digest.values()
                            if len(names) > 1), key=lambda names: -len(names))
        self.near = sorted(self.find_near([names[0] for names in
                                           by_digest.values()]),
                           key=lambda pair: -pair[0])

    def find_near(self, names):
        sizes = sorted((len(self.codes[name].shingles), name) for name in names)
        for i, (size, name) in enumerate(sizes):
            for other_size, other in sizes[i + 1:]:
                if size < LEAST or size < LIMIT * other_size:
                    break       # the others are larger still
                share = self.share(name, other)
                if share >= LIMIT:
                    yield share, name, other

    def share(self, name, other):
        """Of the shingles of two hand-ins, how many are in both."""
        a, b = self.codes[name].shingles, self.codes[other].shingles
        both = len(a & b)
        return both / (len(a) + len(b) - both)

    def side_by_side(self, name, other):
        """Rows (line, line, are they equal); one line may be empty."""
        a, b = self.codes[name].lines, self.codes[other].lines
        matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
        for tag, a1, a2, b1, b2 in matcher.get_opcodes():
            for left, right in itertools.zip_longest(a[a1:a2], b[b1:b2],
                                                     fillvalue=b""):
                yield (left.decode("utf-8", "replace"),
                       right.decode("utf-8", "replace"), tag == "equal")
