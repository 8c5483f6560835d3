# SPDX-License-Identifier: MIT
"""A sender, a receiver and a small server, written from protocol.md alone.

    client.py send    --server URL --user alice --password-file F RECEIVER
    client.py receive --server URL --user bob --password-file F [--count N]
    client.py serve   --accounts F
    client.py selftest [protocol_vectors.json]

The seed is the text of the activity as it was first written, with messages 1 to
5 and little more. With --seed-only, only the members that it names are written and
read: no port, no expires_in, no exp, no receiver in M4.
"""

import argparse
import http.client
import json
import re
import select
import selectors
import socket
import sys
import time
from urllib.parse import urlsplit

import arbitrator
import chatproto
import selftest
from chatproto import Refused

MAX_ANSWER = 65536         # the text names no limit for M2 and M4
NETWORK_WAIT = 10
CHAT_LIFE = 3000           # a new chat (M3) well before its ticket's 3,600 s
MAX_CONNECTIONS = 32       # section 6
SILENCE = 30


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
    if port and not options.seed_only:
        fields["port"] = port
    answer = post(connection, "/login", fields)
    if not options.seed_only:
        chatproto.int_member(answer, "expires_in", 0, chatproto.MAX_UNIX, default=0)
    return chatproto.str16_member(answer, "token")


# --- The sender (section 5) --------------------------------------------------------

class Chat:
    """One secret, its seq, and the connection of the moment."""

    def __init__(self, options, token):
        fields = {"username": options.user, "token": token, "receiver": options.receiver}
        answer = post(connect(options.server), "/userinfo", fields)
        port = options.port
        if not options.seed_only:
            port = chatproto.int_member(answer, "port", 1, 65535, default=port)
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

class Peer:
    """A connection: its unfinished line and when it last said something."""

    def __init__(self, sock, name):
        self.socket, self.name, self.buffer = sock, name, b""
        self.heard = time.monotonic()


class Receiver:
    def __init__(self, options, listener, inbox):
        self.listener, self.inbox, self.left = listener, inbox, options.count
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)
        self.peers = []

    def run(self):
        while self.left != 0:
            for key, _ in self.selector.select(timeout=1):
                if key.data is None:
                    self.welcome()
                elif key.data in self.peers:           # not closed a moment ago
                    self.hear(key.data)
            for peer in [p for p in self.peers if time.monotonic() - p.heard > SILENCE]:
                self.drop(peer)

    def welcome(self):
        if len(self.peers) >= MAX_CONNECTIONS:
            self.drop(min(self.peers, key=lambda p: p.heard))
        try:
            sock, name = self.listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        self.peers.append(Peer(sock, name[0]))
        self.selector.register(sock, selectors.EVENT_READ, self.peers[-1])

    def drop(self, peer):
        self.peers.remove(peer)
        self.selector.unregister(peer.socket)
        peer.socket.close()

    def hear(self, peer):
        """Take what has come, line by line; the first refusal ends the connection."""
        try:
            data = peer.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        peer.heard, peer.buffer = time.monotonic(), peer.buffer + data
        try:
            self.take_lines(peer, at_end=not data)
        except Refused as refusal:
            print(f"refused: {refusal}", file=sys.stderr, flush=True)
            data = b""
        if not data:
            self.drop(peer)

    def take_lines(self, peer, at_end):
        while b"\n" in peer.buffer and self.left != 0:
            line, _, peer.buffer = peer.buffer.partition(b"\n")
            self.show(self.inbox.accept(line + b"\n", peer.name, time.time()))
        # Half a line at the end, or too long to become one.
        if self.left != 0 and (at_end and peer.buffer or len(peer.buffer) >= chatproto.MAX_LINE):
            raise Refused("length")

    def show(self, message):
        line = f"{message.sender}: {chatproto.shown(message.text)}\n"
        sys.stdout.buffer.write(line.encode("utf-8"))
        sys.stdout.buffer.flush()
        for note in message.notes:
            print("note:", note, file=sys.stderr, flush=True)
        self.left -= 1 if self.left > 0 else 0


def receive(options):
    """Listen on the login connection's own address, and have the port before M1."""
    connection = connect(options.server)
    here = connection.sock.getsockname()[0]
    default = chatproto.DEFAULT_PORT if options.seed_only else 0
    port = default if options.port is None else options.port
    family = socket.AF_INET6 if ":" in here else socket.AF_INET
    with socket.create_server((here, port), family=family, backlog=64) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        token = log_in(connection, options, port)
        inbox = chatproto.Inbox(options.user, token, options.strict_ip, options.seed_only)
        where = f"[{here}]" if ":" in here else here
        print(f"listening on {where}:{port}", file=sys.stderr, flush=True)
        Receiver(options, listener, inbox).run()
    return 0


# --- The command line ---------------------------------------------------------------

def arguments():
    parser = argparse.ArgumentParser(description="An independent client of the chat protocol.")
    commands = parser.add_subparsers(dest="command", required=True)
    seed = argparse.ArgumentParser(add_help=False)
    seed.add_argument("--seed-only", action="store_true", help="only the seed's members")
    account = argparse.ArgumentParser(add_help=False)
    account.add_argument("--server", required=True, metavar="URL")
    account.add_argument("--user", required=True)
    account.add_argument("--password-file", required=True)
    one = commands.add_parser("send", parents=[seed, account])
    one.add_argument("--port", type=int, default=chatproto.DEFAULT_PORT,
                     help="where M4 names none (%(default)s)")
    one.add_argument("receiver")
    one = commands.add_parser("receive", parents=[seed, account])
    one.add_argument("--count", type=int, default=-1, help="leave after so many messages")
    one.add_argument("--port", type=int, help="default: any; 4444 with --seed-only")
    one.add_argument("--strict-ip", action="store_true")
    one = commands.add_parser("serve", parents=[seed])
    one.add_argument("--accounts", required=True, help="file of name:password lines")
    one.add_argument("--port", type=int, default=0, help="default: any")
    one = commands.add_parser("selftest")
    one.add_argument("vectors", nargs="?", help="protocol_vectors.json")
    return parser.parse_args()


def main():
    options = arguments()
    if options.command == "serve":
        return arbitrator.serve(options.accounts, options.port, options.seed_only)
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
    except KeyboardInterrupt:
        sys.exit(130)
