/* SPDX-License-Identifier: MIT */
/* Trying every key, associated data, layout and cipher. */
#define _GNU_SOURCE /* memmem */
#include "tests/grade/diagnose_box.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "tests/grade/box_layout.h"
#include "tests/grade/program_failure.h"

/* One combination; 0 is the correct key, AD, layout or cipher. */
struct combination {
    int key, ad, layout, cipher;
};

static int count_mistakes(const struct combination *t)
{
    return (t->key != 0) + (t->ad != 0) + (t->layout != 0) + (t->cipher != 0);
}

static bool opens(uint8_t *out, const struct combination *t,
                  const struct box_inputs *in, const struct box_parts *p)
{
    char ad[MISTAKE_AD_SIZE];
    size_t ad_len = mistake_ad(ad, t->ad, in);
    struct kit_key key;

    if (!mistake_key(&key, t->key, in))
        return false;
    return t->cipher == 0 ? box_parts_open(out, p, &key, ad, ad_len)
                          : box_parts_open_gcm(out, p, &key, ad, ad_len);
}

/* Tries all with exactly MANY mistakes. Sets FOUND to one that opens. */
static bool try_all(struct combination *found, struct diagnosis *d, int many,
                    const struct box_inputs *in, const uint8_t *box, size_t len)
{
    struct box_parts p;
    struct combination t;

    for (t.layout = 0; t.layout < box_layout_count; t.layout++) {
        if (!box_layout_parts(&p, t.layout, box, len))
            continue;
        for (t.cipher = 0; t.cipher < 2; t.cipher++) {
            for (t.key = 0; t.key < mistake_key_count; t.key++) {
                for (t.ad = 0; t.ad < mistake_ad_count; t.ad++) {
                    if (count_mistakes(&t) != many ||
                        !opens(d->text, &t, in, &p))
                        continue;
                    d->len = p.len;
                    *found = t;
                    return true;
                }
            }
        }
    }
    return false;
}

/* Describes every mistake in T. */
static void describe_mistakes(char out[DIAGNOSIS_CAUSE],
                              const struct combination *t,
                              const struct box_inputs *in)
{
    char key[MISTAKE_CAUSE], ad[MISTAKE_CAUSE];
    const char *causes[] = {
        key, ad, box_layout_cause(t->layout),
        t->cipher != 0
            ? "The cipher is AES-256-GCM: use ChaCha20-Poly1305 (kit_seal)."
            : ""};
    size_t n = 0;

    mistake_key_cause(key, t->key, in);
    mistake_ad_cause(ad, t->ad, in);
    for (int i = 0; i < 4; i++)
        n += (size_t)snprintf(out + n, DIAGNOSIS_CAUSE - n, "%s%s",
                              n > 0 && causes[i][0] != '\0' ? " " : "",
                              causes[i]);
}

/*
 * Whether BOX begins with TYPED, encrypted with ChaCha20 alone. The first block
 * of its stream is then for the text; ChaCha20-Poly1305 leaves it to Poly1305.
 */
static bool is_plain_chacha(const struct kit_key *key, const uint8_t *box,
                            const char *typed, size_t typed_len)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    uint8_t counter_and_nonce[4 + KIT_NONCE_LEN] = {0}, out[KIT_LINE_MAX];
    int n = 0;
    bool same;

    memcpy(counter_and_nonce + 4, box, KIT_NONCE_LEN);
    same = c != NULL &&
           EVP_EncryptInit_ex(c, EVP_chacha20(), NULL, key->bytes,
                              counter_and_nonce) == 1 &&
           EVP_EncryptUpdate(c, out, &n, (const uint8_t *)typed,
                             (int)typed_len) == 1 &&
           memcmp(out, box + KIT_NONCE_LEN, typed_len) == 0;
    EVP_CIPHER_CTX_free(c);
    return same;
}

/*
 * The number of the key (mistakes.h) under which the ciphertext is TYPED, even
 * if the tag is wrong; -1 if no key fits.
 */
static int find_stream_key(const struct box_inputs *in, const uint8_t *box,
                           size_t len, const char *typed, size_t typed_len)
{
    uint8_t sealed[KIT_LINE_MAX + KIT_TAG_LEN];
    struct kit_nonce nonce;
    struct kit_key key;

    if (len < KIT_NONCE_LEN + typed_len || typed_len == 0)
        return -1;
    memcpy(nonce.bytes, box, sizeof nonce.bytes);
    for (int i = 0; i < mistake_key_count; i++) {
        if (!mistake_key(&key, i, in))
            continue;
        if (is_plain_chacha(&key, box, typed, typed_len))
            return i;
        if (kit_seal(sealed, sizeof sealed, &key, &nonce, "", 0, typed,
                     typed_len) == 0 &&
            memcmp(sealed, box + KIT_NONCE_LEN, typed_len) == 0)
            return i;
    }
    return -1;
}

/*
 * If the key is derived from only the first characters of the secret, and
 * everything else is right, returns how many these are; otherwise 0.
 */
static size_t cut_secret(const struct box_inputs *in, const uint8_t *box,
                         size_t len)
{
    uint8_t text[KIT_LINE_MAX];
    char ad[MISTAKE_AD_SIZE];
    size_t ad_len = mistake_ad(ad, 0, in);
    struct kit_key key;
    struct box_parts p;

    if (!box_layout_parts(&p, 0, box, len))
        return 0;
    for (size_t n = strlen(in->secret) - 1; n > 0; n--) {
        if (kit_hkdf(key.bytes, sizeof key.bytes, NULL, 0, in->secret, n,
                     KIT_LABEL_MESSAGE, strlen(KIT_LABEL_MESSAGE)) == 0 &&
            box_parts_open(text, &p, &key, ad, ad_len))
            return n;
    }
    return 0;
}

/* Whether TYPED is the associated data of the box, under any of the keys. */
static bool is_exchanged(const struct box_inputs *in, const uint8_t *box,
                         size_t len, const char *typed, size_t typed_len)
{
    uint8_t text[KIT_LINE_MAX];
    char ad[KIT_LINE_MAX];
    struct kit_key key;
    struct box_parts p;

    if (typed_len == 0 || typed_len > KIT_TEXT_MAX ||
        !box_layout_parts(&p, 0, box, len))
        return false;
    /* A program's text is a part of its input: a newline comes after it. */
    memcpy(ad, typed, typed_len);
    ad[typed_len] = '\n';
    for (int i = 0; i < mistake_key_count; i++) {
        if (mistake_key(&key, i, in) &&
            (box_parts_open(text, &p, &key, ad, typed_len) ||
             box_parts_open(text, &p, &key, ad, typed_len + 1)))
            return true;
    }
    return false;
}

/* Whether two consecutive blocks of 16 bytes in BOX are equal, as in ECB. */
static bool has_equal_blocks(const uint8_t *box, size_t len)
{
    for (size_t from = 0; from < 16; from++) {
        for (size_t i = from; i + 32 <= len; i += 16) {
            if (memcmp(box + i, box + i + 16, 16) == 0)
                return true;
        }
    }
    return false;
}

/* Whether BOX is printable text: then it was not sealed. */
static bool is_text(const uint8_t *box, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (box[i] < 0x20 || box[i] > 0x7e)
            return false;
    }
    return len >= 28;
}

/* Whether the last 16 bytes of BOX, its tag, are all the same. */
static bool tag_is_unset(const uint8_t *box, size_t len)
{
    const uint8_t *tag = box + len - KIT_TAG_LEN;

    return len >= KIT_TAG_LEN && memcmp(tag, tag + 1, KIT_TAG_LEN - 1) == 0;
}

/* Describes a wrong input of the box. Returns false if none is found. */
static bool describe_input(char cause[DIAGNOSIS_CAUSE],
                           const struct box_inputs *in, const uint8_t *box,
                           size_t len, const char *typed, size_t typed_len)
{
    size_t cut = cut_secret(in, box, len);

    if (typed_len >= 8 && memmem(box, len, typed, typed_len) != NULL)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The text is sent in the clear: it is in the box as it was "
                 "typed. Seal it (kit_box_seal).");
    else if (is_exchanged(in, box, len, typed, typed_len))
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "Text and associated data are exchanged: it must be "
                 "kit_box_seal(&box, &key, ad.text, text, len).");
    else if (cut > 0)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The key is derived from only %zu characters of the secret: "
                 "it has up to %d (struct kit_secret).",
                 cut, KIT_TOKEN_MAX);
    else
        return false;
    return true;
}

/*
 * Describes a box whose ciphertext is right under KEY (mistakes.h), but whose
 * tag or length is wrong.
 */
static void describe_tag(char cause[DIAGNOSIS_CAUSE], int key,
                         const struct box_inputs *in, const uint8_t *box,
                         size_t len, size_t typed_len)
{
    char ad[MISTAKE_AD_SIZE], wrong_key[MISTAKE_CAUSE];

    mistake_ad(ad, 0, in);
    mistake_key_cause(wrong_key, key, in);
    if (tag_is_unset(box, len))
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The tag is 16 times the same byte: it was never set. Without "
                 "it anyone can change the text on the way (kit_box_seal "
                 "computes it).");
    else if (len == typed_len + 28 && key != 0)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "%s The associated data is not right, either: it must be "
                 "exactly \"%.200s\" (kit_ad_message writes it).",
                 wrong_key, ad);
    else if (len == typed_len + 28)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "Key and cipher are right, but the associated data is not: it "
                 "must be exactly \"%.200s\" (kit_ad_message writes it).",
                 ad);
    else if (len > typed_len + 28)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "You sealed %zu bytes, but the text has %zu: pass len, not "
                 "strlen(text). The associated data is not right, either: it "
                 "must be exactly \"%.200s\" (kit_ad_message writes it).",
                 len - 28, typed_len, ad);
    else
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "Encrypted, but without a complete 16-byte tag: tampering "
                 "goes unnoticed. The box has %zu bytes for a text of %zu: "
                 "nonce and tag need 28 more than the text.",
                 len, typed_len);
}

/* Describes a box that no key decrypts, by its length and its bytes. */
static void describe_shape(char cause[DIAGNOSIS_CAUSE], const uint8_t *box,
                           size_t len, size_t typed_len)
{
    if (len == typed_len + KIT_TAG_LEN)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The box has 12 bytes too few: its nonce is missing. The "
                 "nonce comes first in the box, and not in a separate member.");
    else if (len == typed_len + 40)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The box is 12 bytes too long: perhaps its nonce has 24 "
                 "bytes? It must have 12.");
    else if (is_text(box, len))
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The decoded base64 is text again: perhaps it was encoded "
                 "twice, or as hex first?");
    else if (len < 28)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The box has only %zu bytes: it must have a nonce of 12, the "
                 "ciphertext and a tag of 16.",
                 len);
    else if (has_equal_blocks(box, len))
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "Does not open with ChaCha20-Poly1305 under any key we "
                 "tried%s; equal 16-byte blocks are visible, as with a cipher "
                 "of your own. Seal with kit_box_seal.",
                 program_activity());
    else if (len == typed_len + 28)
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "The box has the right length, but does not open%s under any "
                 "key and associated data that we tried. The usual mistake: "
                 "its nonce is not the one that it was sealed with. Call "
                 "kit_random once for each text, before kit_box_seal.",
                 program_activity());
    else
        snprintf(cause, DIAGNOSIS_CAUSE,
                 "Does not open with ChaCha20-Poly1305 under any key we "
                 "tried%s. The box has %zu bytes for a text of %zu: it must "
                 "have 28 more than the text.",
                 program_activity(), len, typed_len);
}

void diagnose_box(struct diagnosis *d, const struct box_inputs *in,
                  const uint8_t *box, size_t len, const char *typed,
                  size_t typed_len)
{
    struct combination found;
    int key;

    memset(d, 0, sizeof *d);
    for (int many = 0; many <= 3; many++) {
        if (!try_all(&found, d, many, in, box, len))
            continue;
        d->right = many == 0;
        d->found = true;
        d->key = found.key;
        d->ad = found.ad;
        if (!d->right)
            describe_mistakes(d->cause, &found, in);
        return;
    }
    if (describe_input(d->cause, in, box, len, typed, typed_len))
        return;
    key = find_stream_key(in, box, len, typed, typed_len);
    if (key >= 0)
        describe_tag(d->cause, key, in, box, len, typed_len);
    else
        describe_shape(d->cause, box, len, typed_len);
}
