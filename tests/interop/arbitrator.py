# SPDX-License-Identifier: MIT
"""A minimal arbitrator, written from protocol.md alone: messages 1 to 4.

For tests on a loopback address only. Left out of section 3: files and scrypt
(accounts come in clear text and live in memory), rate limits, TLS, and the ten
seconds for a whole request (here each read may take ten).
"""

import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import chatproto

TOKEN_LIFE = 43200
TICKET_LIFE = 3600
MAX_SESSIONS = 8
MAX_BODY = 4096

Session = namedtuple("Session", "user token_hash ticket_key ip_addr port ends")


class Failure(Exception):
    """An error answer: status and word (section 3)."""


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).digest()


def seal_ticket(ticket_key, receiver, fields):
    text = json.dumps(fields).encode("utf-8")
    return chatproto.seal(ticket_key, "senderinfo>" + receiver, text)


class Arbitrator:
    """The state: accounts and sessions; a secret is never kept."""

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
        right = sha256(self.accounts.get(name, "\0"))    # "\0" is no password
        if not hmac.compare_digest(right, sha256(password)):
            raise Failure(401, "bad_login")
        token = secrets.token_hex(32)
        ticket_key = chatproto.derive(token, "senderinfo")
        self.add(Session(name, sha256(token), ticket_key, ip_addr, port,
                         time.monotonic() + TOKEN_LIFE))
        return {"token": token, "expires_in": TOKEN_LIFE}

    def add(self, session):
        with self.lock:
            mine = [s for s in self.sessions if s.user == session.user]
            for oldest in mine[:len(mine) - MAX_SESSIONS + 1]:
                self.sessions.remove(oldest)
            self.sessions.append(session)

    def live(self, user):
        with self.lock:
            now = time.monotonic()
            return [s for s in self.sessions if s.user == user and now < s.ends]

    def userinfo(self, body, _ip_addr):
        """M3 to M4: a fresh secret for the two, and the ticket for the receiver."""
        name, receiver = body.get("username"), body.get("receiver")
        token_hash = sha256(chatproto.str16_member(body, "token"))
        if not chatproto.is_name(name) or not chatproto.is_name(receiver):
            raise Failure(400, "bad_request")
        sender = [s for s in self.live(name) if hmac.compare_digest(s.token_hash, token_hash)]
        if not sender:
            raise Failure(401, "bad_token")
        if name == receiver:
            raise Failure(400, "bad_request")
        target = self.target(receiver)
        secret = secrets.token_hex(32)
        ticket = {"username": name, "ip_addr": sender[0].ip_addr, "secret": secret,
                  "exp": int(time.time()) + TICKET_LIFE}
        return {"ip_addr": target.ip_addr, "port": target.port or chatproto.DEFAULT_PORT,
                "receiver": receiver, "secret": secret,
                "senderinfo": seal_ticket(target.ticket_key, receiver, ticket)}

    def target(self, receiver):
        """Section 2: the newest session with a port; without any, the newest."""
        live = self.live(receiver)
        if not live:
            raise Failure(404, "no_receiver")
        return ([s for s in live if s.port] or live)[-1]


class Handler(BaseHTTPRequestHandler):
    """HTTP as in section 3."""

    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self):
        try:
            answer = self.answer()
        except Failure as failure:
            self.reply(failure.args[0], {"error": failure.args[1]})
        except chatproto.Refused:
            self.reply(400, {"error": "bad_request"})
        else:
            self.reply(200, answer)

    def answer(self):
        length = self.body_length()
        if "Origin" in self.headers:
            raise Failure(403, "origin")
        arbitrator = self.server.arbitrator
        known = {"/login": arbitrator.login, "/userinfo": arbitrator.userinfo}
        if self.path not in known:
            raise Failure(404, "no_path")
        body = self.rfile.read(length)
        if len(body) != length:
            raise Failure(400, "bad_request")
        return known[self.path](chatproto.parse_json(body), self.client_address[0])

    def body_length(self):
        """The one Content-Length; whatever could smuggle a request is refused."""
        lengths = self.headers.get_all("Content-Length", [])
        hosts = self.headers.get_all("Host", [])
        strange = any(c in part for item in self.headers.items() for part in item
                      for c in "\0\r\n")               # NUL, or a folded header
        if strange or len(lengths) != 1 or len(hosts) != 1 or \
                "Transfer-Encoding" in self.headers:
            raise Failure(400, "bad_request")
        if not re.fullmatch("[0-9]{1,19}", lengths[0]):
            raise Failure(400, "bad_request")
        if int(lengths[0]) > MAX_BODY:
            raise Failure(413, "too_large")
        return int(lengths[0])

    def reply(self, status, answer):
        data = json.dumps(answer).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 405:
            self.send_header("Allow", "POST")
        if status != 200:                  # the body may be unread: do not go on
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def send_error(self, code, message=None, explain=None):
        """What the base class rejects; 501 is its status for another method."""
        self.request_version = self.protocol_version     # even junk gets a status line
        if code == 501:
            self.reply(405, {"error": "method"})
        else:
            self.reply(400, {"error": "bad_request"})

    def log_message(self, *_):
        """Nothing: a test reads answers."""


def read_accounts(path):
    with open(path, encoding="utf-8") as file:
        return dict(line.rstrip("\n").split(":", 1) for line in file)


def serve(accounts_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.arbitrator = Arbitrator(read_accounts(accounts_path))
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
