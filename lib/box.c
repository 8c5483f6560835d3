/* SPDX-License-Identifier: MIT */
/* SEALED: a nonce and a box as base64 (protocol.md section 1). */
#include "lib/box.h"

#include <string.h>

/* What is encoded as base64: the nonce, then the box. */
struct joined {
    uint8_t bytes[KIT_NONCE_LEN + KIT_BOX_MAX];
};

int kit_box_encode(char *out, size_t out_size, const struct kit_box *box)
{
    struct joined joined;

    if (out_size > 0)
        out[0] = '\0';
    if (box->len < KIT_TAG_LEN || box->len > KIT_BOX_MAX)
        return -1;

    memcpy(joined.bytes, box->nonce.bytes, KIT_NONCE_LEN);
    memcpy(joined.bytes + KIT_NONCE_LEN, box->bytes, box->len);
    return kit_base64_encode(out, out_size, joined.bytes,
                             KIT_NONCE_LEN + box->len);
}

int kit_box_decode(struct kit_box *box, const char *sealed)
{
    struct joined joined;
    size_t len;

    memset(box, 0, sizeof *box);
    if (sealed == NULL)
        return -1;

    /* It cannot decode to more than JOINED holds. */
    if (kit_base64_decode(joined.bytes, sizeof joined.bytes, &len, sealed,
                          strlen(sealed)) != 0)
        return -1;

    /* With fewer bytes the nonce or the tag is missing, and len would wrap. */
    if (len < KIT_NONCE_LEN + KIT_TAG_LEN)
        return -1;

    box->len = len - KIT_NONCE_LEN;
    memcpy(box->nonce.bytes, joined.bytes, KIT_NONCE_LEN);
    memcpy(box->bytes, joined.bytes + KIT_NONCE_LEN, box->len);
    return 0;
}

bool kit_is_sealed(const char *s)
{
    struct kit_box box;

    return kit_box_decode(&box, s) == 0;
}
