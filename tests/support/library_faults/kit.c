/* SPDX-License-Identifier: MIT */
/* Functions of backends/crypto.h that tests let fail, with any backend, and the
   clock. */
#include "backends/crypto.h"
#include "lib/clock.h"
#include "tests/support/library_faults/fault.h"

FAULT(int, kit_random, (void *out, size_t len), (out, len), -1)
FAULT(int, kit_sha256, (struct kit_digest * out, const void *in, size_t len),
      (out, in, len), -1)
FAULT(int, kit_hmac,
      (struct kit_digest * out, const void *key, size_t key_len, const void *in,
       size_t in_len),
      (out, key, key_len, in, in_len), -1)
FAULT_SEEN(int, kit_scrypt,
           (void *out, size_t out_len, const void *password,
            size_t password_len, const void *salt, size_t salt_len, unsigned ln,
            unsigned r, unsigned p),
           (out, out_len, password, password_len, salt, salt_len, ln, r, p), -1,
           fault_hashed(ln, p))
FAULT(int, kit_seal,
      (uint8_t * out, size_t out_size, const struct kit_key *key,
       const struct kit_nonce *nonce, const void *ad, size_t ad_len,
       const void *text, size_t text_len),
      (out, out_size, key, nonce, ad, ad_len, text, text_len), -1)

/* A clock does not fail, but much time may pass between two calls. */
FAULT(int64_t, kit_ticks, (void), (), INT64_MAX / 2)
