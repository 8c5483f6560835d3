# SPDX-License-Identifier: MIT
"""A minimal arbitrator, written from protocol.md alone: messages 1 to 4.

It listens on a loopback address, for programs that keep to the protocol. It
leaves out what section 3 requires against attacks and crashes: a database,
scrypt (passwords are in clear text), TLS, and limits on rates, sizes, sessions
and times.
"""

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import chatproto

TOKEN_LIFE = 43200
TICKET_LIFE = 3600

Session = namedtuple("Session", "user token_hash ticket_key ip_addr port")


class Failure(Exception):
    """An error answer: status and word (section 3)."""


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).digest()


class Arbitrator:
    """The accounts and the sessions. The secrets of chats are not kept."""

    def __init__(self, accounts):
        self.accounts = accounts
        self.sessions = []                 # oldest first
        self.lock = threading.Lock()

    def login(self, body, ip_addr):
        """M1 to M2. An unknown user gets the same answer as a wrong password."""
        name, password = body.get("username"), body.get("password")
        if not chatproto.is_name(name) or not chatproto.is_password(password):
            raise Failure(400, "bad_request")
        port = chatproto.int_member(body, "port", 1, 65535, default=0)
        right = sha256(self.accounts.get(name, "\0"))    # "\0" is not a password
        if not hmac.compare_digest(right, sha256(password)):
            raise Failure(401, "bad_login")
        token = secrets.token_hex(32)
        ticket_key = chatproto.derive(token, "senderinfo")
        with self.lock:
            self.sessions.append(Session(name, sha256(token), ticket_key, ip_addr, port))
        return {"token": token, "expires_in": TOKEN_LIFE}

    def sessions_of(self, user):
        with self.lock:
            return [s for s in self.sessions if s.user == user]

    def userinfo(self, body, _ip_addr):
        """M3 to M4: a fresh secret for the two, and the ticket for the receiver."""
        name, receiver = body.get("username"), body.get("receiver")
        token_hash = sha256(chatproto.token_member(body, "token"))
        if not chatproto.is_name(name) or not chatproto.is_name(receiver) or name == receiver:
            raise Failure(400, "bad_request")
        sender = [s for s in self.sessions_of(name)
                  if hmac.compare_digest(s.token_hash, token_hash)]
        if not sender:
            raise Failure(401, "bad_token")
        target = self.target(receiver)
        secret = secrets.token_hex(32)
        ticket = json.dumps({"username": name, "ip_addr": sender[0].ip_addr, "secret": secret,
                             "exp": int(time.time()) + TICKET_LIFE})
        return {"ip_addr": target.ip_addr, "port": target.port or chatproto.DEFAULT_PORT,
                "receiver": receiver, "secret": secret,
                "senderinfo": chatproto.seal(target.ticket_key, "senderinfo>" + receiver,
                                             ticket.encode("utf-8"))}

    def target(self, receiver):
        """Section 2: the newest session with a port; without any, the newest."""
        sessions = self.sessions_of(receiver)
        if not sessions:
            raise Failure(404, "no_receiver")
        return ([s for s in sessions if s.port] or sessions)[-1]


class Handler(BaseHTTPRequestHandler):
    """HTTP as in section 3."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        arbitrator = self.server.arbitrator
        known = {"/login": arbitrator.login, "/userinfo": arbitrator.userinfo}
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            if self.path not in known:
                raise Failure(404, "no_path")
            answer = known[self.path](chatproto.parse_json(body), self.client_address[0])
        except Failure as failure:
            status, word = failure.args
            self.reply(status, {"error": word})
        except chatproto.Refused:
            self.reply(400, {"error": "bad_request"})
        else:
            self.reply(200, answer)

    def reply(self, status, answer):
        data = json.dumps(answer).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Print nothing: a test reads the output."""


def serve(options):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open(options.accounts, encoding="utf-8") as file:
        accounts = dict(line.rstrip("\n").split(":", 1) for line in file)
    server.arbitrator = Arbitrator(accounts)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
