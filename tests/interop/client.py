# SPDX-License-Identifier: MIT
"""A sender, a receiver and a small server, written from protocol.md alone.

    client.py send    --server URL --user alice --password-file F RECEIVER
    client.py receive --server URL --user bob --password-file F
    client.py serve   --accounts F
    client.py selftest protocol_vectors.json

They talk to programs that keep to the protocol. They leave out what matters only
under attack or in a long run: TLS, a limit on connections, and a new chat when a
connection ends. Here, that is an error.
"""

import argparse
import http.client
import json
import socket
import socketserver
import struct
import sys
import threading
import time
from urllib.parse import urlsplit

import arbitrator
import chatproto
import selftest
from chatproto import Refused

NETWORK_WAIT = 10
CLOSE_WAIT = 5             # section 5
SILENCE = 30               # section 6


class Problem(Exception):
    """Something the user should read; ends the program with status 1."""


# --- Messages 1 to 4 over HTTP ----------------------------------------------------

def connect(url):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=NETWORK_WAIT)
    connection.connect()
    return connection


def post(connection, path, fields):
    """One request, one answer; an answer other than 200 is a Problem."""
    headers = {"Content-Type": "application/json", "Connection": "close"}
    connection.request("POST", path, json.dumps(fields).encode("utf-8"), headers)
    response = connection.getresponse()
    answer = chatproto.parse_json(response.read())
    connection.close()
    if response.status != 200:
        raise Problem(f"server: {response.status} {answer.get('error')}")
    return answer


def log_in(connection, options, port=None):
    """M1 and M2: return the token."""
    with open(options.password_file, encoding="utf-8", newline="") as file:
        password = file.read().removesuffix("\n").removesuffix("\r")
    fields = {"username": options.user, "password": password}
    if port:
        fields["port"] = port
    answer = post(connection, "/login", fields)
    chatproto.int_member(answer, "expires_in", 0, chatproto.MAX_UNIX, default=0)
    return chatproto.token_member(answer, "token")


# --- The sender (section 5) --------------------------------------------------------

def send(options):
    token = log_in(connect(options.server), options)
    fields = {"username": options.user, "token": token, "receiver": options.receiver}
    m4 = post(connect(options.server), "/userinfo", fields)
    if m4.get("receiver", options.receiver) != options.receiver:
        raise Problem("the server answered for someone else")
    host = chatproto.address(chatproto.text_member(m4, "ip_addr"))
    if host is None:                       # never a name to look up
        raise Problem("the server's ip_addr is not an address")
    port = chatproto.int_member(m4, "port", 1, 65535, default=chatproto.DEFAULT_PORT)
    secret = chatproto.token_member(m4, "secret")
    senderinfo = chatproto.text_member(m4, "senderinfo", chatproto.MAX_TICKET)
    chatproto.decode_sealed(senderinfo)
    with socket.create_connection((host, port), NETWORK_WAIT) as chat:
        try:
            for seq, line in enumerate(sys.stdin.buffer, 1):
                chat.sendall(chatproto.make_m5(senderinfo, secret, options.user,
                                               options.receiver, seq, line.removesuffix(b"\n")))
            half_close(chat)
        except OSError as why:
            raise Problem(f"texts may not have been shown: {why}") from None


def half_close(chat):
    """Wait for a normal close: only that means that everything was processed."""
    chat.shutdown(socket.SHUT_WR)
    chat.settimeout(CLOSE_WAIT)
    while chat.recv(1024):
        pass


# --- The receiver (section 6) -------------------------------------------------------

class Connection(socketserver.StreamRequestHandler):
    """One sender's connection: the first refusal resets it."""

    timeout = SILENCE

    def handle(self):
        try:
            while line := self.rfile.readline(chatproto.MAX_LINE + 1):
                with self.server.lock:
                    self.show(self.server.inbox.accept(
                        line, self.client_address[0], time.time()))
        except Refused as refusal:
            print(f"refused: {refusal}", file=sys.stderr, flush=True)
            self.reset()
        except OSError:                    # silence, or a reset
            pass

    def reset(self):
        """Close now, before the server closes normally."""
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.request.close()

    @staticmethod
    def show(message):
        line = f"{message.sender}: {chatproto.shown(message.text)}\n"
        sys.stdout.buffer.write(line.encode("utf-8"))
        sys.stdout.buffer.flush()
        for note in message.notes:
            print("note:", note, file=sys.stderr, flush=True)


def receive(options):
    """Listen on the address of the login connection, before M1 names its port."""
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
    return {"send": send, "receive": receive, "serve": arbitrator.serve,
            "selftest": selftest.run}[options.command](options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refusal:
        sys.exit(f"error: the server's answer: {refusal}")
    except (Problem, OSError, UnicodeError, http.client.HTTPException) as problem:
        sys.exit(f"error: {problem}")
