# SPDX-License-Identifier: MIT
"""The cryptography of chatproto.py, done by Python's package cryptography.

Its functions have the same names, arguments and results. INSTALLED: whether the
package is there; Debian calls it python3-cryptography.
"""

import base64

from chatproto import Refused

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    INSTALLED = True
except ImportError:
    INSTALLED = False

ABSENT = "skipped: values recomputed with Python's package cryptography (python3-cryptography is absent)"


def derive(string, label):
    return HKDF(SHA256(), 32, None, label.encode("ascii")).derive(string.encode("ascii"))


def seal(key, ad, plaintext, nonce):
    box = nonce + ChaCha20Poly1305(key).encrypt(nonce, plaintext, ad.encode("ascii"))
    return base64.b64encode(box).decode("ascii")


def open_box(key, ad, box, word):
    try:
        return ChaCha20Poly1305(key).decrypt(box[:12], box[12:], ad.encode("ascii"))
    except InvalidTag:
        raise Refused(word) from None
