/* SPDX-License-Identifier: MIT */
/* Base64 of RFC 4648 section 4: padded, canonical, nothing else accepted. */
#ifndef KIT_BASE64_H
#define KIT_BASE64_H

#include "backends/crypto.h"

/* Characters that LEN bytes become, without a terminating zero. */
#define KIT_BASE64_LEN(len) (((len) + 2) / 3 * 4)

/*
 * kit_base64_encode: writes IN as base64 and a terminating zero to OUT.
 * OUT_SIZE must be at least KIT_BASE64_LEN(IN_LEN) + 1. Returns 0, or -1
 * with OUT the empty string (where it has room for one).
 */
int kit_base64_encode(char *out, size_t out_size, const void *in,
                      size_t in_len) KIT_MUST_CHECK;

/*
 * kit_base64_decode: reads TEXT_LEN characters of base64 into OUT and sets
 * OUT_LEN to the number of bytes. There is one spelling for every value:
 * white space, missing or surplus padding, the URL alphabet and spare bits
 * that are not zero are all refused, so that nobody can make a second
 * spelling of a message. Returns 0, or -1 with OUT_LEN 0 and OUT zero when
 * the text is not that or needs more than OUT_SIZE bytes.
 *
 * Takes time that depends on the text: what the lab decodes is public.
 */
int kit_base64_decode(void *out, size_t out_size, size_t *out_len,
                      const char *text, size_t text_len) KIT_MUST_CHECK;

#endif
