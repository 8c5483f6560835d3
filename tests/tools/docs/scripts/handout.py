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
alice.press("ctrl-d")
bob.press("ctrl-c")
server.press("ctrl-c")

page.run("make grade")

# Listening as Eve, without TLS

server = page.start("make server").see("listening on http://127.0.0.1:8080")
eve = page.start("sudo tcpdump ...", needs="tcpdump root").see("listening on")
bob = log_in("make receiver ME=bob", "banana", "listening on")
alice = log_in("make sender ME=alice TO=bob", "apple",
               "type a line and Enter")
alice.type("can you read this, eve?")
bob.see("alice: can you read this, eve?")
eve.see('"message"')

wireshark = page.start("sudo tshark ...", needs="tshark root")
wireshark.see("Capturing on")
alice.press("ctrl-d")
bob.press("ctrl-c")
server.press("ctrl-c")

# Listening as Eve, with TLS

page.run("make certs")
server = page.start("make server ARGS=...")
server.see("listening on https://127.0.0.1:8080")
bob = log_in("make receiver ME=bob SERVER=https://127.0.0.1:8080 ...",
             "banana", "listening on")
alice = log_in("make sender ME=alice TO=bob SERVER=https://127.0.0.1:8080 ...",
               "apple", "type a line and Enter")
alice.type("and now?")
bob.see("alice: and now?")
eve.press("ctrl-c")
wireshark.press("ctrl-c")
alice.press("ctrl-d")
bob.press("ctrl-c")
server.press("ctrl-c")

# Handing in

page.run("make submit")
