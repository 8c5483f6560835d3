/* SPDX-License-Identifier: MIT */
/* Base64 of RFC 4648 section 4: padded and canonical. All else is rejected. */
#ifndef KIT_BASE64_H
#define KIT_BASE64_H

#include "backends/crypto.h"

/* The length of LEN bytes in base64, without a terminating zero. */
#define KIT_BASE64_LEN(len) (((len) + 2) / 3 * 4)

/*
 * kit_base64_encode: writes IN as base64 and a terminating zero to OUT.
 * OUT_SIZE must be at least KIT_BASE64_LEN(IN_LEN) + 1. Returns 0; or -1 with
 * OUT the empty string (if OUT_SIZE is not 0).
 */
int kit_base64_encode(char *out, size_t out_size, const void *in,
                      size_t in_len) KIT_MUST_CHECK;

/*
 * kit_base64_decode: decodes TEXT_LEN characters of base64 into OUT and sets
 * OUT_LEN to the number of bytes. Every value has exactly one valid encoding,
 * so an attacker cannot write the same message in another way. White space,
 * missing or extra padding, the URL alphabet, and unused bits that are not zero
 * are rejected. Returns 0; or -1 with OUT_LEN 0 and OUT zero if the text is
 * invalid or decodes to more than OUT_SIZE bytes.
 *
 * Not constant-time: use it only for data that is public.
 */
int kit_base64_decode(void *out, size_t out_size, size_t *out_len,
                      const char *text, size_t text_len) KIT_MUST_CHECK;

#endif
