# What handout.md leads to; tests/tools/docs/script.py explains the lines.

# Starter code

make doctor

make

make server
    in server
    see listening on http://127.0.0.1:8080

make receiver ME=bob
    in bob
    see Password:
    type banana
    see listening on

make sender ME=alice TO=bob
    in alice
    exits 2
    see Password:
    type apple
    see message 4 was not understood (TODO 1)
    in bob
    press ctrl-c

make grade
    exits 2

# The sender

make grade ONLY=M4-01,M5-01,M5-03,M5-05
    solve sender

make grade ONLY=M4,M5

# The receiver

make grade ONLY=R4-01
    solve receiver

make receiver ME=bob
    in bob
    see Password:
    type banana
    see listening on

make sender ME=alice TO=bob
    in alice
    see Password:
    type apple
    see type a line and Enter
    type hello bob
    in bob
    see alice: hello bob
    in alice
    press ctrl-d
    in bob
    press ctrl-c
    in server
    press ctrl-c

make grade

# Listening as Eve, without TLS

make server
    in server
    see listening on http://127.0.0.1:8080

sudo tcpdump ...
    in eve
    needs tcpdump root
    see listening on

make receiver ME=bob
    in bob
    see Password:
    type banana
    see listening on

make sender ME=alice TO=bob
    in alice
    see Password:
    type apple
    see type a line and Enter
    type can you read this, eve?
    in bob
    see alice: can you read this, eve?
    in eve
    see "message"

sudo tshark ...
    in wireshark
    needs tshark root
    see Capturing on
    in alice
    press ctrl-d
    in bob
    press ctrl-c
    in server
    press ctrl-c

# Listening as Eve, with TLS

make certs

make server ARGS=...
    in server
    see listening on https://127.0.0.1:8080

make receiver ME=bob SERVER=https://127.0.0.1:8080 ...
    in bob
    see Password:
    type banana
    see listening on

make sender ME=alice TO=bob SERVER=https://127.0.0.1:8080 ...
    in alice
    see Password:
    type apple
    see type a line and Enter
    type and now?
    in bob
    see alice: and now?
    in eve
    press ctrl-c
    in wireshark
    press ctrl-c
    in alice
    press ctrl-d
    in bob
    press ctrl-c
    in server
    press ctrl-c

# Handing in

make submit
