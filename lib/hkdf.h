/* SPDX-License-Identifier: MIT */
/* Derives keys from strings: HKDF-SHA256 (RFC 5869). */
#ifndef KIT_HKDF_H
#define KIT_HKDF_H

#include "backends/crypto.h"

enum {
    KIT_HKDF_INFO_MAX = 1024,                /* bytes; our own limit */
    KIT_HKDF_OUT_MAX = 255 * KIT_DIGEST_LEN, /* bytes; RFC 5869 section 2.3 */
};

/*
 * kit_hkdf: HKDF-Extract, then HKDF-Expand. Writes OUT_LEN bytes to OUT, 1 to
 * KIT_HKDF_OUT_MAX. SALT may have length 0. INFO has at most KIT_HKDF_INFO_MAX
 * bytes. Returns 0; or -1 with OUT zero.
 */
int kit_hkdf(void *out, size_t out_len, const void *salt, size_t salt_len,
             const void *input, size_t input_len, const void *info,
             size_t info_len) KIT_MUST_CHECK;

/*
 * kit_derive: K(string, label) of protocol.md section 1. Derives KEY from the
 * characters of STRING, a token or a secret, without decoding them from hex.
 * LABEL is what the key is used for (lib/wire.h): one string gives different
 * keys for different labels. The terminating zeros are not part of the input.
 * Returns 0; or -1 with KEY zero.
 */
int kit_derive(struct kit_key *key, const char *string,
               const char *label) KIT_MUST_CHECK;

#endif
