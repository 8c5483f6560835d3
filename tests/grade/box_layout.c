/* SPDX-License-Identifier: MIT */
#include "tests/grade/box_layout.h"

#include <openssl/evp.h>
#include <string.h>

static const char too_late[] =
    "The text was sealed before its nonce was drawn: call kit_random before "
    "kit_box_seal, not after it.";

/*
 * ORDER is that of nonce, text and tag in the box, and CAUSE is the mistake if
 * it is wrong. FILL is the value of all 12 bytes of the nonce with which the
 * box was sealed; -1: it was sealed with the nonce that is in the box.
 * Compilers fill uninitialized variables with 0xfe (gcc) or 0xaa (clang); see
 * -ftrivial-auto-var-init.
 */
static const struct {
    const char *order;
    int fill;
    const char *cause;
} layouts[] = {
    {"nonce text tag", -1, ""},
    {"text tag nonce", -1,
     "The nonce is at the end of the box: it must come first."},
    {"nonce tag text", -1,
     "The tag is before the ciphertext: it must come last."},
    {"tag nonce text", -1,
     "The tag comes first: the order must be nonce, ciphertext, tag."},
    {"text tag", 0,
     "The box has no nonce, and was sealed with a nonce of zeros: send 12 "
     "random bytes as its nonce."},
    {"nonce text tag", 0, too_late},
    {"nonce text tag", 0xfe, too_late},
    {"nonce text tag", 0xaa, too_late},
};

const int box_layout_count = sizeof layouts / sizeof layouts[0];

const char *box_layout_cause(int layout)
{
    return layouts[layout].cause;
}

bool box_layout_parts(struct box_parts *p, int layout, const uint8_t *box,
                      size_t len)
{
    const char *order = layouts[layout].order;
    size_t others =
        KIT_TAG_LEN + (strstr(order, "nonce") != NULL ? KIT_NONCE_LEN : 0);

    if (len < others || len > KIT_LINE_MAX)
        return false;
    memset(p, 0, sizeof *p);
    p->len = len - others;
    for (const char *part = order; *part != '\0'; part += strspn(part, " ")) {
        if (strncmp(part, "nonce", 5) == 0) {
            memcpy(p->nonce.bytes, box, KIT_NONCE_LEN);
            box += KIT_NONCE_LEN;
        } else if (strncmp(part, "text", 4) == 0) {
            p->text = box;
            box += p->len;
        } else {
            p->tag = box;
            box += KIT_TAG_LEN;
        }
        part += strcspn(part, " ");
    }
    if (layouts[layout].fill >= 0)
        memset(p->nonce.bytes, layouts[layout].fill, sizeof p->nonce.bytes);
    return true;
}

bool box_parts_open(uint8_t *out, const struct box_parts *p,
                    const struct kit_key *key, const char *ad, size_t ad_len)
{
    uint8_t box[KIT_LINE_MAX + KIT_TAG_LEN];

    memcpy(box, p->text, p->len);
    memcpy(box + p->len, p->tag, KIT_TAG_LEN);
    return kit_open(out, KIT_LINE_MAX, key, &p->nonce, ad, ad_len, box,
                    p->len + KIT_TAG_LEN) == 0;
}

bool box_parts_open_gcm(uint8_t *out, const struct box_parts *p,
                        const struct kit_key *key, const char *ad,
                        size_t ad_len)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    uint8_t tag[KIT_TAG_LEN];
    int n;
    bool ok;

    memcpy(tag, p->tag, sizeof tag);
    ok =
        c != NULL &&
        EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->bytes,
                           p->nonce.bytes) == 1 &&
        EVP_DecryptUpdate(c, NULL, &n, (const uint8_t *)ad, (int)ad_len) == 1 &&
        EVP_DecryptUpdate(c, out, &n, p->text, (int)p->len) == 1 &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, KIT_TAG_LEN, tag) == 1 &&
        EVP_DecryptFinal_ex(c, out, &n) == 1;
    EVP_CIPHER_CTX_free(c);
    return ok;
}
