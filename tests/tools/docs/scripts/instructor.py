# SPDX-License-Identifier: MIT
"""The script of instructor.md; tests/tools/docs/play.py explains the calls."""

page.run("make deps deps-handout")

# Accounts from a roster

page.run("mkdir -m 700 class")
page.save("name,password", "class/roster.csv")
page.run("make")
page.run("build/libsodium/chat-server import --update ...")
page.run("build/libsodium/chat-server slips ...")
page.save("staple battery horse", "class/new-password.txt")
page.run("build/libsodium/chat-server adduser ...")

# A certificate, and the server

page.replace("192.168.1.5", "127.0.0.1")
page.run('make certs HOSTS="192.168.1.5"')

server = page.start("build/libsodium/chat-server --db class/class.db ...")
server.see("listening on https://127.0.0.1:8080")
bob = page.start(
    "make receiver ME=bob SERVER=https://192.168.1.5:8080 ...")
bob.see("Password:").type("correct horse battery")
bob.see("listening on 127.0.0.1")
alice = page.start(
    "make sender ME=alice TO=bob SERVER=https://192.168.1.5:8080 ...")
alice.see("Password:").type("staple battery horse")
alice.see("TODO 1").ends(0)

# What an eavesdropper sees, while the class server and a receiver run

eve = page.start("make eve")
eve.see("can you read this, Eve?").see("Press Enter").type()
eve.see("Messages 1 to 4 are inside TLS").ends(0)
bob.press("ctrl-c")
server.press("ctrl-c")

# Grading

page.run("make grade SUBMISSION=starter FORMAT=json ...", exits=2)
page.run("make submit SUBMISSION=solution")
page.save("Student,ID,SIS User ID,...", "class/grades.csv")
page.replace("class/submissions.zip", "class/submissions")
page.run("make deps-class")
for platform in ("gradescope", "autolab", "prairielearn", "classroom50", "ci"):
    page.run("make %s GRADING=checks ..." % platform)
page.run("make rubric")
