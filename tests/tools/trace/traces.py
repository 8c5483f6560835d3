# SPDX-License-Identifier: MIT
"""Traces: of programs that run, and those that no program would write."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
build = "build/libsodium"
sys.path.insert(0, str(ROOT / "tests/interop"))
import chatproto  # noqa: E402 (our own ChaCha20-Poly1305, in Python alone)

MARKUP = "<img src=x onerror=window.pwned=1><script>window.pwned=2</script>"
BIDI = "\u202egnp.exe\u2066\x1b[2J\u0000\U000e0041"


def run_trace(folder, out, texts=None):
    """Runs make trace with the clients in FOLDER. Alice sends TEXTS."""
    words = ["sh", "tests/tools/trace/trace.sh", build, folder, str(out)]
    if texts is not None:
        path = out.with_suffix(".texts")
        path.write_text("".join(f"{text}\n" for text in texts))
        words.append(str(path))
    subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_trace(page):
    """The events in a page."""
    text = page.read_text().split('id="trace">', 1)[1].split("</script>", 1)[0]
    return [json.loads(line) for line in text.split("\n") if line]


def to_line(event):
    """EVENT as lib/trace.h writes it."""
    line = json.dumps(event)
    for character in "<>&'":
        line = line.replace(character, f"\\u{ord(character):04x}")
    return line


class Trace:
    """A trace that a test writes, and no program."""

    def __init__(self):
        self.lines, self.n = [], 0

    def add(self, program, user, event, **members):
        self.n += 1
        self.lines.append(to_line({"n": self.n, "us": 1795950301000000 + self.n, "program": program, "user": user,
                                   "event": event, **members}))

    def box(self, who, event, key, ad, sealed, **members):
        raw = chatproto.decode_sealed(sealed)
        self.add(*who, event, key=key.hex(), key_id=key.hex()[:8], nonce=raw[:12].hex(), ciphertext=raw[12:-16].hex(),
                 tag=raw[-16:].hex(), ad=ad, **members)

    def line(self, sender, receiver, fields):
        line = json.dumps(fields)
        self.add("sender", sender, "sent", message=5, peer="127.0.0.1", line=line, fields=fields)
        self.add("receiver", receiver, "received", message=5, peer="127.0.0.1", line=line, fields=fields)

    def write(self, folder, name):
        trace, page = folder / f"{name}.jsonl", folder / f"{name}.html"
        trace.write_text("\n".join(self.lines) + "\n")
        with page.open("w") as out:
            subprocess.run(["sh", "tests/tools/trace/page.sh", build, str(trace)], check=True, cwd=ROOT, stdout=out)
        return page


def hostile_trace():
    """Names and texts that look like markup or commands, and the longest text."""
    trace = Trace()
    name, key = f"{MARKUP}{BIDI}", bytes(range(32))
    for text in (f"{MARKUP}{BIDI}", "x" * 4096, "\u05d0" * 2048):
        message = chatproto.seal(key, "alice>bob#1", text.encode())
        trace.box(("sender", name), "sealed", key, f"{name}#1", message, text=text)
        trace.line(name, "bob", {"senderinfo": message, "seq": 1, "message": message, MARKUP: BIDI, "__proto__": MARKUP})
        trace.box(("receiver", "bob"), "opened", key, f"{name}#1", message, text=text)
        trace.add("receiver", "bob", "shown", text=f"{name}: {text}")
    trace.line(name, "bob", {})
    trace.add("receiver", "bob", "refused", step=f"{MARKUP}{BIDI}")
    trace.add("receiver", "bob", f"{MARKUP}", text=MARKUP)
    trace.add("sender", "x\" onclick=\"window.pwned=3", "refused", step="constructor")
    trace.add("receiver", "bob", "not_opened", key="k", key_id="i", nonce="$(id)", ciphertext="`id`", tag=";id", ad="$(id)")
    trace.lines.append("this is not JSON")
    return trace


def hidden_trace(events):
    """The same run, as if --trace-keys had been left out."""
    trace = Trace()

    def hide(place, *names):
        for name in names:
            if name in place:
                place[name] = {"hidden": len(place[name])}

    for event in events:
        if event["event"] not in ("about", "attack"):
            hide(event, "key", "input", *(["line"] if event.get("message", 5) < 5 else []))
            hide(event.get("fields", {}), "password", "token", "secret")
            if event.get("ad", "").startswith("senderinfo"):
                hide(event, "text")
        trace.lines.append(to_line(event))
    return trace


BOB_TOKEN, ALICE_TOKEN, SECRET = (16 * letter for letter in "bas")
RIGHT_KEY, RIGHT_AD = (SECRET, "message"), "alice>bob#1"


def mistaken_trace(alice=RIGHT_KEY, ad=RIGHT_AD, bob=RIGHT_KEY, bobs_ad=RIGHT_AD, ticket_ad="senderinfo>bob", attack=False):
    """A run in which Alice or Bob derives the key of the chat from another input
    or with another label, or has other associated data. With ATTACK, Mallory
    replays the line."""
    trace, server, sender, receiver = Trace(), ("server", ""), ("sender", "alice"), ("receiver", "bob")

    def travel(source, target, message, fields):
        line = json.dumps(fields)
        for who, event in ((source, "sent"), (target, "received")):
            trace.add(*who, event, message=message, peer=(source[1] or target[1]) if who == server else "server", line=line, fields=fields)

    def derive(who, text, label):
        key = chatproto.derive(text, label)
        trace.add(*who, "derived", input=text, label=label, key=key.hex(), key_id=key.hex()[:8])
        return key

    travel(server, receiver, 2, {"token": BOB_TOKEN})
    ticket_key = derive(receiver, BOB_TOKEN, "senderinfo")
    travel(server, sender, 2, {"token": ALICE_TOKEN})
    travel(sender, server, 3, {"username": "alice", "token": ALICE_TOKEN, "receiver": "bob"})
    ticket = {"username": "alice", "ip_addr": "127.0.0.1", "secret": SECRET}
    senderinfo = chatproto.seal(ticket_key, "senderinfo>bob", json.dumps(ticket).encode())
    trace.box(server, "sealed", ticket_key, "senderinfo>bob", senderinfo, text=json.dumps(ticket), fields=ticket)
    travel(server, sender, 4, {"ip_addr": "127.0.0.1", "secret": SECRET, "senderinfo": senderinfo})
    key = derive(sender, *alice)
    message = chatproto.seal(key, ad, b"hello")
    trace.box(sender, "sealed", key, ad, message, text="hello")
    for again in range(2 if attack else 1):
        if again:
            trace.add("", "", "attack", title="replay", text="Again.")
        trace.line("alice", "bob", {"senderinfo": senderinfo, "seq": 1, "message": message})
        if ticket_ad != "senderinfo>bob":
            trace.box(receiver, "not_opened", ticket_key, ticket_ad, senderinfo)
        else:
            trace.box(receiver, "opened", ticket_key, ticket_ad, senderinfo, text=json.dumps(ticket), fields=ticket)
            bobs_key = derive(receiver, *bob)
            if (key, ad) == (bobs_key, bobs_ad):
                trace.box(receiver, "opened", bobs_key, bobs_ad, message, text="hello")
                trace.add(*receiver, "shown", text="alice: hello")
                continue
            trace.box(receiver, "not_opened", bobs_key, bobs_ad, message)
        trace.add(*receiver, "refused", step="my own word")
    return trace
