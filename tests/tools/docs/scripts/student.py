# SPDX-License-Identifier: MIT
"""The script of student.md; tests/tools/docs/play.py explains the calls."""

page.run("make doctor")
page.run("make grade", exits=2)
page.solve("sender")
page.solve("receiver")
eve = page.start("make eve").see("Press Enter to see the same with TLS")
eve.type().see("what can").ends(0)
page.run("make trace")
page.run("make help")
page.save("jdoe42, Jane Doe", "starter/GROUP")
page.run("make submit")
