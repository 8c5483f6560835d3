/* SPDX-License-Identifier: MIT */
/*
 * SEALED of protocol.md section 1: how a sealed box travels inside JSON,
 *
 *     base64( nonce[12] || ciphertext || tag[16] )
 */
#ifndef KIT_BOX_H
#define KIT_BOX_H

#include "backends/crypto.h"
#include "lib/base64.h"
#include "lib/wire.h"

enum {
    /* Bytes of the largest box: the longest text and its tag. */
    KIT_BOX_MAX = KIT_TEXT_MAX + KIT_TAG_LEN,
    /* Room for any SEALED with its terminating zero. */
    KIT_SEALED_SIZE = KIT_BASE64_LEN(KIT_NONCE_LEN + KIT_BOX_MAX) + 1,
};

/* A box as kit_seal makes it and kit_open takes it. Not secret. */
struct kit_box {
    struct kit_nonce nonce;
    size_t len; /* of bytes: ciphertext and tag, KIT_TAG_LEN to KIT_BOX_MAX */
    uint8_t bytes[KIT_BOX_MAX];
};

/*
 * kit_box_encode: writes BOX as SEALED with a terminating zero to OUT, which
 * has room for OUT_SIZE characters. Returns 0, or -1 with OUT empty.
 */
int kit_box_encode(char *out, size_t out_size,
                   const struct kit_box *box) KIT_MUST_CHECK;

/*
 * kit_box_decode: takes SEALED apart. Returns 0, or -1 with BOX zero when
 * SEALED is NULL, is not canonical base64, or decodes to fewer than 28 bytes
 * or to more than a box can hold. It opens nothing: whether the box is
 * genuine only kit_open can tell.
 */
int kit_box_decode(struct kit_box *box, const char *sealed) KIT_MUST_CHECK;

/* kit_is_sealed: whether kit_box_decode would take S apart. NULL: no. */
bool kit_is_sealed(const char *s);

#endif
