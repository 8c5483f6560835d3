/* SPDX-License-Identifier: MIT */
/*
 * The layouts of a box: where its nonce, ciphertext and tag are, rightly or by
 * mistake. Layout 0 is the correct one.
 */
#ifndef GRADE_BOX_LAYOUT_H
#define GRADE_BOX_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"
#include "lib/wire.h"

/* A box taken apart by one layout. */
struct box_parts {
    struct kit_nonce nonce;
    const uint8_t *text, *tag; /* they point into the box */
    size_t len;                /* of text */
};

extern const int box_layout_count;

/* box_layout_cause: describes the mistake of LAYOUT; "" for 0. */
const char *box_layout_cause(int layout);

/*
 * box_layout_parts: takes BOX apart by LAYOUT. Returns false if BOX is too
 * short for that, or too long.
 */
bool box_layout_parts(struct box_parts *p, int layout, const uint8_t *box,
                      size_t len);

/*
 * box_parts_open: opens P with ChaCha20-Poly1305. OUT has KIT_LINE_MAX bytes.
 * Returns whether the tag is right. box_parts_open_gcm: with AES-256-GCM.
 */
bool box_parts_open(uint8_t *out, const struct box_parts *p,
                    const struct kit_key *key, const char *ad, size_t ad_len);
bool box_parts_open_gcm(uint8_t *out, const struct box_parts *p,
                        const struct kit_key *key, const char *ad,
                        size_t ad_len);

#endif
