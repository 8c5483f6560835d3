# SPDX-License-Identifier: MIT
"""Recomputes what is in traces: with the cryptography of chatproto.py, and again
with that of library.py if its package is installed.

    trace.py FILE...        traces of one chat, written with --trace-keys

Prints what does not agree, and how many events of each kind it has recomputed.
"""

import base64
import json
import sys
from collections import Counter

import chatproto
import library

CRYPTO = [chatproto, library] if library.INSTALLED else [chatproto]
FORBIDDEN = "<>&'"


class Traces:
    """All events of some files, and what was found out about them."""

    def __init__(self):
        self.events, self.done, self.failed = [], Counter(), 0

    def same(self, what, found, expected):
        if found != expected:
            self.failed += 1
            print(f"FAILED {what}: {found!r}, expected {expected!r}")

    def read(self, path):
        with open(path, "rb") as file:
            lines = file.read().decode("ascii").splitlines()
        last = 0
        for number, line in enumerate(lines, 1):
            event = json.loads(line)
            where = f"{path}:{number}"
            self.same(f"{where}: n", event["n"], number)
            self.same(f"{where}: us goes back", event["us"] < last, False)
            self.same(f"{where}: characters", [c for c in line if not
                      " " <= c <= "~" or c in FORBIDDEN], [])
            last = event["us"]
            self.events.append((where, event))

    def of(self, *kinds):
        """The events of these kinds, with their places. Counts them."""
        for where, event in self.events:
            if event["event"] in kinds:
                self.done[event["event"]] += 1
                yield where, event

    # --- What each kind must agree with ---------------------------------------

    def keys(self):
        """A key is what its input gives, and has one key_id everywhere."""
        for where, event in self.of("derived"):
            for crypto in CRYPTO:
                key = crypto.derive(event["input"], event["label"])
                self.same(f"{where}: key, {crypto.__name__}", event["key"], key.hex())
        pairs = {(event["key"], event["key_id"]) for _, event in self.events
                 if "key" in event}
        self.same("key_ids", len({key_id for _, key_id in pairs}), len(pairs))
        self.same("keys", len({key for key, _ in pairs}), len(pairs))

    def boxes(self):
        """The key opens the box, the text is in it, and sealing gives this box."""
        for where, event in self.of("sealed", "opened"):
            key, ad, box, text = bytes.fromhex(event["key"]), event["ad"], box_of(event), text_of(event)
            for crypto in CRYPTO:
                try:
                    opened = crypto.open_box(key, ad, box, "not opened")
                except chatproto.Refused as refusal:
                    opened = str(refusal).encode("ascii")
                name = f"{where}: {crypto.__name__}"
                self.same(f"{name}: text", text, opened)
                self.same(f"{name}: box", base64.b64encode(box).decode("ascii"),
                          crypto.seal(key, ad, text, box[:12]))
            if "fields" in event:
                self.same(f"{where}: fields", event["fields"], json.loads(text))

    def messages(self):
        """What travels in messages 4 and 5 is a box that someone has sealed."""
        sealed = {base64.b64encode(box_of(event)).decode("ascii")
                  for _, event in self.of("sealed")}
        for where, event in self.of("sent", "received"):
            fields = event["fields"]
            self.same(f"{where}: fields", fields, json.loads(event["line"]))
            for name in ("senderinfo", "message"):
                if name in fields:
                    self.same(f"{where}: {name} was sealed",
                              fields[name] in sealed, True)

    def order(self):
        """Everything that was received had been sent before."""
        sent = {}
        for _, event in self.of("sent"):
            sent.setdefault((event["message"], event["line"]), event["us"])
        for where, event in self.of("received"):
            us = sent.get((event["message"], event["line"]))
            self.same(f"{where}: was sent", us is not None, True)
            self.same(f"{where}: was sent before",
                      us is not None and us <= event["us"], True)


def box_of(event):
    return bytes.fromhex(event["nonce"] + event["ciphertext"] + event["tag"])


def text_of(event):
    if "text" in event:
        return event["text"].encode("utf-8")
    return bytes.fromhex(event["text_hex"])


def main(paths):
    traces = Traces()
    for path in paths:
        traces.read(path)
    for check in (traces.keys, traces.boxes, traces.messages, traces.order):
        check()
    numbers = {event["message"] for _, event in traces.of("sent")}
    traces.same("messages", sorted(numbers), [1, 2, 3, 4, 5])
    print("recomputed:", " ".join(sorted(traces.done)))
    if not library.INSTALLED:
        print(library.ABSENT, file=sys.stderr)
    return 1 if traces.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
