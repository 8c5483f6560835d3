# SPDX-License-Identifier: MIT
"""Does what a document says, in terminals, and looks whether it is true."""

import os
import shutil
from collections import Counter
from dataclasses import dataclass

import transcript
from page import Block, Command, File, Problem
from terminal import ENDED, LONGEST, Terminals

PROMPT_LOST = "its quotes or brackets are not closed"


@dataclass
class Running:
    """A command that was typed, and the exit code it must have."""
    command: Command
    exits: int                 # None: any
    given: bool = False        # the document names the exit code
    begun: bool = False        # it has shown something


def lacking(needs):
    """The first of these words that we have not: a program, or root."""
    for need in needs.split():
        there = os.geteuid() == 0 if need == "root" else shutil.which(need)
        if not there:
            return need
    return None


class Player:
    """Plays one document in one place; deadlines are in seconds."""

    def __init__(self, name, items, place, see_wait, command_wait):
        self.name, self.items, self.place = name, items, place
        self.see_wait, self.command_wait = see_wait, command_wait
        self.terminals = Terminals(place.work, place.environment)
        self.lets, self.skipping = [], set()
        self.ran = self.by_ci = 0
        self.skipped = Counter()

    def play(self):
        """Do everything in order; the first Problem ends it."""
        try:
            for index, item in enumerate(self.items):
                self.do(index, item)
            self.finish_ended()
        finally:
            self.terminals.close()

    def do(self, index, item):
        try:
            if isinstance(item, Block):
                self.block(item, self.runs_on(index))
            elif isinstance(item, File):
                self.place.write(item.name, item.text)
            else:
                self.step(item)
        except (OSError, ValueError) as error:
            raise Problem(item.line, str(error)) from error

    def counts(self):
        parts = [f"{self.ran} commands run"]
        if self.by_ci:
            parts.append(f"{self.by_ci} run by .ci/run")
        parts += [f"{n} skipped ({what})" for what, n in self.skipped.items()]
        return ", ".join(parts)

    def runs_on(self, index):
        """Is the last command of this block still running after it?"""
        for item in self.items[index + 1:]:
            if isinstance(item, Block):
                break
            if getattr(item, "where", None) == self.items[index].terminal:
                return True
        return False

    def changed(self, text):
        for old, new in self.lets:
            text = text.replace(old, new)
        return text

    # --- Blocks --------------------------------------------------------------

    def block(self, block, runs_on):
        need = lacking(block.settings.get("needs", ""))
        self.skipping.discard(block.terminal)
        if "by" in block.settings:
            self.left_to_ci(block)
        elif need:
            self.skipping.add(block.terminal)
            self.skipped[need] += len(block.commands)
            print(f"{self.name}:{block.line}: skipped: needs {need}")
        else:
            for command in block.commands:
                last = command is block.commands[-1]
                self.run(block, command, runs_on and last)

    def left_to_ci(self, block):
        lines = self.place.ci_commands()
        for command in block.commands:
            if command.text not in lines:
                raise Problem(command.line, f"{command.text}: .ci/run has no "
                              "such command")
            self.by_ci += 1

    def run(self, block, command, runs_on):
        terminal = self.terminals.get(block.terminal)
        self.finish(terminal)
        text = self.changed(command.text)
        print(f"{self.name}:{command.line}: {block.terminal}$ {text}",
              flush=True)
        if len(text.encode()) > LONGEST:
            raise Problem(command.line, "too long for a terminal")
        exits = block.settings.get("exits")
        terminal.running = Running(command, int(exits or 0),
                                   given=exits is not None)
        terminal.command(text)
        self.ran += 1
        if not runs_on:
            self.finish(terminal)
        elif command.output is not None:
            self.shows(terminal, to_the_end=False)

    def finish(self, terminal):
        """Wait for the end of what runs there, and look at its exit code."""
        running = terminal.running
        if running is None:
            return
        code = self.terminals.wait(terminal.code, self.command_wait)
        if code is None:
            self.fail(terminal, f"has not ended after {self.command_wait} s")
        if running.exits not in (None, code) or not isinstance(code, int):
            self.fail(terminal, f"{said(code)}, expected {running.exits or 0}")
        if running.command.output is not None:
            self.shows(terminal, to_the_end=True)
        terminal.running = None

    def shows(self, terminal, to_the_end):
        """What a transcript says must be what the terminal showed."""
        terminal.running.begun = True
        output = terminal.running.command.output
        expected = [self.changed(line) for _, line in output]
        if not to_the_end:
            self.terminals.wait(lambda: self.over(terminal) or (
                transcript.begins(expected, terminal.output()) or None),
                self.see_wait)
            expected.append("...")
        index = transcript.missing(expected, terminal.output())
        if index == len(output):
            self.fail(terminal, "printed more than stands here")
        if index is not None:
            self.fail(terminal, f'did not print "{expected[index]}"',
                      output[index][0])

    def finish_ended(self):
        """At the end: what still runs may do so, but for a promised code."""
        self.terminals.hear(0)
        for terminal in self.terminals.all.values():
            promised = terminal.running and terminal.running.given
            if promised or self.over(terminal):
                self.finish(terminal)

    # --- Steps ---------------------------------------------------------------

    def step(self, step):
        if step.verb == "let":
            self.lets.append((step.where, step.text))
        elif step.verb == "solve":
            self.place.solve(step.where)
        elif step.where not in self.skipping:
            terminal = self.terminals.all.get(step.where)
            if terminal is None:
                raise Problem(step.line, f"no terminal {step.where} yet")
            getattr(self, step.verb)(terminal, step)

    def see(self, terminal, step):
        text = self.changed(step.text)
        # In this order: what a program said last must count.
        found = self.terminals.wait(
            lambda: "seen" if terminal.find(text) else self.over(terminal),
            self.see_wait)
        if found is None:
            self.fail(terminal, f'did not show "{text}" in {self.see_wait} s',
                      step.line)
        if found != "seen":
            self.fail(terminal, f'{found} before it showed "{text}"',
                      step.line)
        if terminal.running:
            terminal.running.begun = True

    def type(self, terminal, step):
        self.must_run(terminal, step)
        terminal.write(self.changed(step.text))

    def key(self, terminal, step):
        """Ctrl-C or Ctrl-D, and the end of what ran there."""
        self.must_run(terminal, step)
        running = terminal.running
        # Ctrl-C throws away what was typed and not yet read by the shell.
        if step.text == "ctrl-c" and not running.begun:
            self.fail(terminal, "see something of it before ctrl-c: it may "
                      "not have begun", step.line)
        terminal.press(step.text)
        if not running.given:
            exits = step.settings.get("exits")
            running.exits = None if exits is None else int(exits)
        # What ended in the middle has not shown all of its transcript.
        running.command.output = None
        self.finish(terminal)

    def must_run(self, terminal, step):
        self.terminals.hear(0)
        if terminal.running is None or self.over(terminal):
            self.fail(terminal, f"no longer runs at \"{step.verb}\"",
                      step.line)

    def over(self, terminal):
        """A word about the end of the last command; None while it runs."""
        code = terminal.code()
        return None if code is None else said(code)

    def fail(self, terminal, text, line=None):
        running = terminal.running
        command = running.command.text if running else "(nothing)"
        name = next(n for n, t in self.terminals.all.items() if t is terminal)
        raise Problem(line or running.command.line,
                      f"terminal {name}: {self.changed(command)}\n  {text}",
                      terminal.tail())


def said(code):
    if code == "more":
        return PROMPT_LOST
    return code if code == ENDED else f"exit code {code}"
