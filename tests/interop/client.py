# SPDX-License-Identifier: MIT
"""A sender, a receiver and a small server, written from protocol.md alone.

    client.py send    --server URL --user alice --password-file F RECEIVER
    client.py receive --server URL --user bob --password-file F
    client.py serve   --accounts F
    client.py selftest protocol_vectors.json

The receiver takes any number of connections, and a thread ends each: the 32 of
section 6 are for a program that is attacked.
"""

import argparse
import http.client
import json
import re
import select
import socket
import socketserver
import sys
import threading
import time
from urllib.parse import urlsplit

import arbitrator
import chatproto
import selftest
from chatproto import Refused

MAX_ANSWER = 65536         # the text names no limit for M2 and M4
NETWORK_WAIT = 10
CHAT_LIFE = 3000           # a new chat (M3) well before its ticket's 3,600 s
SILENCE = 30               # section 6


class Problem(Exception):
    """Something the user should read; ends the program with status 1."""


# --- Messages 1 to 4 over HTTP ----------------------------------------------------

def connect(url):
    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname or parts.path not in ("", "/"):
        raise Problem("the server is http://HOST:PORT or https://HOST:PORT")
    connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=NETWORK_WAIT)
    connection.connect()
    return connection


def post(connection, path, fields):
    """One request, one answer; an answer other than 200 is a Problem."""
    headers = {"Content-Type": "application/json", "Connection": "close"}
    connection.request("POST", path, json.dumps(fields).encode("utf-8"), headers)
    response = connection.getresponse()
    data = response.read(MAX_ANSWER + 1)
    connection.close()
    if len(data) > MAX_ANSWER:
        raise Problem("the server's answer is too long")
    answer = chatproto.parse_json(data)
    if response.status != 200:
        word = str(answer.get("error"))
        word = word if re.fullmatch("[a-z_]{1,32}", word) else "error"
        raise Problem(f"server: {response.status} {word}")
    return answer


def log_in(connection, options, port=None):
    """M1 and M2: return the token."""
    with open(options.password_file, encoding="utf-8", newline="") as file:
        password = file.read().removesuffix("\n").removesuffix("\r")
    if not chatproto.is_password(password):
        raise Problem("the password must have 1 to 128 bytes and no NUL")
    fields = {"username": options.user, "password": password}
    if port:
        fields["port"] = port
    answer = post(connection, "/login", fields)
    chatproto.int_member(answer, "expires_in", 0, chatproto.MAX_UNIX, default=0)
    return chatproto.str16_member(answer, "token")


# --- The sender (section 5) --------------------------------------------------------

class Chat:
    """One secret, its seq, and the connection of the moment."""

    def __init__(self, options, token):
        fields = {"username": options.user, "token": token, "receiver": options.receiver}
        answer = post(connect(options.server), "/userinfo", fields)
        port = chatproto.int_member(answer, "port", 1, 65535, default=chatproto.DEFAULT_PORT)
        if answer.get("receiver", options.receiver) != options.receiver:
            raise Problem("the server answered for someone else")
        self.peer = chatproto.address(chatproto.text_member(answer, "ip_addr")), port
        if self.peer[0] is None:           # never a name to look up
            raise Problem("the server's ip_addr is no address")
        self.secret = chatproto.str16_member(answer, "secret")
        self.senderinfo = chatproto.text_member(answer, "senderinfo", chatproto.MAX_TICKET)
        chatproto.decode_sealed(self.senderinfo)
        self.names = options.user, options.receiver
        self.seq, self.socket = 0, None
        self.renew_at = time.monotonic() + CHAT_LIFE

    def spent(self):
        return self.seq == chatproto.MAX_SEQ or time.monotonic() > self.renew_at

    def send(self, text):
        """Seal once; the same line goes again after a failed write, so the receiver
        can show it once at most. Its seq is used up whatever happens."""
        self.seq += 1
        line = chatproto.make_m5(self.senderinfo, self.secret, *self.names, self.seq, text)
        try:
            self.write(line)
        except OSError:
            self.close()
            self.write(line)

    def write(self, line):
        # The receiver never writes: a readable socket is one that it has closed.
        if self.socket and select.select([self.socket], [], [], 0)[0]:
            self.close()
        if not self.socket:
            self.socket = socket.create_connection(self.peer, NETWORK_WAIT)
        self.socket.sendall(line)

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None


def send(options):
    token = log_in(connect(options.server), options)
    chat, status = Chat(options, token), 0
    for line in sys.stdin.buffer:
        text = line.removesuffix(b"\n")
        if len(text) > chatproto.MAX_TEXT:
            print(f"not sent: {len(text)} bytes, 4096 at most", file=sys.stderr)
            status = 1
            continue
        if chat.spent():
            chat.close()
            chat = Chat(options, token)
        chat.send(text)
    chat.close()
    return status


# --- The receiver (section 6) -------------------------------------------------------

class Connection(socketserver.StreamRequestHandler):
    """One sender's connection: the first refusal ends it."""

    timeout = SILENCE

    def handle(self):
        try:
            while line := self.rfile.readline(chatproto.MAX_LINE + 1):
                with self.server.lock:
                    self.show(self.server.inbox.accept(
                        line, self.client_address[0], time.time()))
        except Refused as refusal:
            print(f"refused: {refusal}", file=sys.stderr, flush=True)
        except OSError:                    # silence, or a reset
            pass

    @staticmethod
    def show(message):
        line = f"{message.sender}: {chatproto.shown(message.text)}\n"
        sys.stdout.buffer.write(line.encode("utf-8"))
        sys.stdout.buffer.flush()
        for note in message.notes:
            print("note:", note, file=sys.stderr, flush=True)


def receive(options):
    """Listen on the login connection's own address, and have the port before M1."""
    connection = connect(options.server)
    here = connection.sock.getsockname()[0]
    with socketserver.ThreadingTCPServer((here, 0), Connection) as server:
        port = server.server_address[1]
        server.inbox = chatproto.Inbox(options.user, log_in(connection, options, port))
        server.lock = threading.Lock()
        print(f"listening on {here}:{port}", file=sys.stderr, flush=True)
        server.serve_forever()


# --- The command line ---------------------------------------------------------------

def arguments():
    parser = argparse.ArgumentParser(description="An independent client of the chat protocol.")
    commands = parser.add_subparsers(dest="command", required=True)
    account = argparse.ArgumentParser(add_help=False)
    account.add_argument("--server", required=True, metavar="URL")
    account.add_argument("--user", required=True)
    account.add_argument("--password-file", required=True)
    commands.add_parser("send", parents=[account]).add_argument("receiver")
    commands.add_parser("receive", parents=[account])
    commands.add_parser("serve").add_argument("--accounts", required=True,
                                              help="file of name:password lines")
    commands.add_parser("selftest").add_argument("vectors", help="protocol_vectors.json")
    return parser.parse_args()


def main():
    options = arguments()
    if options.command == "serve":
        return arbitrator.serve(options.accounts)
    if options.command == "selftest":
        return selftest.run(options.vectors)
    if not all(map(chatproto.is_name, (options.user, getattr(options, "receiver", "x")))):
        raise Problem("a name is [a-z0-9][a-z0-9_-]{0,31}")
    return {"send": send, "receive": receive}[options.command](options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refusal:
        sys.exit(f"error: the server's answer: {refusal}")
    except (Problem, OSError, UnicodeError, http.client.HTTPException) as problem:
        sys.exit(f"error: {problem}")
