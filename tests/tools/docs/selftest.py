# SPDX-License-Identifier: MIT
"""Plays tiny pages: tests each call of a script and each failure report."""

import contextlib
import io
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import play
import run
from workspace import Workspace

TREE = {
    "Makefile": "all help: ## x\n\t@true\n\n.PHONY: server\nserver:\n",
    "tests/maintainer.mk": "check-docs:\n\t@true\n",
    "server/main.c": '    {"users", command_users, "list"},\n',
    ".ci/run": "set -eu\nmake check\n",
    ".gitignore": "/build/\n*.db\n",
    "class.db": "",
    "starter/sender.c": "TODO\n",
    "solution/sender.c": "solved\n",
    "build/dist/old": "",
}

# A page, its script, and the line that counts the commands.
GOOD = {
    "commands": ("""
A sentence with `make help`, `make V=1 check-docs`, `make X=1\nall` and
`chat-server users --db x`, ``a `make none` quoted`` and `<!-- see -->`.

1. In a list:

   ```sh
   true   # a comment, 'with a quote
   # a whole line

   test "$(printf '%s' 'a # b')" = \\
       "a # b"
   test a#b = 'a#b'; cd starter
   test "$(basename "$PWD")" = starter && test -t 0 && test -t 1
   ```
""", 'page.run("true")', "4 commands run"),
    "environment": ("""
```sh
test -z "${CI+x}$MAKEFLAGS" && test "$NO_COLOR$TERM" = 1dumb
test "$(ls -A "$HOME")" = "" && test ! -e class.db
test ! -e build/dist && test -x "$(command -v sudo)"
test "$(id -u)" -ne 0 || test "$(sudo echo yes)" = yes
```
""", 'page.run("test -z ...")', "4 commands run"),
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
true
```
""", """
bob = page.start('echo ready; read -r line && echo "[$line]"').see("ready")
page.run("x=main")
bob.type("hello   bob").see("[hello   bob]").ends()
page.start('test -z "$x"', count=1).ends()
page.run("true")
""", "4 commands run"),
    "keys": ("""
```sh
cat
```
```sh
sh -c 'echo before; exec cat'
```
""", """
page.start("cat").type("over").see("over").press("ctrl-d", exits=0)
page.start("sh -c ...").see("before").type("again").see("again").press(
    "ctrl-c", exits=130)
""", "2 commands run"),
    "much output": ("""
```sh
echo here; read x; yes | head -c 300000; echo over
```
```sh
true; yes | head -c 300000
```
""", """
other = page.start("echo here...").see("here").type()
page.run("true; ...")
other.see("over").ends()
""", "2 commands run"),
    "exit codes": ("""
```sh
(exit 3)
sh -c 'exit 3'
```
```sh
echo now; (read -r x; exit "$x")
```
""", """
page.run("(exit 3)", exits=3)
page.start("echo now; ...").see("now").type("2").ends(2)
""", "3 commands run"),
    "save": ("""
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
page.save("name,password", "hand/in.csv")
page.run('test "$(wc -l < hand/in.csv)" ...')
""", "1 commands run"),
    "replace": ("""
```sh
test 192.168.1.5 = "127."0.0.1
```
""", """
page.replace("192.168.1.5", "127.0.0.1")
page.run("test 192.168.1.5 ...")
""", "1 commands run"),
    "leave to .ci/run": ("""
```sh
make check     # long
```
""", 'page.leave_to_ci("make check")', "0 commands run, 1 run by .ci/run"),
    "solve": ("""
```sh
grep TODO starter/sender.c
```
```sh
grep solved starter/sender.c
```
""", """
page.run("grep TODO starter/sender.c")
page.solve("sender")
page.run("grep solved starter/sender.c")
""", "2 commands run"),
}

ONE = "```sh\ntrue\n```\n"
CAT = "```sh\ncat\n```\n"
FILE = "```c\nx\n```\n"
RUN = 'page.run("true")\n'

# A page, its script, where the failure is (a line of page.md or of page.py)
# and words of the report.
BAD = {
    "exit code": ("```sh\ntrue\n(exit 4)\n```", RUN,
        "page.md:3, page.py:1", "(exit 4)\n  exit code 4, expected 0"),
    "tail": ("```sh\nseq 30; false\n```", 'page.run("seq ...")', "page.md:2", "  | 11\n  | 12\n"),
    "no exit code": (ONE, 'page.run("true", exits=1)', "page.md:2", "exit code 0, expected 1"),
    "exit code later": ("```sh\nread -r x\n```", 'page.start("read -r x").type("x").ends(1)',
        "page.md:2", "exit code 0, expected 1"),
    "exit code of press": (CAT, 'page.start("cat").press("ctrl-d", exits=1)',
        "page.md:2", "exit code 0, expected 1"),
    "early ctrl-c": (CAT, 'page.start("cat").press("ctrl-c")', "page.md:2",
        "it may not have begun"),
    "runs at the end": (CAT, 'page.start("cat")', "page.md:2", "still runs at the end"),
    "press and no end": ("```sh\necho a; cat | cat -; cat\n```\n",
        'page.start("echo ...").see("a").press("ctrl-d")', "page.md:2", "has not ended"),
    "never ends": (CAT, 'page.run("cat")', "page.md:2", "has not ended after 0.3 s"),
    "not closed": ("```sh\necho 'a\n```", 'page.run("echo...")', "page.md:2", "are not closed"),
    "shell ends": ("```sh\nexit 0\n```", 'page.run("exit 0")', "page.md:2", "the shell ended"),
    "never seen": (CAT, 'page.start("cat").see("x")', "page.md:2, page.py:1",
        'did not show "x" in 0.3 s'),
    "ends unseen": ("```sh\necho y\n```", 'page.start("echo y").see("x")',
        "page.md:2", 'exit code 0 before it showed "x"'),
    "seen once": ("```sh\necho x; cat\n```", 'page.start("echo x; cat").see("x").see("x")',
        "page.md:2", 'did not show "x"'),
    "seen before": ("```sh\necho x\ncat\n```", 'page.start("echo x").see("x")', "page.md:3",
        'did not show "x"'),
    "type after": ("```sh\nhead -n 1\n```\n" + ONE,
        'one = page.start("head -n 1").type("x").see("x")\n' + RUN
        + 'one.type("x")', "page.md:2, page.py:3", "no longer runs"),
    "misspelt": (ONE, 'page.rum("true")', "page.py:1", "no attribute 'rum'"),
    "unknown block": (ONE + CAT, RUN, "page.md:4",
        'the block "cat" is not in the script, which expects no more'),
    "unknown first block": (CAT + ONE, RUN, "page.md:1", 'expects "true" here'),
    "no such block": (ONE, RUN + '\npage.run("make none")', "page.md, page.py:3",
        'the page has no block "make none"'),
    "other order": (ONE + CAT, 'page.start("cat").see("x")\n' + RUN,
        "page.md:1", 'the block "true" is not in the script'),
    "beginning of a name": ("```sh\nmake help\n```", 'page.run("make")',
        "page.md:1", 'expects "make" here'),
    "no script": (ONE, None, "page.md", "page.py"),
    "a comment": (ONE + "<!-- see main: x -->", RUN, "page.md:4", "an HTML comment"),
    "long comment": ("<!--\nsee main: x\n-->\n" + ONE, RUN, "page.md:1", "an HTML comment"),
    "in a sentence": ("a `b\nc`\nb <!-- see main: x --> c\n" + ONE, RUN,
        "page.md:3", "an HTML comment"),
    "save commands": (ONE, 'page.save("true", "x")', "page.md:1",
        'the block "true" is not in the script'),
    "no such file": (FILE + ONE, RUN + 'page.save("y", "y")',
        "page.md, page.py:2", 'the page has no block "y"'),
    "save outside": (FILE + ONE, 'page.save("x", "../x")\n' + RUN,
        "page.py:1", "not in the work folder"),
    "no solution": (ONE, RUN + 'page.solve("receiver")', "page.py:2", "No such file"),
    "not in .ci/run": ("```sh\nmake chec\n```", 'page.leave_to_ci("make chec")', "page.md:2",
        ".ci/run has no such command"),
    "stale target": (ONE + "Type `make\nhelp nonsense`.", RUN, "page.md:4",
        "`make help nonsense`: there is no nonsense"),
    "stale command": (ONE + "`build/x/chat-server user`", RUN, "page.md:4", "there is no user"),
    "stray fence": (ONE + "```\nmake x\n```", RUN, "page.md:5", "nothing runs this command"),
    "stray indent": ("Type:\n\n    make x\n", "", "page.md:3", "nothing runs this"),
    "no end": ("```sh\ntrue\n", RUN, "page.md:1", "has no end"),
    "no command": ("Text.", "", "page.md", "there is no command in this page"),
    "empty fence": ("```sh\n# nothing\n```", "", "page.md:1", "no command in this fence"),
    "terminal in the page": ("```sh bob\ntrue\n```", RUN, "page.md:1",
        'mark this fence "sh" only'),
}


def played(top, text, script, wait, archive=None):
    """Play a page; returns whether it was good, and all that was printed."""
    (top / "page.md").write_text(text, encoding="utf-8")
    path = top / play.SCRIPTS / "page.py"
    path.unlink(missing_ok=True)
    if script is not None:
        path.write_text(script, encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        line, good = play.check(Workspace(top, archive), "page.md", wait, wait)
    return good, f"{printed.getvalue()}{line}\n"


def good_ones(top):
    for name, (text, script, counts) in GOOD.items():
        good, printed = played(top, text, script, 20)
        if not good or f"page.md: {counts}\n" not in printed:
            yield name, printed


def bad_ones(top):
    for name, (text, script, where, words) in BAD.items():
        good, printed = played(top, text, script, 0.3)
        if (good or not re.search(rf"(?m)^{where}\b.*: FAILED: ", printed)
                or words not in printed):
            yield name, f"{printed}expected at {where}: {words}\n"


def nothing_stays(top):
    """All processes that a page started end with it, in any process group."""
    pipe = top.parent / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    text = f"""
```sh
sh -c 'trap "" HUP; echo on; exec cat' 3> {pipe} & cat
```
"""
    good, printed = played(top, text, 'page.start("sh -c ...").see("on").press("ctrl-d")', 20)
    # The other end is closed as soon as no process could write.
    gone = select.select([end], [], [], 20)[0] == [end]
    os.close(end)
    if not good or not gone:
        yield "nothing stays", f"{printed}something is left\n"


def archive(top):
    """The one folder in an archive becomes the work folder."""
    tar = top.parent / "x.tar.gz"
    subprocess.run(["tar", "-czf", tar, "-C", top.parent, top.name], check=True)
    text = "```sh\ngrep TODO starter/sender.c\n```"
    good, printed = played(top, text, 'page.run("grep ...")', 20, tar)
    missing, _ = played(top, text, 'page.run("grep ...")', 20, top / "none")
    if not good or missing:
        yield "archive", printed


def ports(_):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        if not run.taken(port):
            yield "ports", "a listener was not noticed\n"
    if run.taken(port):
        yield "ports", "a closed port is still taken\n"


def private_network(_):
    """A port in use is an error, except where there are namespaces."""
    with contextlib.ExitStack() as stack:
        if not run.taken(run.PORTS[0]):
            stack.enter_context(socket.create_server(("127.0.0.1", run.PORTS[0])))
        # A page without commands: it is read if the ports are free.
        done = subprocess.run([sys.executable, run.__file__, "no-archive", "LICENSE"],
                              capture_output=True, text=True, check=False)
    expected = ("there is no command in this page" if run.private_network()
                else f"listens on port {run.PORTS[0]}")
    if expected not in done.stdout + done.stderr:
        yield "private network", done.stdout + done.stderr


def main():
    # A page must not depend on our own environment.
    os.environ.update(CI="1", MAKEFLAGS="k")
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve() / "tree"
        (top / play.SCRIPTS).mkdir(parents=True)
        for name, text in TREE.items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text, encoding="utf-8")
        for test in (good_ones, bad_ones, nothing_stays, archive, ports,
                     private_network):
            failed += test(top)
    for name, printed in failed:
        print(f"FAILED {name}:\n" + re.sub("(?m)^", "  ", printed))
    count = len(GOOD) + len(BAD) + 4
    print(f"the runner of the pages: {count} tests, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
