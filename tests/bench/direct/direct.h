/* SPDX-License-Identifier: MIT */
/*
 * Sealing and opening with the library of a backend directly, as fast as it can
 * and without the checks of crypto.h. There is a file for each backend.
 */
#ifndef TESTS_BENCH_DIRECT_DIRECT_H
#define TESTS_BENCH_DIRECT_DIRECT_H

#include "backends/crypto.h"

/* A text and its box, each with room for LEN bytes and a tag. */
struct direct_work {
    struct kit_key key;
    struct kit_nonce nonce;
    const char *ad; /* a string */
    size_t ad_len;
    uint8_t *text, *box;
    size_t len;
};

/* direct_prepare: call it once. Returns 0 or -1, like the functions below. */
int direct_prepare(void) KIT_MUST_CHECK;

/* direct_seal, direct_open: seals the text, or opens the box. */
int direct_seal(struct direct_work *work) KIT_MUST_CHECK;
int direct_open(struct direct_work *work) KIT_MUST_CHECK;

#endif
