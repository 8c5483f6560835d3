/* SPDX-License-Identifier: MIT */
/*
 * SEALED of protocol.md section 1: how a nonce and its box are written in JSON,
 *
 *     base64( nonce[12] || ciphertext || tag[16] )
 */
#ifndef KIT_BOX_H
#define KIT_BOX_H

#include "backends/crypto.h"
#include "lib/base64.h"
#include "lib/wire.h"

enum {
    /* Bytes of the largest box: the longest text, and its tag. */
    KIT_BOX_MAX = KIT_TEXT_MAX + KIT_TAG_LEN,
    /* The size of the longest SEALED, with its terminating zero. */
    KIT_SEALED_SIZE = KIT_BASE64_LEN(KIT_NONCE_LEN + KIT_BOX_MAX) + 1,
};

/* What kit_seal writes and kit_open reads, with its nonce. Not secret. */
struct kit_box {
    struct kit_nonce nonce;
    size_t len; /* of bytes: ciphertext and tag, KIT_TAG_LEN to KIT_BOX_MAX */
    uint8_t bytes[KIT_BOX_MAX];
};

/*
 * kit_box_encode: writes BOX as SEALED with a terminating zero to OUT, which
 * has room for OUT_SIZE characters (KIT_SEALED_SIZE is enough). Returns 0; or
 * -1 with OUT empty.
 */
int kit_box_encode(char *out, size_t out_size,
                   const struct kit_box *box) KIT_MUST_CHECK;

/*
 * kit_box_decode: reads SEALED into BOX. Returns 0; or -1 with BOX zero if
 * SEALED is NULL, is not canonical base64, or decodes to fewer than 28 bytes
 * or to more than KIT_NONCE_LEN + KIT_BOX_MAX. It decrypts and verifies
 * nothing: that is what kit_open does.
 */
int kit_box_decode(struct kit_box *box, const char *sealed) KIT_MUST_CHECK;

/* kit_is_sealed: whether kit_box_decode accepts S. False for NULL. */
bool kit_is_sealed(const char *s);

#endif
