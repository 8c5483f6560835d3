# SPDX-License-Identifier: MIT
"""Plays tiny pages: each line of a script works, each failure is reported."""

import contextlib
import functools
import io
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import place
import private
import run
from samples import BAD, GOOD, TREE


def make_tree(top):
    for name, text in TREE.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")


def played(top, text, lines, see_wait, command_wait):
    """Play a page by a script; returns the outcome and all that was printed."""
    (top / "page.md").write_text(text, encoding="utf-8")
    script = top / run.SCRIPTS / "page.txt"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.unlink(missing_ok=True)
    if lines is not None:
        script.write_text(lines, encoding="utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        outcome = run.check(top, "page.md",
                            functools.partial(place.copy_tree, top),
                            see_wait, command_wait)
    return outcome, said.getvalue()


def good_ones(top):
    for name, (text, lines, counts) in GOOD.items():
        outcome, said = played(top, text, lines, 20, 20)
        if outcome.failed or outcome.counts != counts:
            yield name, f"{said}{outcome.line()}\n"


def bad_ones(top):
    for name, (text, lines, where, words) in BAD.items():
        outcome, said = played(top, text, lines, 0.3, 0.3)
        if (not outcome.failed or f"{where}: FAILED: " not in said
                or words not in said):
            yield name, f"{said}expected at {where}: {words}\n"


def nothing_stays(top):
    """What a page started ends with it, whatever its process group."""
    pipe = top.parent / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    text = f"""
```sh
sh -c 'trap "" HUP; echo on; exec cat' 3> {pipe} & cat
```
"""
    outcome, said = played(top, text, "sh -c ...\n  see on\n", 20, 20)
    # The other end is closed as soon as no process could write.
    gone = select.select([end], [], [], 20)[0] == [end]
    os.close(end)
    if outcome.failed or not gone:
        yield "nothing stays", f"{said}something is left\n"


def archive(top):
    """The one folder in an archive becomes the work folder."""
    tar = top.parent / "x.tar.gz"
    subprocess.run(["tar", "-czf", tar, "-C", top.parent, top.name],
                   check=True)
    (top / "page.md").write_text("```sh\ngrep TODO starter/sender.c\n```",
                                 encoding="utf-8")
    (top / run.SCRIPTS / "page.txt").write_text("grep ...", encoding="utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        outcome = run.check(top, "page.md",
                            functools.partial(place.unpack, tar), 20, 20)
        missing = run.check(top, "page.md", functools.partial(
            place.unpack, top / "none.tar.gz"), 20, 20)
    if outcome.failed or not missing.failed:
        yield "archive", said.getvalue()


def for_students(top):
    """Without an archive, there is at least no solution."""
    with place.Place(top, functools.partial(place.copy_for_students,
                                            top)) as here:
        if (here.work / "solution").exists():
            yield "for students", "the solution is in the copy\n"


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
            stack.enter_context(
                socket.create_server(("127.0.0.1", run.PORTS[0])))
        # A page without commands: it is read if the ports are free.
        said = subprocess.run(
            [sys.executable, run.__file__, "LICENSE"], cwd=run.ROOT,
            capture_output=True, text=True, check=False)
    if private.command() is None:
        expected = f"listens on port {run.PORTS[0]}"
    else:
        expected = "there is no command in this page"
    if expected not in said.stdout + said.stderr:
        yield "private network", said.stdout + said.stderr


def main():
    # A page must not depend on our own environment.
    os.environ.update(CI="1", MAKEFLAGS="k")
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve() / "tree"
        make_tree(top)
        for test in (good_ones, bad_ones, nothing_stays, archive,
                     for_students, ports, private_network):
            failed += test(top)
    for name, said in failed:
        print(f"FAILED {name}:\n" + re.sub("(?m)^", "  ", said))
    count = len(GOOD) + len(BAD) + 5
    print(f"the runner of the pages: {count} tests, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
