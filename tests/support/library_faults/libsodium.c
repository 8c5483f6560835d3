/* SPDX-License-Identifier: MIT */
/* The calls of backends/libsodium.c that can fail. */
#include <sodium.h>

#include "tests/support/library_faults/fault.h"

typedef unsigned char byte;
typedef unsigned long long length;

FAULT(int, sodium_init, (void), (), -1)
FAULT(int, crypto_hash_sha256, (byte * out, const byte *in, length len),
      (out, in, len), -1)
FAULT(int, crypto_auth_hmacsha256_init,
      (crypto_auth_hmacsha256_state * state, const byte *key, size_t len),
      (state, key, len), -1)
FAULT(int, crypto_auth_hmacsha256_update,
      (crypto_auth_hmacsha256_state * state, const byte *in, length len),
      (state, in, len), -1)
FAULT(int, crypto_auth_hmacsha256_final,
      (crypto_auth_hmacsha256_state * state, byte *out), (state, out), -1)
FAULT(int, crypto_pwhash_scryptsalsa208sha256_ll,
      (const uint8_t *password, size_t password_len, const uint8_t *salt,
       size_t salt_len, uint64_t n, uint32_t r, uint32_t p, uint8_t *out,
       size_t out_len),
      (password, password_len, salt, salt_len, n, r, p, out, out_len), -1)
FAULT(int, crypto_aead_chacha20poly1305_ietf_encrypt,
      (byte * out, length *out_len, const byte *text, length text_len,
       const byte *ad, length ad_len, const byte *none, const byte *nonce,
       const byte *key),
      (out, out_len, text, text_len, ad, ad_len, none, nonce, key), -1)
FAULT(int, crypto_aead_chacha20poly1305_ietf_decrypt,
      (byte * out, length *out_len, byte *none, const byte *box, length box_len,
       const byte *ad, length ad_len, const byte *nonce, const byte *key),
      (out, out_len, none, box, box_len, ad, ad_len, nonce, key), -1)
