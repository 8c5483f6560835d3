# SPDX-License-Identifier: MIT
"""The pages and scripts of selftest.py, and a tree to play them in."""

TREE = {
    "Makefile": "all help: ## x\n\t@true\n\n.PHONY: server\nserver:\n",
    "tests/maintainer.mk": "check-docs:\n\t@true\n",
    "server/main.c": '    {"users", command_users, "list"},\n',
    ".ci/run": "set -eu\nmake check\n",
    "starter/sender.c": "TODO\n",
    "solution/sender.c": "solved\n",
    "build/dist/old": "",
}

# A page, its script, and the line that counts the commands.
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
""", "true\n", "4 commands run"),
    "environment": ("""
```sh
test -z "${CI+x}$MAKEFLAGS" && test "$NO_COLOR$TERM" = 1dumb
test "$(ls -A "$HOME")" = ""
test ! -e build/dist && test -x "$(command -v sudo)"
test "$(id -u)" -ne 0 || test "$(sudo echo yes)" = yes
```
""", "test -z ...", "4 commands run"),
    "transcript": ("""
1. In a list:

   ```console
   $ printf 'one\\n two  \\n\\nthree 3 x\\n'
   one
    two

   three ... x
   $ echo many; echo lines; echo here
   many
   ...
   $ true
   ```

```console
$ printf 'no newline'
no newline
```
""", """
# The first comment.
printf 'one\\n...
    # Another comment.
    in aside

printf 'no newline'

    in aside
""", "4 commands run"),
    "terminals": ("""
```sh
echo ready; read -r line && echo "[$line]"
```

Text.

```sh
x=main
```
```sh
test -z "$x"
```
""", """
echo ready; read -r line && echo "[$line]"
    in bob
    see ready
x=main
    in main
    in bob
    type hello   bob
    see [hello   bob]
test -z "$x"
    in bob
""", "3 commands run"),
    "keys": ("""
```console
$ echo begin; cat
begin
```
```sh
cat
```
```sh
sh -c 'echo before; exec cat'
```
""", """
echo begin; cat
    in cat
    type over
    see over
    press ctrl-d
cat
    in cat
    type again
    see again
    press ctrl-c exits 130
sh -c 'echo before; exec cat'
    in cat
    see before
    press ctrl-c
""", "3 commands run"),
    "running on": ("""
```sh
echo here; cat
```
```sh
cat & echo chatty; yes | head -c 300000
```
""", """
echo here; cat
    see here
cat & echo chatty; ...
    in other
""", "2 commands run"),
    "exits": ("""
```sh
(exit 3)
sh -c 'exit 3'
```
""", "(exit 3)\n    exits 3", "2 commands run"),
    "exits later": ("""
```sh
echo now; (read -r x; exit "$x")
```
```sh
true
```
""", """
echo now; (read -r x; exit "$x")
    exits 2
    see now
    type 2
true
""", "2 commands run"),
    "save as": ("""
```csv
an example that is no file
```
```csv
name,password
make sense
```
```sh
test "$(wc -l < hand/in.csv)" -eq 2 && grep -qx 'make sense' hand/in.csv
```
""", """
name,password
    save as hand/in.csv
test "$(wc -l < hand/in.csv)" ...
""", "1 commands run"),
    "let": ("""
```console
$ echo at 192.168.1.5; test 192.168.1.5 = "127."0.0.1
at 192.168.1.5
```
""", """
echo at 192.168.1.5; ...
    let 192.168.1.5 be 127.0.0.1
""", "1 commands run"),
    "needs": ("""
```sh
no-such-program
no-such-program again
```
```sh
true
```
""", """
no-such-program
    needs no-such-program
    see something
    press ctrl-c
true
    needs sh
""", "1 commands run, 2 skipped (no-such-program)"),
    "left to": ("""
```sh
make check     # long
```
""", "make check\n    left to .ci/run\n",
                "0 commands run, 1 run by .ci/run"),
    "solve": ("""
```sh
grep TODO starter/sender.c
```
```sh
grep solved starter/sender.c
```
""", """
grep TODO starter/sender.c
grep solved starter/sender.c
    solve sender
""", "2 commands run"),
}

ONE = "```sh\ntrue\n```\n"
CAT = "```sh\ncat\n```\n"

# A page, its script, where the failure is (a line of page.md or of page.txt)
# and words of the report.
BAD = {
    "exit code": ("```sh\ntrue\n(exit 4)\n```", "true", "page.md:3",
                  "terminal main: (exit 4)\n  exit code 4, expected 0"),
    "tail": ("```sh\nseq 30; false\n```", "seq ...", "page.md:2",
             "  | 11\n  | 12\n"),
    "no exit code": (ONE, "true\n exits 1", "page.md:2",
                     "exit code 0, expected 1"),
    "exit code later": ("```sh\nread -r x\n```\n" + ONE,
                        "read -r x\n exits 1\n type x\ntrue", "page.md:2",
                        "exit code 0, expected 1"),
    "exit code of press": (CAT, "cat\n press ctrl-d exits 1", "page.md:2",
                           "exit code 0, expected 1"),
    "early ctrl-c": (CAT, "cat\n press ctrl-c", "page.txt:2",
                     "it may not have begun"),
    "exit code at the end": ("```sh\necho a; cat\n```\n",
                             "echo a; cat\n exits 1\n see a", "page.md:2",
                             "has not ended"),
    "press and no end": ("```sh\necho a; cat | cat -; cat\n```\n",
                         "echo ...\n see a\n press ctrl-d", "page.md:2",
                         "has not ended"),
    "never ends": (CAT, "cat", "page.md:2", "has not ended after 0.3 s"),
    "not closed": ("```sh\necho 'a\n```", "echo 'a", "page.md:2",
                   "are not closed"),
    "shell ends": ("```sh\nexit 0\n```", "exit 0", "page.md:2",
                   "the shell ended"),
    "missing": ("```console\n$ echo a; echo c\na\nb\nc\n```", "echo ...",
                "page.md:4", 'did not print "b"'),
    "too much": ("```console\n$ echo a; echo b\na\n```", "echo ...",
                 "page.md:2", "printed more"),
    "not even begun": ("```console\n$ echo a; cat\nb\n```",
                       "echo ...\n press ctrl-c", "page.md:3",
                       'did not print "b"'),
    "never seen": (CAT, "cat\n see x", "page.txt:2",
                   'did not show "x" in 0.3 s'),
    "ends unseen": ("```sh\necho y\n```", "echo y\n see x", "page.txt:2",
                    'exit code 0 before it showed "x"'),
    "seen once": ("```sh\necho x; cat\n```", "echo x; cat\n see x\n see x",
                  "page.txt:3", 'did not show "x"'),
    "seen before": ("```sh\necho x\ncat\n```", "echo x\n see x",
                    "page.txt:2", 'did not show "x"'),
    "type after": ("```sh\nhead -n 1\n```\n" + ONE,
                   "head -n 1\n type x\n see x\n"
                   "true\n in b\n in main\n type x",
                   "page.txt:7", "no longer runs"),
    "no terminal": (ONE, "true\n in main\n in bob\n type x", "page.txt:4",
                    "no terminal bob yet"),
    "misspelt": (ONE, "true\n sea x", "page.txt:2", 'unknown line: "sea x"'),
    "line above all": (ONE, " see x\ntrue", "page.txt:1",
                       "no block is named above this line"),
    "setting below a step": (CAT, "cat\n see x\n exits 1", "page.txt:3",
                             '"exits 1" must be above the first step'),
    "setting twice": (ONE, "true\n exits 1\n exits 0", "page.txt:3",
                      '"exits 0" is the second of its kind'),
    "unknown block": (ONE + CAT, "true", "page.md:4",
                      'the block "cat" is not in the script: '),
    "unknown first block": (CAT + ONE, "true", "page.md:1",
                            'page.txt:1 expects "true" here'),
    "no such block": (ONE, "true\n exits 0\nmake none", "page.txt:3",
                      'the page has no block "make none"'),
    "other order": (ONE + CAT, "cat\n see x\ntrue", "page.md:1",
                    'the block "true" is not in the script: '),
    "beginning of a name": ("```sh\nmake help\n```", "make", "page.md:1",
                            'expects "make" here'),
    "no script": (ONE, None, "page.md", "page.txt"),
    "a comment": (ONE + "<!-- see main: x -->", "true", "page.md:4",
                  "an HTML comment"),
    "long comment": ("<!--\nsee main: x\n-->\n" + ONE, "true", "page.md:1",
                     "an HTML comment"),
    "in a sentence": ("a\nb <!-- see main: x --> c\n" + ONE, "true",
                      "page.md:2", "an HTML comment"),
    "save commands": (ONE, "true\n save as x", "page.md:1",
                      'the block "true" is not in the script'),
    "save and exits": ("```c\nx\n```\n" + ONE,
                       "x\n exits 1\n save as x\ntrue", "page.txt:1",
                       "must be the only line"),
    "save and see": ("```c\nx\n```\n" + ONE, "x\n save as x\n see x\ntrue",
                     "page.txt:1", "must be the only line"),
    "no such file": ("```c\nx\n```\n" + ONE, "true\ny\n save as y",
                     "page.txt:2", 'the page has no block "y"'),
    "save outside": ("```c\nx\n```\n" + ONE, "x\n save as ../x\ntrue",
                     "page.txt:1", "not in the work folder"),
    "no solution": (ONE, "true\n solve receiver", "page.txt:2",
                    "No such file"),
    "not in .ci/run": ("```sh\nmake chec\n```",
                       "make chec\n left to .ci/run", "page.md:2",
                       ".ci/run has no such command"),
    "stale target": (ONE + "Type `make\nhelp nonsense`.", "true",
                     "page.md:4", "`make help nonsense`: there is no nonsense"),
    "stale command": (ONE + "`build/x/chat-server user`", "true",
                      "page.md:4", "there is no user"),
    "stray fence": (ONE + "```\nmake x\n```", "true", "page.md:5",
                    "nothing runs this command"),
    "stray indent": ("Type:\n\n    make x\n", "", "page.md:3",
                     "nothing runs this"),
    "no end": ("```sh\ntrue\n", "true", "page.md:1", "has no end"),
    "no command": ("Text.", "", "page.md",
                   "there is no command in this page"),
    "empty fence": ("```sh\n# nothing\n```", "", "page.md:1",
                    "no command in this fence"),
    "terminal in the page": ("```sh bob\ntrue\n```", "true\n in bob",
                             "page.md:1", 'mark this fence "sh" only'),
    "early output": ("```console\nx\n$ true\n```", "true", "page.md:2",
                     "output before"),
}
