# SPDX-License-Identifier: MIT
"""The script of README.md; tests/tools/docs/play.py explains the calls."""

demo = page.start("make demo", count=1).see("Now you are Alice")
demo.see("type a line and Enter").type("good morning, bob")
demo.see("alice: good morning, bob").press("ctrl-d")
demo.see("It works")

page.leave_to_ci("make check")
page.run("make grade ONLY=M5-03", exits=2)
page.run("make deps deps-handout")
