/* SPDX-License-Identifier: MIT */
/* Sealing, opening, and SEALED as base64 (protocol.md section 1). */
#include "lib/box.h"

#include <string.h>

#include "lib/say.h"
#include "lib/trace.h"

/* What is encoded as base64: the nonce, then the box. */
struct joined {
    uint8_t bytes[KIT_NONCE_LEN + KIT_BOX_MAX];
};

int kit_box_seal(struct kit_box *box, const struct kit_key *key, const char *ad,
                 const void *text, size_t len)
{
    int rc;

    if (len > KIT_TEXT_MAX)
        rc = kit_misuse("kit_box_seal: len is %zu: a text has at most %d bytes",
                        len, KIT_TEXT_MAX);
    else
        rc = kit_seal(box->bytes, sizeof box->bytes, key, &box->nonce, ad,
                      strlen(ad), text, len);
    box->len = len + KIT_TAG_LEN;
    if (rc != 0)
        memset(box, 0, sizeof *box);
    else if (kit_trace_on)
        kit_trace_box("sealed", key, box, ad, len > 0 ? text : "", len);
    return rc;
}

int kit_box_open(struct kit_text *text, const struct kit_key *key,
                 const char *ad, const struct kit_box *box)
{
    /* kit_open clears all of its output after a failure. */
    text->len = 0;
    if (kit_open(text->bytes, sizeof text->bytes, key, &box->nonce, ad,
                 strlen(ad), box->bytes, box->len) != 0) {
        if (kit_trace_on)
            kit_trace_box("not_opened", key, box, ad, NULL, 0);
        return -1;
    }
    text->len = box->len - KIT_TAG_LEN;
    if (kit_trace_on)
        kit_trace_box("opened", key, box, ad, text->bytes, text->len);
    return 0;
}

int kit_box_encode(struct kit_sealed *sealed, const struct kit_box *box)
{
    struct joined joined;

    sealed->text[0] = '\0';
    if (box->len < KIT_TAG_LEN || box->len > KIT_BOX_MAX)
        return kit_misuse("kit_box_encode: the box has %zu bytes, not %d to "
                          "%d: fill it with kit_box_seal first, and check its "
                          "result",
                          box->len, KIT_TAG_LEN, KIT_BOX_MAX);

    memcpy(joined.bytes, box->nonce.bytes, KIT_NONCE_LEN);
    memcpy(joined.bytes + KIT_NONCE_LEN, box->bytes, box->len);
    return kit_base64_encode(sealed->text, sizeof sealed->text, joined.bytes,
                             KIT_NONCE_LEN + box->len);
}

int kit_box_decode(struct kit_box *box, const char *sealed)
{
    struct joined joined;
    size_t len;

    /* This fails if SEALED decodes to more bytes than JOINED can hold. With too
       few bytes the nonce or the tag is missing, and box->len would wrap. */
    if (sealed == NULL ||
        kit_base64_decode(joined.bytes, sizeof joined.bytes, &len, sealed,
                          strlen(sealed)) != 0 ||
        len < KIT_NONCE_LEN + KIT_TAG_LEN) {
        memset(box, 0, sizeof *box);
        return -1;
    }
    box->len = len - KIT_NONCE_LEN;
    memcpy(box->nonce.bytes, joined.bytes, KIT_NONCE_LEN);
    memcpy(box->bytes, joined.bytes + KIT_NONCE_LEN, box->len);
    return 0;
}

int kit_ticket_open(struct kit_text *text, const struct kit_key *key,
                    const char *ad, const struct kit_ticket *ticket)
{
    struct kit_box box;

    if (kit_box_decode(&box, ticket->text) == 0)
        return kit_box_open(text, key, ad, &box);
    memset(text, 0, sizeof *text);
    return -1;
}

bool kit_is_sealed(const char *s)
{
    struct kit_box box;

    return kit_box_decode(&box, s) == 0;
}
