# SPDX-License-Identifier: MIT
"""The check values of section 8 and protocol_vectors.json, and section 6's rules."""

import base64
import hashlib
import json

import chatproto
from chatproto import Refused, derive, open_box, seal

TOKEN = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
SECRET = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
NOW = 1700000000


class Checks:
    """Counts the checks and prints those that failed."""

    def __init__(self):
        self.done = self.failed = 0

    def same(self, what, found, expected):
        self.done += 1
        if found != expected:
            self.failed += 1
            print(f"FAILED {what}: {found!r}, expected {expected!r}")

    def refused(self, what, word, function, *values):
        """`function(*values)` must refuse with `word`; None: with any word."""
        try:
            found = f"{function(*values)!r} was accepted"
        except Refused as refusal:
            found = str(refusal)
            word = word or found
        self.same(what, found, word)


def scrypt_phc(password, salt, ln, r, p):
    """The $scrypt$ string of section 3; the function is the library's."""
    found = hashlib.scrypt(password, salt=salt, n=2**ln, r=r, p=p, dklen=32, maxmem=2**28)
    texts = [base64.b64encode(data).decode().rstrip("=") for data in (salt, found)]
    return f"$scrypt$ln={ln},r={r},p={p}${texts[0]}${texts[1]}"


def section_8(check):
    check.same("8: ticket key", derive(TOKEN, "senderinfo").hex(),
               "7d34bc395d8fb01901152b4cfd50c3e4b5d17602665d6231c890ca87b3759618")
    key = derive(SECRET, "message")
    check.same("8: message key", key.hex(),
               "8e27125a5e76f71ed154ea6b76cc22d07dbdc9dfb1f5166deb610a599422c0b7")
    check.same("8: message", seal(key, "alice>bob#1", b"hello bob", bytes(range(12))),
               "AAECAwQFBgcICQoL1ukOqwxHYswSAvVjEIOA6pKcxpsfrFFKsQ==")
    check.same("8: password", scrypt_phc(b"correct horse", bytes(range(16)), 14, 8, 5),
               "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw"
               "$1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4")


def vectors(check, path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    for v in data["hkdf"]:
        check.same(v["id"], derive(v["ikm"], v["info"]).hex(), v["okm_hex"])
    for v in data["ticket"] + data["message"]:
        key, nonce, plain, ciphertext, tag = (bytes.fromhex(v[name + "_hex"]) for name in (
            "key", "nonce", "plaintext", "ciphertext", "tag"))
        box = chatproto.decode_sealed(v["sealed"])
        check.same(v["id"], seal(key, v["ad"], plain, nonce), v["sealed"])
        check.same(v["id"], box, nonce + ciphertext + tag)
        check.same(v["id"], open_box(key, v["ad"], box, "box"), plain)
    for v in data["ticket"]:
        ticket = chatproto.parse_json(bytes.fromhex(v["plaintext_hex"]))
        found = chatproto.Inbox(v["receiver"], v["token"]).open_ticket(
            chatproto.decode_sealed(v["sealed"]))
        last_second = ticket.get("exp", chatproto.MAX_UNIX) + 300
        check.same(v["id"], found,
                   (ticket["username"], ticket["ip_addr"], ticket["secret"], last_second))
    for v in data["open_must_fail"]:
        check.refused(v["id"], None, lambda v=v: open_box(
            bytes.fromhex(v["key_hex"]), v["ad"], chatproto.decode_sealed(v["sealed"]), "box"))
    for v in data["base64"]["valid"]:
        check.same("base64", chatproto.decode_base64(v["text"]).hex(), v["hex"])
    for text in data["base64"]["invalid"]:
        check.refused("base64", "base64", chatproto.decode_base64, text)
    for valid in ("valid", "invalid"):
        for name in data["username"][valid]:
            check.same("name " + name, chatproto.is_name(name), valid == "valid")
    for v in data["print_safe"]:
        check.same("shown", chatproto.shown(bytes.fromhex(v["hex"])), v["shown"])
    for v in data["password"]:
        salt, password = bytes.fromhex(v["salt_hex"]), bytes.fromhex(v["password_hex"])
        check.same(v["id"], scrypt_phc(password, salt, v["ln"], v["r"], v["p"]), v["phc"])


# --- Section 6, line by line ---------------------------------------------------------

def ticket(**changes):
    fields = {"username": "alice", "ip_addr": "192.0.2.1", "secret": SECRET, "exp": NOW}
    return box_ticket(json.dumps({**fields, **changes}).encode())


def box_ticket(plain, receiver="bob"):
    return seal(derive(TOKEN, "senderinfo"), "senderinfo>" + receiver, plain)


def line(seq=1, senderinfo=None, text=b"hi", ad="alice>bob#1", secret=SECRET, **changes):
    box = seal(derive(secret, "message"), ad, text)
    fields = {"senderinfo": senderinfo or ticket(), "seq": seq, "message": box, **changes}
    return json.dumps(fields).encode() + b"\n"


def refused_lines():
    """Lines that a fresh receiver must refuse, each with the word for it."""
    good = line()
    yield good[:-1], "length"
    yield good[:-1] + b" " * 8192 + b"\n", "length"
    for bad in (b"\n", b"[]\n", good[:-2] + b"\n", good[:-1] + b"{}\n",
                good.replace(b"{", b'{"x": "\xff", ', 1)):
        yield bad, "json"
    for seq in (0, -1, 2**31, 1.0, "1", True, None):
        yield line(seq=seq), "type"
    yield line(message=7), "type"
    yield line(senderinfo="A" * 1028), "type"
    yield line(message="AAAA"), "base64"
    yield line(message="A" * 40 + "\n"), "base64"
    yield line(senderinfo=box_ticket(b"{}", "carol")), "ticket"
    yield line(senderinfo=box_ticket(b"{} {}")), "json"
    for change in ({"secret": "short"}, {"username": 5}, {"exp": 1.5}, {"exp": None}):
        yield line(senderinfo=ticket(**change)), "type"
    for name in ("bob", "Alice", "a>b"):
        yield line(senderinfo=ticket(username=name), ad=name + ">bob#1"), "sender"
    yield line(senderinfo=ticket(exp=NOW - 301)), "expired"
    yield line(seq=2), "message"                           # sealed as number 1
    yield line(secret="another secret 16"), "message"
    yield line(text=b"x" * 4097), "text"


def section_6(check):
    for bad, word in refused_lines():
        inbox = chatproto.Inbox("bob", TOKEN)
        check.refused(str(bad[:60]), word, inbox.accept, bad, "192.0.2.1", NOW)
        check.same("good after bad", inbox.accept(line(), "192.0.2.1", NOW),
                   ("alice", b"hi", []))
    inbox = chatproto.Inbox("bob", TOKEN)
    found = inbox.accept(line(3, ad="alice>bob#3"), "192.0.2.2", NOW + 300)
    check.same("notes", len(found.notes), 2)               # the address, and the gap
    for seq in (1, 2, 3):
        check.refused("old seq", "replay", inbox.accept,
                      line(seq, ad=f"alice>bob#{seq}"), "192.0.2.1", NOW)


def run(options):
    """Return the exit status."""
    check = Checks()
    section_8(check)
    section_6(check)
    vectors(check, options.vectors)
    print(f"selftest: {check.done} checks, {check.failed} failed")
    return 1 if check.failed else 0
