# SPDX-License-Identifier: MIT
"""Tiny documents: each directive does its work, each failure is reported."""

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


def played(top, text, see_wait, command_wait):
    """Play a document; returns the outcome and all that was said."""
    (top / "page.md").write_text("\n" + text, encoding="utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        outcome = run.check(top, "page.md",
                            functools.partial(place.copy_tree, top),
                            see_wait, command_wait)
    return outcome, said.getvalue()


def good_ones(top):
    for name, (text, counts) in GOOD.items():
        outcome, said = played(top, text, 20, 20)
        if outcome.failed or outcome.counts != counts:
            yield name, f"{said}{outcome.line()}\n"


def bad_ones(top):
    for name, (text, line, words) in BAD.items():
        outcome, said = played(top, text, 0.3, 0.3)
        where = f"page.md:{line}: FAILED: "
        if not outcome.failed or where not in said or words not in said:
            yield name, f"{said}expected at line {line}: {words}\n"


def nothing_stays(top):
    """What a document started ends with it, in its groups or others."""
    pipe = top.parent / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    text = f"""
```sh
sh -c 'trap "" HUP; echo on; exec cat' 3> {pipe} & cat
```
<!-- see main: on -->
"""
    outcome, said = played(top, text, 20, 20)
    # The other end is closed as soon as nobody is left who could write.
    gone = select.select([end], [], [], 20)[0] == [end]
    os.close(end)
    if outcome.failed or not gone:
        yield "nothing stays", f"{said}something is left\n"


def archive(top):
    """What is in the one folder of an archive is the work folder."""
    tar = top.parent / "x.tar.gz"
    subprocess.run(["tar", "-czf", tar, "-C", top.parent, top.name],
                   check=True)
    (top / "page.md").write_text("```sh\ngrep TODO starter/sender.c\n```",
                                 encoding="utf-8")
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
            yield "for students", "the solution is there\n"


def ports(_):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        if not run.taken(port):
            yield "ports", "a listener was not noticed\n"
    if run.taken(port):
        yield "ports", "a port that was given back is taken\n"


def private_network(_):
    """A port in use is told, or does not matter, where namespaces are."""
    with contextlib.ExitStack() as stack:
        if not run.taken(run.PORTS[0]):
            stack.enter_context(
                socket.create_server(("127.0.0.1", run.PORTS[0])))
        # A document without commands: it is read if the ports are free.
        said = subprocess.run(
            [sys.executable, run.__file__, "LICENSE"], cwd=run.ROOT,
            capture_output=True, text=True, check=False)
    if private.command() is None:
        expected = f"listens on port {run.PORTS[0]}"
    else:
        expected = "no command stands in this document"
    if expected not in said.stdout + said.stderr:
        yield "private network", said.stdout + said.stderr


def main():
    # A document must not depend on what we were called with.
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
    print(f"the runner of documents: {count} tests, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
