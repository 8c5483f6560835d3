# SPDX-License-Identifier: MIT
"""Messages 5 in Python, as a good engineer would write them.

    messages.py receive NAME TOKEN      prints "listening on ADDRESS"
    messages.py send NAME ADDRESS TO TOKEN

It does the same work as messages_send.c and messages_receive.c. The modules
that do most of it are written in C: cryptography uses OpenSSL, and json and
base64 are C extensions. The receiver derives the key of a chat only once, when
its ticket comes for the first time.
"""

import base64
import json
import os
import secrets
import selectors
import socket
import sys

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

READ = 1 << 16
LINE_MAX = 8192


def derive(text, label):
    key = HKDF(SHA256(), 32, b"", label).derive(text.encode())
    return ChaCha20Poly1305(key)


def seal(key, text, data):
    nonce = os.urandom(12)
    return base64.b64encode(nonce + key.encrypt(nonce, text, data)).decode()


def unseal(key, sealed, data):
    box = base64.b64decode(sealed, validate=True)
    return key.decrypt(box[:12], box[12:], data)


def send(name, address, to, token):
    secret = secrets.token_hex(32)
    ticket = json.dumps({"username": name, "ip_addr": "127.0.0.1", "secret": secret})
    senderinfo = seal(derive(token, b"senderinfo"), ticket.encode(),
                      f"senderinfo>{to}".encode())
    key = derive(secret, b"message")
    host, port = address.split(":")
    peer = socket.create_connection((host, int(port)))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    seq = 0
    rest = b""
    while data := os.read(0, READ):
        *texts, rest = (rest + data).split(b"\n")
        lines = []
        for text in texts:
            seq += 1
            message = seal(key, text, f"{name}>{to}#{seq}".encode())
            lines.append(json.dumps({"senderinfo": senderinfo, "seq": seq,
                                     "message": message}))
        if lines:
            peer.sendall(("\n".join(lines) + "\n").encode())
    peer.shutdown(socket.SHUT_WR)
    return 0 if peer.recv(1) == b"" else 74


class Receiver:
    def __init__(self, name, token):
        self.name = name
        self.ticket_key = derive(token, b"senderinfo")
        self.chats = {}                    # ticket: [sender, key, last seq]

    def open_ticket(self, senderinfo):
        data = f"senderinfo>{self.name}".encode()
        ticket = json.loads(unseal(self.ticket_key, senderinfo, data))
        return [ticket["username"], derive(ticket["secret"], b"message"), 0]

    def show(self, line):
        """The line to print for message 5. Raises an exception to refuse it."""
        m5 = json.loads(line)
        senderinfo, seq = m5["senderinfo"], m5["seq"]
        chat = self.chats.get(senderinfo) or self.open_ticket(senderinfo)
        sender, key, last = chat
        if type(seq) is not int or not last < seq < 1 << 31:
            raise ValueError("seq")
        data = f"{sender}>{self.name}#{seq}".encode()
        text = unseal(key, m5["message"], data)
        chat[2] = seq
        self.chats[senderinfo] = chat
        shown = text.decode("utf-8", "backslashreplace")
        if not shown.isprintable() or "\\" in shown:
            shown = shown.encode("unicode_escape").decode()
        return f"{sender}: {shown}\n"


def read_peer(receiver, peer, rest):
    """Reads once and shows whole lines. Returns the rest, or None at the end."""
    data = peer.recv(READ)
    *lines, rest = (rest + data).split(b"\n")
    try:
        for line in lines:
            os.write(1, receiver.show(line).encode())
    except Exception:                      # whatever is wrong with a line
        print("refused", file=sys.stderr)
        data = b""
    return rest if data and len(rest) < LINE_MAX else None


def receive(name, token):
    receiver = Receiver(name, token)
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    selector.register(listener, selectors.EVENT_READ, None)
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}",
          file=sys.stderr, flush=True)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                peer, _ = listener.accept()
                selector.register(peer, selectors.EVENT_READ, b"")
                continue
            rest = read_peer(receiver, key.fileobj, key.data)
            if rest is None:
                selector.unregister(key.fileobj)
                key.fileobj.close()
            else:
                selector.modify(key.fileobj, selectors.EVENT_READ, rest)


if __name__ == "__main__":
    commands = {"send": send, "receive": receive}
    sys.exit(commands[sys.argv[1]](*sys.argv[2:]))
