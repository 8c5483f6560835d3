# SPDX-License-Identifier: MIT
"""Runs the commands of a page as its script tells: scripts/NAME.py for NAME.md.

The script names each command block of the page, in order, by its first
command. A long name may be cut and end in "...". It calls:

    page.run("make grade", exits=2)      type the block and wait for its end
    bob = page.start("make receiver ...")    type it in a new terminal,
                                         where its last command keeps running
    bob.see("Password:").type("banana")  see terminal.py for all methods
    bob.press("ctrl-c")
    page.start("make demo", count=1)     only the first command of the block: the
                                         next call names the rest of it
    page.leave_to_ci("make check")       not run here: .ci/run has its lines
    page.replace("192.168.1.5", "127.0.0.1")     in all commands from here on
    page.solve("sender")                 the solution replaces the starter
    page.save("name,password", "roster.csv")     write a fence that shows a
                                         file, by its first line

It is an error if the script does not name a block, if it names one that does
not exist, or if a program still runs at the end.
"""

import runpy
from itertools import chain

from page import Fence, Page, Problem
from terminal import Terminals

SCRIPTS = "tests/tools/docs/scripts"


class Play:
    """What a script sees as `page`."""

    def __init__(self, page, workspace, see_wait, command_wait):
        self.page, self.workspace = page, workspace
        self.rest = iter(page.fences)
        self.terminals = Terminals(workspace.work, workspace.environment, see_wait, command_wait)
        self.main = None
        self.replaced = []
        self.ran = self.by_ci = 0

    def play(self):
        name = self.page.name.rpartition("/")[2].replace(".md", ".py")
        path = self.workspace.root / SCRIPTS / name
        try:
            runpy.run_path(str(path), {"page": self})
            for terminal in self.terminals.all:
                if terminal.running:
                    terminal.fail("still runs at the end of the script")
            for fence in self.rest:
                self.reject(fence, "no more blocks")
        finally:
            self.terminals.close()

    def counts(self):
        parts = [f"{self.ran} commands run"]
        if self.by_ci:
            parts.append(f"{self.by_ci} run by .ci/run")
        return ", ".join(parts)

    def fence(self, name, is_block=True):
        for fence in self.rest:
            if fence.is_block == is_block and fence.is_called(name):
                return fence
            self.reject(fence, f'"{name}"')
        raise Problem(self.page.name, f'the page has no block "{name}" here')

    def reject(self, fence, expected):
        """A block must be named; another fence must not look like one."""
        if fence.is_block:
            raise Problem(fence.where, f'the block "{fence.lines[0][1]}" is not in the script, '
                          f"which expects {expected} here")
        fence.reject_stray()

    def type_all(self, fence, terminal, exits):
        for where, text in fence.lines:
            if terminal.running:
                terminal.ends(exits)
            for old, new in self.replaced:
                text = text.replace(old, new)
            print(f"{where}: {text}", flush=True)
            terminal.command(where, text)
            self.ran += 1

    # --- For scripts ---------------------------------------------------------

    def run(self, name, exits=0):
        fence = self.fence(name)
        self.main = self.main or self.terminals.new()
        self.type_all(fence, self.main, exits)
        self.main.ends(exits)

    def start(self, name, count=None):
        fence = self.fence(name)
        if count:
            rest = fence.lines[count:]
            self.rest = chain([Fence(rest[0][0], "sh", rest)], self.rest)
            fence = Fence(fence.where, "sh", fence.lines[:count])
        terminal = self.terminals.new()
        self.type_all(fence, terminal, 0)
        return terminal

    def leave_to_ci(self, name):
        path = self.workspace.root / ".ci/run"
        lines = [line.strip() for line in path.open(encoding="utf-8")]
        for where, text in self.fence(name).lines:
            if text not in lines:
                raise Problem(where, f"{text}: .ci/run has no such command")
            self.by_ci += 1

    def replace(self, old, new):
        self.replaced.append((old, new))

    def solve(self, program):
        solution = self.workspace.root / f"solution/{program}.c"
        self.workspace.write(f"starter/{program}.c", solution.read_text(encoding="utf-8"))

    def save(self, name, path):
        lines = self.fence(name, is_block=False).lines
        self.workspace.write(path, "".join(line + "\n" for _, line in lines))


def script_line(error):
    """The SCRIPT:LINE that led to this error, or nothing."""
    trace, found = error.__traceback__, ""
    while trace:
        path = trace.tb_frame.f_code.co_filename
        if f"{SCRIPTS}/" in path:
            found = f"{path.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def report(name, error):
    where = [getattr(error, "where", ""), script_line(error)]
    text = error if isinstance(error, Problem) else f"{type(error).__name__}: {error}"
    print(f"{', '.join(filter(None, where)) or name}: FAILED: {text}")
    for line in getattr(error, "tail", ()):
        print(f"  | {line}")


def check(workspace, name, see_wait=120, command_wait=900):
    """Read and play one page of a workspace; returns the line with the
    result, and whether all went well."""
    problems, counts = [], "0 commands run"
    try:
        page = Page(name, (workspace.root / name).read_text(encoding="utf-8"))
        problems += page.stale(workspace.root)
        if not any(fence.is_block for fence in page.fences):
            raise Problem(name, "there is no command in this page")
        with workspace:
            play = Play(page, workspace, see_wait, command_wait)
            try:
                play.play()
            finally:
                counts = play.counts()
    except Exception as error:         # of the page, its script, the system
        problems.append(error)
    for problem in problems:
        report(name, problem)
    return f"{name}: {counts}" + (", FAILED" if problems else ""), not problems
