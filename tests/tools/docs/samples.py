# SPDX-License-Identifier: MIT
"""The documents of selftest.py, and a tree to play them in."""

TREE = {
    "Makefile": "all help: ## x\n\t@true\n\n.PHONY: server\nserver:\n",
    "tests/maintainer.mk": "check-docs:\n\t@true\n",
    "server/main.c": '    {"users", command_users, "list"},\n',
    ".ci/run": "set -eu\nmake check\n",
    "starter/sender.c": "TODO\n",
    "solution/sender.c": "solved\n",
    "build/dist/old": "",
}

# What a document says, and the line that tells how many commands ran.
GOOD = {
    "commands": ("""
A sentence with `make help`, `make V=1 check-docs`, `make X=1\nall` and
`chat-server users --db x`, ``a `make none` quoted`` and `<!-- see -->`.

```sh
true   # a comment, 'with a quote
# a whole line

test "$(printf '%s' 'a # b')" = \\
    "a # b"
test a#b = 'a#b'; cd starter
test "$(basename "$PWD")" = starter && test -t 0 && test -t 1
```
""", "4 commands run"),
    "environment": ("""
```sh
test -z "${CI+x}$MAKEFLAGS" && test "$NO_COLOR$TERM" = 1dumb
test "$(ls -A "$HOME")" = ""
test ! -e build/dist && test -x "$(command -v sudo)"
test "$(id -u)" -ne 0 || test "$(sudo echo yes)" = yes
```
""", "4 commands run"),
    "transcript": ("""
1. In a list:

   ```console aside
   $ printf 'one\\n two  \\n\\nthree 3 x\\n'
   one
    two

   three ... x
   $ echo many; echo lines; echo here
   many
   ...
   $ true
   ```

```console aside
$ printf 'no newline'
no newline
```
""", "4 commands run"),
    "terminals": ("""
```sh bob
echo ready; read -r line && echo "[$line]"
```
<!-- see bob: ready -->

Text.

```sh
x=main
```
<!-- type bob: hello   bob -->
<!-- see bob: [hello   bob] -->
```sh bob
test -z "$x"
```
""", "3 commands run"),
    "keys": ("""
```console cat
$ echo begin; cat
begin
```
<!-- type cat: over -->
<!-- see cat: over -->
<!-- key cat: ctrl-d -->
```sh cat
cat
```
<!-- type cat: again -->
<!-- see cat: again -->
<!-- exits 130 -->
<!-- key cat: ctrl-c -->
```sh cat
sh -c 'echo before; exec cat'
```
<!-- see cat: before -->
<!-- key cat: ctrl-c -->
""", "3 commands run"),
    "running on": ("""
```sh
echo here; cat
```
<!-- see main: here -->
```sh other
cat & echo chatty; yes | head -c 300000
```
""", "2 commands run"),
    "exits": ("""
<!-- exits 3 -->
```sh
(exit 3)
sh -c 'exit 3'
```
""", "2 commands run"),
    "exits later": ("""
<!-- exits 2 -->
```sh
echo now; (read -r x; exit "$x")
```
<!-- see main: now -->
<!-- type main: 2 -->
```sh
true
```
""", "2 commands run"),
    "write": ("""
<!-- write hand/in.csv -->
```csv
name,password
make sense
```
```sh
test "$(wc -l < hand/in.csv)" -eq 2 && grep -qx 'make sense' hand/in.csv
```
""", "1 commands run"),
    "let": ("""
<!-- let 192.168.1.5 be 127.0.0.1 -->
```console
$ echo at 192.168.1.5; test 192.168.1.5 = "127."0.0.1
at 192.168.1.5
```
""", "1 commands run"),
    "needs": ("""
<!-- needs no-such-program -->
```sh
no-such-program
no-such-program again
```
<!-- see main: something -->
<!-- key main: ctrl-c -->
<!-- needs sh -->
```sh
true
```
""", "1 commands run, 2 skipped (no-such-program)"),
    "by": ("""
<!-- run by .ci/run -->
```sh
make check     # long
```
""", "0 commands run, 1 run by .ci/run"),
    "solve": ("""
```sh
grep TODO starter/sender.c
```
<!-- solve sender -->
```sh
grep solved starter/sender.c
```
""", "2 commands run"),
}

# What a document says, the line of the failure (the first is 2, after an
# empty one), and words of the report.
BAD = {
    "exit code": ("```sh\ntrue\n(exit 4)\n```", 4,
                  "terminal main: (exit 4)\n  exit code 4, expected 0"),
    "tail": ("```sh\nseq 30; false\n```", 3, "  | 11\n  | 12\n"),
    "no exit code": ("<!-- exits 1 -->\n```sh\ntrue\n```", 4,
                     "exit code 0, expected 1"),
    "exit code later": ("<!-- exits 1 -->\n```sh\nread -r x\n```\n"
                        "<!-- type main: x -->\n```sh\ntrue\n```", 4,
                        "exit code 0, expected 1"),
    "exit code of key": ("```sh\ncat\n```\n<!-- exits 1 -->\n"
                         "<!-- key main: ctrl-d -->", 3,
                         "exit code 0, expected 1"),
    "early ctrl-c": ("```sh\ncat\n```\n<!-- key main: ctrl-c -->", 5,
                     "it may not have begun"),
    "exit code at the end": ("<!-- exits 1 -->\n```sh\necho a; cat\n```\n"
                             "<!-- see main: a -->", 4, "has not ended"),
    "key and no end": ("```sh\necho a; cat | cat -; cat\n```\n"
                       "<!-- see main: a -->\n<!-- key main: ctrl-d -->", 3,
                       "has not ended"),
    "never ends": ("```sh\ncat\n```", 3, "has not ended after 0.3 s"),
    "not closed": ("```sh\necho 'a\n```", 3, "are not closed"),
    "shell ends": ("```sh\nexit 0\n```", 3, "the shell ended"),
    "missing": ("```console\n$ echo a; echo c\na\nb\nc\n```", 5,
                'did not print "b"'),
    "too much": ("```console\n$ echo a; echo b\na\n```", 3,
                 "printed more"),
    "not even begun": ("```console\n$ echo a; cat\nb\n```\n"
                       "<!-- key main: ctrl-c -->", 4, 'did not print "b"'),
    "never seen": ("```sh\ncat\n```\n<!-- see main: x -->", 5,
                   'did not show "x" in 0.3 s'),
    "ends unseen": ("```sh\necho y\n```\n<!-- see main: x -->", 5,
                    'exit code 0 before it showed "x"'),
    "seen once": ("```sh\necho x; cat\n```\n<!-- see main: x -->\n"
                  "<!-- see main: x -->", 6, 'did not show "x"'),
    "seen before": ("```sh\necho x\ncat\n```\n<!-- see main: x -->", 6,
                    'did not show "x"'),
    "type after": ("```sh\nhead -n 1\n```\n<!-- type main: x -->\n"
                   "<!-- see main: x -->\n```sh b\ntrue\n```\n"
                   "<!-- type main: x -->", 10, "no longer runs"),
    "no terminal": ("<!-- type bob: x -->\n```sh\ntrue\n```", 2,
                    "no terminal bob yet"),
    "misspelt": ("<!-- sea main: x -->\n```sh\ntrue\n```", 2,
                 'no directive: "sea main: x"'),
    "long comment": ("<!--\nsee main: x\n-->", 2, "one line of its own"),
    "in a sentence": ("a\nb <!-- see main: x --> c", 3, "within a line"),
    "before nothing": ("```sh\ntrue\n```\n<!-- exits 1 -->\n\nText.", 5,
                       "does not stand before a block"),
    "before a see": ("```sh\ncat\n```\n<!-- exits 1 -->\n"
                     "<!-- see main: x -->", 5, "makes no sense"),
    "write shell": ("<!-- write x -->\n```sh\ntrue\n```", 2,
                    "makes no sense"),
    "write outside": ("<!-- write ../x -->\n```c\n```\n```sh\ntrue\n```", 3,
                      "not in the work folder"),
    "no solution": ("<!-- solve receiver -->\n```sh\ntrue\n```", 2,
                    "No such file"),
    "not in .ci/run": ("<!-- run by .ci/run -->\n```sh\nmake chec\n```", 4,
                       ".ci/run has no such command"),
    "stale target": ("```sh\ntrue\n```\nType `make\nhelp nonsense`.", 5,
                     "`make help nonsense`: there is no nonsense"),
    "stale command": ("```sh\ntrue\n```\n`build/x/chat-server user`", 5,
                      "there is no user"),
    "stray fence": ("```\nmake x\n```", 3, "nothing runs this command"),
    "stray indent": ("Type:\n\n    make x\n", 4, "nothing runs this"),
    "no end": ("```sh\ntrue\n", 2, "has no end"),
    "no command": ("Text.", 1, "no command stands in this document"),
    "empty fence": ("```sh\n# nothing\n```", 2, "no command stands"),
    "three words": ("```sh a b\ntrue\n```", 2, "at most one terminal"),
    "early output": ("```console\nx\n$ true\n```", 3, "output before"),
}
