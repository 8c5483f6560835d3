# SPDX-License-Identifier: MIT
"""The chat protocol's boxes, messages and rules, written from protocol.md alone.

No socket and no file is used here: cryptography (section 1), the messages (2),
the checks of a receiver (6). "Section" means protocol.md's. What a receiver
needs only against attackers is left out: the limits of section 4 for JSON, and
those of section 6 for the number of secrets.
"""

import base64
import hmac
import ipaddress
import json
import re
import secrets
import struct
from collections import namedtuple

DEFAULT_PORT = 4444        # section 2: where M4 names no port
MAX_LINE = 8192            # M5, with its newline
MAX_TEXT = 4096
MAX_TICKET = 1024          # characters of base64
MAX_SEQ = 2**31 - 1
MAX_UNIX = 2**63 - 1
EXP_GRACE = 300            # section 6


class Refused(ValueError):
    """Input that a rule forbids; the text is the one word shown to the user."""


# --- ChaCha20-Poly1305 (RFC 8439) and HKDF-SHA256 (RFC 5869) --------------------

# The columns, then the diagonals, of the 4x4 state (RFC 8439, section 2.3).
QUARTERS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
            (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))


def rotate(word, bits):
    word &= 0xffffffff
    return (word << bits | word >> (32 - bits)) & 0xffffffff


def chacha_block(key, counter, nonce):
    """Return the 64 key stream bytes number `counter`."""
    start = struct.unpack("<16I", b"expand 32-byte k" + key
                          + struct.pack("<I", counter) + nonce)
    s = list(start)
    for _ in range(10):
        for a, b, c, d in QUARTERS:
            s[a] += s[b]
            s[d] = rotate(s[d] ^ s[a], 16)
            s[c] += s[d]
            s[b] = rotate(s[b] ^ s[c], 12)
            s[a] += s[b]
            s[d] = rotate(s[d] ^ s[a], 8)
            s[c] += s[d]
            s[b] = rotate(s[b] ^ s[c], 7)
    return struct.pack("<16I", *((x + y) & 0xffffffff for x, y in zip(s, start)))


def chacha_xor(key, nonce, data):
    """Encrypt or decrypt; block 0 is kept for the Poly1305 key."""
    stream = b"".join(chacha_block(key, 1 + i // 64, nonce)
                      for i in range(0, len(data), 64))
    return bytes(a ^ b for a, b in zip(data, stream))


def poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    acc = 0
    for i in range(0, len(data), 16):
        block = int.from_bytes(data[i:i + 16] + b"\1", "little")
        acc = (acc + block) * r % (2**130 - 5)
    acc += int.from_bytes(key[16:], "little")
    return (acc % 2**128).to_bytes(16, "little")


def aead_tag(key, nonce, ad, ciphertext):
    def padded(data):
        return data + bytes(-len(data) % 16)
    lengths = struct.pack("<QQ", len(ad), len(ciphertext))
    return poly1305(chacha_block(key, 0, nonce)[:32],
                    padded(ad) + padded(ciphertext) + lengths)


def derive(string, label):
    """K(x, l) of section 1: extract with an empty salt, expand to 32 bytes."""
    prk = hmac.digest(bytes(32), string.encode("ascii"), "sha256")
    return hmac.digest(prk, label.encode("ascii") + b"\x01", "sha256")


def seal(key, ad, plaintext, nonce=None):
    """Return a SEALED string; a nonce is given by the check values only."""
    nonce = nonce or secrets.token_bytes(12)
    ciphertext = chacha_xor(key, nonce, plaintext)
    tag = aead_tag(key, nonce, ad.encode("ascii"), ciphertext)
    return base64.b64encode(nonce + ciphertext + tag).decode("ascii")


def open_box(key, ad, box, word):
    """Return the plaintext of the decoded box, or refuse with `word`."""
    nonce, ciphertext, tag = box[:12], box[12:-16], box[-16:]
    if not hmac.compare_digest(aead_tag(key, nonce, ad.encode("ascii"), ciphertext), tag):
        raise Refused(word)
    return chacha_xor(key, nonce, ciphertext)


def decode_base64(text):
    """Canonical base64 only: what we would have written for the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Refused("base64")
    return data


def decode_sealed(text):
    box = decode_base64(text)
    if len(box) < 28:
        raise Refused("base64")
    return box


# --- Members of JSON, each of the type and range of section 2 --------------------

def parse_json(data):
    """Return the one object in the bytes `data`, or refuse."""
    try:
        value = json.loads(data.decode("utf-8"))
    except ValueError:
        raise Refused("json") from None
    if type(value) is not dict:
        raise Refused("json")
    return value


def is_name(text):
    return type(text) is str and bool(re.fullmatch("[a-z0-9][a-z0-9_-]{0,31}", text))


def is_password(text):
    return type(text) is str and "\0" not in text and 1 <= len(text.encode("utf-8")) <= 128


def text_member(obj, name, limit=MAX_LINE):
    value = obj.get(name)
    if type(value) is not str or len(value) > limit:
        raise Refused("type")
    return value


def token_member(obj, name):
    value = text_member(obj, name)
    if not re.fullmatch("[!-~]{16,128}", value):
        raise Refused("type")
    return value


def int_member(obj, name, low, high, default=None):
    """An absent member gives `default`; without one, the member is required."""
    if name not in obj and default is not None:
        return default
    value = obj.get(name)
    if type(value) is not int or not low <= value <= high:     # True is not an int here
        raise Refused("type")
    return value


def address(text):
    """Return an IPv4 or IPv6 address in one way of writing it, or None (section 5)."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:                 # a name, perhaps: never looked up
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)


# --- Messages 4 and 5 (section 2) -------------------------------------------------

def make_m5(senderinfo, secret, sender, receiver, seq, text):
    box = seal(derive(secret, "message"), f"{sender}>{receiver}#{seq}", text)
    line = json.dumps({"senderinfo": senderinfo, "seq": seq, "message": box})
    return line.encode("utf-8") + b"\n"


Shown = namedtuple("Shown", "sender text notes")


class Inbox:
    """A receiver's checks of lines, in the order of section 6."""

    def __init__(self, me, token):
        self.me, self.ticket_key = me, derive(token, "senderinfo")
        self.seen = {}                     # secret -> last seq

    def accept(self, line, peer, now):
        if len(line) > MAX_LINE or not line.endswith(b"\n"):
            raise Refused("length")
        m5 = parse_json(line)
        ticket_text = text_member(m5, "senderinfo", MAX_TICKET)
        seq = int_member(m5, "seq", 1, MAX_SEQ)
        boxes = decode_sealed(ticket_text), decode_sealed(text_member(m5, "message"))
        sender, ip_addr, secret, last_second = self.open_ticket(boxes[0])
        if now > last_second:
            raise Refused("expired")
        last = self.seen.get(secret, 0)
        if seq <= last:
            raise Refused("replay")
        ad = f"{sender}>{self.me}#{seq}"
        text = open_box(derive(secret, "message"), ad, boxes[1], "message")
        if len(text) > MAX_TEXT:
            raise Refused("text")
        self.seen[secret] = seq                       # only now: all have passed
        notes = []
        if address(ip_addr) != address(peer):
            notes.append(f"{sender} comes from {peer}, not from {escape(ip_addr)}")
        if seq > last + 1:
            notes.append(f"{seq - last - 1} missing before {sender}#{seq}")
        return Shown(sender, text, notes)

    def open_ticket(self, box):
        """Return sender, its address, the secret, and the last second of the ticket."""
        plain = open_box(self.ticket_key, "senderinfo>" + self.me, box, "ticket")
        ticket = parse_json(plain)
        sender, ip_addr = text_member(ticket, "username"), text_member(ticket, "ip_addr")
        secret = token_member(ticket, "secret")
        last_second = int_member(ticket, "exp", 0, MAX_UNIX, default=MAX_UNIX) + EXP_GRACE
        if not is_name(sender) or sender == self.me:
            raise Refused("sender")
        return sender, ip_addr, secret, last_second


# Section 6: characters that could move a cursor, hide, or reorder what is shown.
UNSAFE = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
                    "\ufff9-\ufffb\U000e0000-\U000e007f\udc80-\udcff]")


def shown(data):
    """The bytes of a text as they may be shown; invalid bytes arrive as U+DC80-DCFF."""
    def as_hex(match):
        raw = match.group().encode("utf-8", "surrogateescape")
        return "".join(f"\\x{byte:02x}" for byte in raw)
    return UNSAFE.sub(as_hex, data.decode("utf-8", "surrogateescape").replace("\\", "\\\\"))


def escape(text):
    return shown(text.encode("utf-8"))
