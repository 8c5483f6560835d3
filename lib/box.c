/* SPDX-License-Identifier: MIT */
/* SEALED: a nonce and a box as base64 (protocol.md section 1). */
#include "lib/box.h"

#include <string.h>

/* The same bytes in a row, as they are before base64. */
struct row {
    uint8_t bytes[KIT_NONCE_LEN + KIT_BOX_MAX];
};

int kit_box_encode(char *out, size_t out_size, const struct kit_box *box)
{
    struct row row;

    if (out_size > 0)
        out[0] = '\0';
    if (box->len < KIT_TAG_LEN || box->len > KIT_BOX_MAX)
        return -1;

    memcpy(row.bytes, box->nonce.bytes, KIT_NONCE_LEN);
    memcpy(row.bytes + KIT_NONCE_LEN, box->bytes, box->len);
    return kit_base64_encode(out, out_size, row.bytes,
                             KIT_NONCE_LEN + box->len);
}

int kit_box_decode(struct kit_box *box, const char *sealed)
{
    struct row row;
    size_t len;

    memset(box, 0, sizeof *box);
    if (sealed == NULL)
        return -1;

    /* The room in ROW is the upper bound; more does not decode. */
    if (kit_base64_decode(row.bytes, sizeof row.bytes, &len, sealed,
                          strlen(sealed)) != 0)
        return -1;

    /* Under 28 bytes a nonce or a tag is missing, and len would wrap. */
    if (len < KIT_NONCE_LEN + KIT_TAG_LEN)
        return -1;

    box->len = len - KIT_NONCE_LEN;
    memcpy(box->nonce.bytes, row.bytes, KIT_NONCE_LEN);
    memcpy(box->bytes, row.bytes + KIT_NONCE_LEN, box->len);
    return 0;
}

bool kit_is_sealed(const char *s)
{
    struct kit_box box;

    return kit_box_decode(&box, s) == 0;
}
