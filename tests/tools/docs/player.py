# SPDX-License-Identifier: MIT
"""Types the commands of a page into terminals and compares what it shows."""

import contextlib
import os
import shutil
from collections import Counter
from dataclasses import dataclass

import transcript
from page import Command, Problem
from terminal import ENDED, LONGEST, Terminals

PROMPT_LOST = "its quotes or brackets are not closed"


@dataclass
class Running:
    """A command that was typed, and the exit code it must have."""
    command: Command
    exits: int                 # None: any
    given: bool = False        # the script names the exit code
    begun: bool = False        # it has printed something


def lacking(needs):
    """The first of these words that is missing: a program, or root."""
    for need in needs.split():
        found = os.geteuid() == 0 if need == "root" else shutil.which(need)
        if not found:
            return need
    return None


@contextlib.contextmanager
def problems_at(where):
    """Report an error of the system as a Problem at this FILE:LINE."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise Problem(where, str(error)) from error


class Player:
    """Plays the script of one page in one place; deadlines are in seconds."""

    def __init__(self, entries, place, see_wait, command_wait):
        self.entries, self.place = entries, place
        self.see_wait, self.command_wait = see_wait, command_wait
        self.terminals = Terminals(place.work, place.environment)
        self.lets, self.skipping = [], set()
        self.ran = self.by_ci = 0
        self.skipped = Counter()

    def play(self):
        """Do everything in order; the first Problem ends it."""
        try:
            for entry in self.entries:
                self.entry(entry)
                for step in entry.steps:
                    self.step(step)
            self.finish_ended()
        finally:
            self.terminals.close()

    def counts(self):
        parts = [f"{self.ran} commands run"]
        if self.by_ci:
            parts.append(f"{self.by_ci} run by .ci/run")
        parts += [f"{n} skipped ({what})" for what, n in self.skipped.items()]
        return ", ".join(parts)

    def changed(self, text):
        for old, new in self.lets:
            text = text.replace(old, new)
        return text

    # --- Blocks --------------------------------------------------------------

    def entry(self, entry):
        for _, old, new in entry.settings.get("let", []):
            self.lets.append((old, new))
        for where, program in entry.settings.get("solve", []):
            with problems_at(where):
                self.place.solve(program)
        with problems_at(entry.where):
            if entry.is_file:
                self.save(entry)
            else:
                self.block(entry)

    def save(self, entry):
        text = "".join(line + "\n" for line in entry.fence.lines)
        self.place.write(entry.settings["save_as"], text)

    def block(self, entry):
        need = lacking(entry.settings.get("needs", ""))
        commands = entry.fence.commands
        self.skipping.discard(entry.terminal)
        if "left_to" in entry.settings:
            self.left_to_ci(commands)
        elif need:
            self.skipping.add(entry.terminal)
            self.skipped[need] += len(commands)
            print(f"{entry.fence.where}: skipped: needs {need}")
        else:
            for command in commands:
                last = command is commands[-1]
                self.run(entry, command, entry.runs_on() and last)

    def left_to_ci(self, commands):
        lines = self.place.ci_commands()
        for command in commands:
            if command.text not in lines:
                raise Problem(command.where, f"{command.text}: .ci/run has no "
                              "such command")
            self.by_ci += 1

    def run(self, entry, command, runs_on):
        terminal = self.terminals.get(entry.terminal)
        self.finish(terminal)
        text = self.changed(command.text)
        print(f"{command.where}: {entry.terminal}$ {text}",
              flush=True)
        if len(text.encode()) > LONGEST:
            raise Problem(command.where, "too long for a terminal")
        exits = entry.settings.get("exits")
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
        """The terminal must show what the transcript has."""
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
            self.fail(terminal, "printed more than this")
        if index is not None:
            self.fail(terminal, f'did not print "{expected[index]}"',
                      output[index][0])

    def finish_ended(self):
        """At the end: a command may still run unless its code is named."""
        self.terminals.hear(0)
        for terminal in self.terminals.all.values():
            promised = terminal.running and terminal.running.given
            if promised or self.over(terminal):
                self.finish(terminal)

    # --- Steps ---------------------------------------------------------------

    def step(self, step):
        if step.terminal in self.skipping:
            return
        terminal = self.terminals.all.get(step.terminal)
        if terminal is None:
            raise Problem(step.where, f"no terminal {step.terminal} yet")
        with problems_at(step.where):
            getattr(self, step.verb)(terminal, step)

    def see(self, terminal, step):
        text = self.changed(step.text)
        # The text before the end: the last words of a program count.
        found = self.terminals.wait(
            lambda: "seen" if terminal.find(text) else self.over(terminal),
            self.see_wait)
        if found is None:
            self.fail(terminal, f'did not show "{text}" in {self.see_wait} s',
                      step.where)
        if found != "seen":
            self.fail(terminal, f'{found} before it showed "{text}"',
                      step.where)
        if terminal.running:
            terminal.running.begun = True

    def type(self, terminal, step):
        self.must_run(terminal, step)
        terminal.write(self.changed(step.text))

    def press(self, terminal, step):
        """Ctrl-C or Ctrl-D, and the end of what ran there."""
        self.must_run(terminal, step)
        running = terminal.running
        # Ctrl-C discards what was typed and not yet read by the shell.
        if step.text == "ctrl-c" and not running.begun:
            self.fail(terminal, "see something of it before ctrl-c: it may "
                      "not have begun", step.where)
        terminal.press(step.text)
        if not running.given:
            running.exits = step.exits
        # A command that was stopped has not printed its whole transcript.
        running.command.output = None
        self.finish(terminal)

    def must_run(self, terminal, step):
        self.terminals.hear(0)
        if terminal.running is None or self.over(terminal):
            self.fail(terminal, f"no longer runs at \"{step.verb}\"",
                      step.where)

    def over(self, terminal):
        """How the last command ended; None while it runs."""
        code = terminal.code()
        return None if code is None else said(code)

    def fail(self, terminal, text, where=None):
        running = terminal.running
        command = running.command.text if running else "(nothing)"
        name = next(n for n, t in self.terminals.all.items() if t is terminal)
        raise Problem(where or running.command.where,
                      f"terminal {name}: {self.changed(command)}\n  {text}",
                      terminal.tail())


def said(code):
    if code == "more":
        return PROMPT_LOST
    return code if code == ENDED else f"exit code {code}"
