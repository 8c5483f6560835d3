# SPDX-License-Identifier: MIT
"""The script of handout.md; tests/tools/docs/play.py explains the calls."""


def log_in(command, password, then):
    program = page.start(command).see("Password:").type(password)
    return program.see(then)


# Starter code

page.run("make doctor")
page.run("make")

server = page.start("make server").see("listening on http://127.0.0.1:8080")
bob = log_in("make receiver ME=bob", "banana", "listening on")
alice = log_in("make sender ME=alice TO=bob", "apple",
               "message 4 was not understood (TODO 1)")
alice.ends(0)
bob.press("ctrl-c")

page.run("make grade", exits=2)

# The sender

page.solve("sender")
page.run("make grade ONLY=M4-01")
page.run("make grade ONLY=M4-01,M5-01,M5-03,M5-05")
page.run("make grade ONLY=M4,M5")

# The receiver

page.solve("receiver")
page.run("make grade ONLY=R4-01")

bob = log_in("make receiver ME=bob", "banana", "listening on")
alice = log_in("make sender ME=alice TO=bob", "apple",
               "type a line and Enter")
alice.type("hello bob")
bob.see("alice: hello bob")
bob.press("ctrl-c")
bob = log_in("make receiver ME=bob", "banana", "listening on")
alice.type("are you back?")
bob.see("alice: are you back?")
alice.press("ctrl-d")
bob.press("ctrl-c")
server.press("ctrl-c")

page.run("make grade")

# Be Eve

eve = page.start("make eve").see("Press Enter to see the same with TLS")
eve.type().see("what can").ends(0)

# Handing in

page.save("jdoe42, Jane Doe", "starter/GROUP")
page.run("make submit")
