/* SPDX-License-Identifier: MIT */
#include "tests/bench/peers/messages_sealed.h"

#include <string.h>

#include "lib/hkdf.h"
#include "tests/bench/fail.h"

enum {
    NONCE = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_chacha20poly1305_ietf_ABYTES,
    BOX_MAX = NONCE + KIT_TEXT_MAX + TAG,
    NONCES = 256, /* drawn at once */
};

/* --- Base64 --------------------------------------------------------------- */

static char pairs[4096][2];       /* the two characters for twelve bits */
static unsigned char values[256]; /* of a character; 0x80: not base64 */

static void fill_tables(void)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    memset(values, 0x80, sizeof values);
    for (int i = 0; i < 64; i++)
        values[(unsigned char)digits[i]] = (unsigned char)i;
    for (int i = 0; i < 4096; i++) {
        pairs[i][0] = digits[i >> 6];
        pairs[i][1] = digits[i & 63];
    }
}

/* Returns the length of OUT, which gets no terminating zero. */
static size_t encode(char *out, const uint8_t *in, size_t len)
{
    char *at = out;

    for (; len >= 3; in += 3, len -= 3, at += 4) {
        unsigned bits = (unsigned)in[0] << 16 | in[1] << 8 | in[2];

        memcpy(at, pairs[bits >> 12], 2);
        memcpy(at + 2, pairs[bits & 4095], 2);
    }
    if (len > 0) {
        unsigned bits = (unsigned)in[0] << 16 | (len > 1 ? in[1] << 8 : 0);

        memcpy(at, pairs[bits >> 12], 2);
        memcpy(at + 2, pairs[bits & 4095], 2);
        at[3] = '=';
        if (len == 1)
            at[2] = '=';
        at += 4;
    }
    return (size_t)(at - out);
}

/* Returns the length of OUT, or 0 if IN is not base64. */
static size_t decode(uint8_t *out, const char *in, size_t len)
{
    const unsigned char *c = (const unsigned char *)in;
    size_t pad = len > 1 ? (in[len - 1] == '=') + (in[len - 2] == '=') : 0;
    unsigned bad = 0;
    uint8_t *at = out;

    if (len < 4 || len % 4 != 0)
        return 0;
    for (; len > 0; c += 4, len -= 4, at += 3) {
        unsigned last = len == 4;
        unsigned v2 = last && pad > 1 ? 0 : values[c[2]];
        unsigned v3 = last && pad > 0 ? 0 : values[c[3]];
        unsigned bits =
            (unsigned)values[c[0]] << 18 | values[c[1]] << 12 | v2 << 6 | v3;

        bad |= values[c[0]] | values[c[1]] | v2 | v3;
        at[0] = (uint8_t)(bits >> 16);
        at[1] = (uint8_t)(bits >> 8);
        at[2] = (uint8_t)bits;
    }
    return bad & 0x80 ? 0 : (size_t)(at - out) - pad;
}

/* --- Keys and associated data --------------------------------------------- */

void sealed_prepare(void)
{
    fill_tables();
    if (sodium_init() < 0)
        fail("start libsodium");
}

void sealed_key(uint8_t out[SEALED_KEY], const char *string, const char *label)
{
    struct kit_key key;

    if (kit_derive(&key, string, label) != 0)
        fail("derive a key");
    memcpy(out, key.bytes, SEALED_KEY);
}

void sealed_ad_names(struct sealed_ad *ad, const char *sender,
                     const char *receiver)
{
    ad->names =
        (size_t)snprintf(ad->text, sizeof ad->text, "%s>%s#", sender, receiver);
    ad->len = ad->names;
}

void sealed_ad_seq(struct sealed_ad *ad, uint32_t seq)
{
    char digits[10], *at = ad->text + ad->names;
    size_t len = 0;

    do
        digits[len++] = (char)('0' + seq % 10);
    while ((seq /= 10) > 0);
    ad->len = ad->names + len;
    while (len > 0)
        *at++ = digits[--len];
}

void sealed_ad_ticket(struct sealed_ad *ad, const char *receiver)
{
    ad->len =
        (size_t)snprintf(ad->text, sizeof ad->text, "senderinfo>%s", receiver);
    ad->names = ad->len;
}

/* --- Boxes ---------------------------------------------------------------- */

static void draw_nonce(uint8_t out[NONCE])
{
    static uint8_t pool[NONCE * NONCES];
    static size_t used = sizeof pool;

    if (used == sizeof pool) {
        randombytes_buf(pool, sizeof pool);
        used = 0;
    }
    memcpy(out, pool + used, NONCE);
    used += NONCE;
}

size_t sealed_make(char *out, const uint8_t key[SEALED_KEY],
                   const struct sealed_ad *ad, const char *text, size_t len)
{
    uint8_t box[BOX_MAX];
    unsigned long long box_len;

    draw_nonce(box);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        box + NONCE, &box_len, (const unsigned char *)text, len,
        (const unsigned char *)ad->text, ad->len, NULL, box, key);
    return encode(out, box, NONCE + (size_t)box_len);
}

long sealed_open(char *out, const uint8_t key[SEALED_KEY],
                 const struct sealed_ad *ad, const char *sealed, size_t len)
{
    uint8_t box[SEALED_BUFFER];
    unsigned long long text_len;
    size_t box_len = len < SEALED_BUFFER ? decode(box, sealed, len) : 0;

    if (box_len < NONCE + TAG || box_len > BOX_MAX ||
        crypto_aead_chacha20poly1305_ietf_decrypt(
            (unsigned char *)out, &text_len, NULL, box + NONCE, box_len - NONCE,
            (const unsigned char *)ad->text, ad->len, box, key) != 0)
        return -1;
    return (long)text_len;
}
