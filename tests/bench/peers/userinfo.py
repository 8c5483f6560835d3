# SPDX-License-Identifier: MIT
"""What /userinfo does (protocol.md section 3), for the servers in Python.

For a request it does the same work as our server, on the same database: it
checks the members, finds both sessions with one query, counts the request
against the user's limit, draws a secret, and seals the ticket. answers.c checks
that the answers are the same. Only our server also logs each request, and
refuses those with an Origin header.

Each of these servers is one process, because our server answers all requests in
one thread.
"""

import base64
import hashlib
import json
import os
import re
import socket
import sqlite3
import threading
import time

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NAME = re.compile("[a-z0-9][a-z0-9_-]{0,31}").fullmatch
TOKEN = re.compile("[\x21-\x7e]{16,128}").fullmatch
BODY_MAX = 4096
BURST = 30
TICKET_LIFE = 3600
LOOK_UP = """
    SELECT s.user, s.ip, s.expires, r.ip, r.port, r.ticket_key
    FROM sessions AS s
    LEFT JOIN sessions AS r ON r.user = ?2 AND r.expires > ?3
    WHERE s.token_hash = ?1
    ORDER BY r.port IS NULL, r.id DESC LIMIT 1"""


class Failure(Exception):
    """An error answer: status and word."""


class Service:
    def __init__(self, file):
        self.file = file
        self.local = threading.local()     # each thread has a connection
        self.full_at = {}                  # when each user's bucket is full again
        self.lock = threading.Lock()

    def look_up(self, *values):
        """The row of LOOK_UP. A connection of sqlite3 keeps its statements, so
        the query is prepared only once."""
        try:
            connection = self.local.connection
        except AttributeError:
            connection = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
            self.local.connection = connection
        return connection.execute(LOOK_UP, values).fetchone()

    def take(self, user, now):
        """One request a second for each user, with bursts."""
        with self.lock:
            full_at = max(now, self.full_at.get(user, now)) + 1
            if full_at > now + BURST:
                raise Failure(429, "slow_down")
            self.full_at[user] = full_at

    def answer(self, username, token, receiver):
        """M3 to M4. Raises a Failure."""
        if (not NAME(username) or not TOKEN(token) or not NAME(receiver)
                or username == receiver):
            raise Failure(400, "bad_request")
        now = time.time()
        digest = hashlib.sha256(token.encode()).digest()
        found = self.look_up(digest, receiver, int(now))
        if found is None or found[0] != username or found[2] <= now:
            raise Failure(401, "bad_token")
        _, ip_addr, _, receiver_ip, receiver_port, ticket_key = found
        self.take(username, now)
        if ticket_key is None:
            raise Failure(404, "no_receiver")
        drawn = os.urandom(32 + 12)        # one system call
        secret, nonce = drawn[:32].hex(), drawn[32:]
        ticket = json.dumps({"username": username, "ip_addr": ip_addr,
                             "secret": secret, "exp": int(now) + TICKET_LIFE})
        box = ChaCha20Poly1305(ticket_key).encrypt(
            nonce, ticket.encode(), f"senderinfo>{receiver}".encode())
        return {"ip_addr": receiver_ip, "secret": secret,
                "senderinfo": base64.b64encode(nonce + box).decode(),
                "port": receiver_port or 4444, "receiver": receiver}


def listen():
    """Returns a socket that listens on a free port, and prints its address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    return listener
