# SPDX-License-Identifier: MIT
"""The script of student.md; tests/tools/docs/play.py explains the calls."""

page.run("make doctor")
page.run("make grade", exits=2)
page.run("make help")
page.run("make submit")
