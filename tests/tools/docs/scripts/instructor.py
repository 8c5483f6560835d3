# What instructor.md leads to; tests/tools/docs/script.py explains the lines.

make deps deps-handout

# Accounts from a roster

name,password
    save as roster.csv

make

staple battery horse
    save as new-password.txt

build/libsodium/chat-server adduser ...

# A certificate, and the server

make certs HOSTS="192.168.1.5"
    let 192.168.1.5 be 127.0.0.1

build/libsodium/chat-server --db class.db ...
    in server
    see listening on https://192.168.1.5:8080

make receiver ME=bob SERVER=https://192.168.1.5:8080 ...
    in bob
    see Password:
    type correct horse battery
    see listening on 192.168.1.5

make sender ME=alice TO=bob SERVER=https://192.168.1.5:8080 ...
    in alice
    exits 2
    see Password:
    type staple battery horse
    see TODO 1
    in bob
    press ctrl-c
    in server
    press ctrl-c

# What an eavesdropper sees

build/libsodium/chat-server --demo --listen 192.168.1.5 ...
    in server
    see listening on http://192.168.1.5:8080
    press ctrl-c

# Grading

make grade SUBMISSION=starter FORMAT=json ...
    exits 2

make submit SUBMISSION=solution

make rubric
