/* SPDX-License-Identifier: MIT */
/*
 * Boxes: sealed texts, and how they travel in JSON. SEALED of protocol.md
 * section 1 is
 *
 *     base64( nonce[12] || ciphertext || tag[16] )
 */
#ifndef KIT_BOX_H
#define KIT_BOX_H

#include "backends/crypto.h"
#include "lib/base64.h"
#include "lib/wire.h"

enum {
    /* Bytes of the longest ciphertext with its tag. */
    KIT_BOX_MAX = KIT_TEXT_MAX + KIT_TAG_LEN,
    /* The size of the longest SEALED, with its terminating zero. */
    KIT_SEALED_SIZE = KIT_BASE64_LEN(KIT_NONCE_LEN + KIT_BOX_MAX) + 1,
};

/* A sealed text and its nonce. Not secret. */
struct kit_box {
    struct kit_nonce nonce;
    size_t len; /* of bytes: ciphertext and tag, KIT_TAG_LEN to KIT_BOX_MAX */
    uint8_t bytes[KIT_BOX_MAX];
};

/* A box as it travels: SEALED, with a terminating zero. */
struct kit_sealed {
    char text[KIT_SEALED_SIZE];
};

/* A text that was opened. */
struct kit_text {
    size_t len; /* of bytes */
    uint8_t bytes[KIT_TEXT_MAX];
};

/*
 * kit_box_seal: fills BOX with the LEN bytes of TEXT, sealed under KEY and the
 * nonce in BOX, which the caller has drawn. The associated data is the string
 * AD, without its terminating zero. Returns 0; or -1 with BOX zero if LEN is
 * over KIT_TEXT_MAX or kit_seal fails.
 */
int kit_box_seal(struct kit_box *box, const struct kit_key *key, const char *ad,
                 const void *text, size_t len) KIT_MUST_CHECK;

/*
 * kit_box_open: the inverse. Returns 0; or -1 with TEXT zero if key, nonce,
 * associated data or box are not the same as when it was sealed.
 */
int kit_box_open(struct kit_text *text, const struct kit_key *key,
                 const char *ad, const struct kit_box *box) KIT_MUST_CHECK;

/*
 * kit_ticket_open: decodes and opens TICKET, like kit_box_decode and
 * kit_box_open. Returns 0; or -1 with TEXT zero.
 */
int kit_ticket_open(struct kit_text *text, const struct kit_key *key,
                    const char *ad,
                    const struct kit_ticket *ticket) KIT_MUST_CHECK;

/*
 * kit_box_encode: writes BOX, with its nonce, as SEALED. Returns 0; or -1 with
 * SEALED empty if BOX->len is out of range.
 */
int kit_box_encode(struct kit_sealed *sealed,
                   const struct kit_box *box) KIT_MUST_CHECK;

/*
 * kit_box_decode: reads SEALED into BOX. Returns 0; or -1 with BOX zero if
 * SEALED is NULL, is not canonical base64, or decodes to fewer than 28 bytes
 * or to more than KIT_NONCE_LEN + KIT_BOX_MAX. It decrypts and verifies
 * nothing: that is what kit_box_open does.
 */
int kit_box_decode(struct kit_box *box, const char *sealed) KIT_MUST_CHECK;

/* kit_is_sealed: whether kit_box_decode accepts S. False for NULL. */
bool kit_is_sealed(const char *s);

#endif
