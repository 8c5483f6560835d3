/* SPDX-License-Identifier: MIT */
/* The diagnosing opener: every key, associated data, layout and cipher. */
#include "tests/grade/diagnose_box.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "tests/grade/program.h"

enum layout {
    NONCE_TEXT_TAG, /* the right one */
    TEXT_TAG_NONCE,
    NONCE_TAG_TEXT,
    TAG_NONCE_TEXT,
    NO_NONCE,
    LAYOUTS
};

static const char *const layout_causes[LAYOUTS] = {
    [TEXT_TAG_NONCE] = "The nonce stands behind the box; it comes first.",
    [NONCE_TAG_TEXT] = "The tag stands before the ciphertext; it comes last.",
    [TAG_NONCE_TEXT] = "The tag stands in front; the order is nonce, "
                       "ciphertext, tag.",
    [NO_NONCE] = "There is no nonce in front of the box, and it was sealed "
                 "with a nonce of zeros: draw 12 random bytes and send them.",
};

/* A box taken apart by one layout. */
struct parts {
    struct kit_nonce nonce;
    const uint8_t *text, *tag;
    size_t len; /* of text */
};

static bool take_apart(struct parts *p, enum layout layout, const uint8_t *box,
                       size_t len)
{
    size_t front = layout == NO_NONCE ? 0 : KIT_NONCE_LEN;

    if (len < front + KIT_TAG_LEN || len > KIT_LINE_MAX)
        return false;
    memset(p, 0, sizeof *p);
    p->len = len - front - KIT_TAG_LEN;
    p->text = box + front;
    p->tag = box + len - KIT_TAG_LEN;
    if (layout == TEXT_TAG_NONCE) {
        memcpy(p->nonce.bytes, box + len - KIT_NONCE_LEN, KIT_NONCE_LEN);
        p->text = box;
        p->tag = box + p->len;
    } else if (layout == TAG_NONCE_TEXT) {
        memcpy(p->nonce.bytes, box + KIT_TAG_LEN, KIT_NONCE_LEN);
        p->tag = box;
        p->text = box + KIT_TAG_LEN + KIT_NONCE_LEN;
    } else if (layout != NO_NONCE) {
        memcpy(p->nonce.bytes, box, KIT_NONCE_LEN);
    }
    if (layout == NONCE_TAG_TEXT) {
        p->tag = box + KIT_NONCE_LEN;
        p->text = box + KIT_NONCE_LEN + KIT_TAG_LEN;
    }
    return true;
}

static bool open_chacha(uint8_t *out, const struct parts *p,
                        const struct kit_key *key, const char *ad,
                        size_t ad_len)
{
    uint8_t box[KIT_LINE_MAX + KIT_TAG_LEN];

    memcpy(box, p->text, p->len);
    memcpy(box + p->len, p->tag, KIT_TAG_LEN);
    return kit_open(out, KIT_LINE_MAX, key, &p->nonce, ad, ad_len, box,
                    p->len + KIT_TAG_LEN) == 0;
}

static bool open_gcm(uint8_t *out, const struct parts *p,
                     const struct kit_key *key, const char *ad, size_t ad_len)
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

/* One guess of each kind; the mistakes in it are counted. */
struct trial {
    int key, ad, layout, cipher;
};

static int mistakes(const struct trial *t)
{
    return (t->key != 0) + (t->ad != 0) + (t->layout != 0) + (t->cipher != 0);
}

static bool opens(uint8_t *out, const struct trial *t,
                  const struct box_inputs *s, const struct parts *p)
{
    char ad[MISTAKE_AD_SIZE];
    size_t ad_len = mistake_ad(ad, t->ad, s);
    struct kit_key key;

    if (!mistake_key(&key, t->key, s))
        return false;
    return t->cipher == 0 ? open_chacha(out, p, &key, ad, ad_len)
                          : open_gcm(out, p, &key, ad, ad_len);
}

/* All guesses with exactly MANY mistakes. Sets FOUND to one that opens. */
static bool try_all(struct trial *found, struct diagnosis *o, int many,
                    const struct box_inputs *s, const uint8_t *box, size_t len)
{
    struct parts p;
    struct trial t;

    for (t.layout = 0; t.layout < LAYOUTS; t.layout++) {
        if (!take_apart(&p, (enum layout)t.layout, box, len))
            continue;
        for (t.cipher = 0; t.cipher < 2; t.cipher++) {
            for (t.key = 0; t.key < mistake_key_count; t.key++) {
                for (t.ad = 0; t.ad < mistake_ad_count; t.ad++) {
                    if (mistakes(&t) != many || !opens(o->text, &t, s, &p))
                        continue;
                    o->len = p.len;
                    *found = t;
                    return true;
                }
            }
        }
    }
    return false;
}

/* The sentences for every mistake in T. */
static void say_mistakes(char out[DIAGNOSIS_CAUSE], const struct trial *t,
                         const struct box_inputs *s)
{
    char key[MISTAKE_CAUSE] = "", ad[MISTAKE_CAUSE] = "";

    mistake_key_cause(key, t->key, s);
    mistake_ad_cause(ad, t->ad, s);
    snprintf(out, DIAGNOSIS_CAUSE, "%s%s%s%s%s%s%s", key,
             key[0] != '\0' ? " " : "", ad, ad[0] != '\0' ? " " : "",
             t->layout != 0 ? layout_causes[t->layout] : "",
             t->layout != 0 ? " " : "",
             t->cipher != 0 ? "It is AES-256-GCM; the protocol wants "
                              "ChaCha20-Poly1305 (kit_seal)."
                            : "");
}

/* Whether the stream cipher fits KNOWN, though there is no tag that does. */
static bool stream_fits(const struct box_inputs *s, const uint8_t *box,
                        size_t len, const char *known, size_t known_len)
{
    uint8_t sealed[KIT_LINE_MAX + KIT_TAG_LEN];
    struct kit_nonce nonce;
    struct kit_key key;

    if (len < KIT_NONCE_LEN + known_len || known_len == 0)
        return false;
    memcpy(nonce.bytes, box, sizeof nonce.bytes);
    for (int i = 0; i < mistake_key_count; i++) {
        if (mistake_key(&key, i, s) &&
            kit_seal(sealed, sizeof sealed, &key, &nonce, "", 0, known,
                     known_len) == 0 &&
            memcmp(sealed, box + KIT_NONCE_LEN, known_len) == 0)
            return true;
    }
    return false;
}

/* Whether two blocks of 16 bytes in BOX are equal at the same distance. */
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

/* Whether all of it are printable characters: no box, then. */
static bool is_text(const uint8_t *box, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (box[i] < 0x20 || box[i] > 0x7e)
            return false;
    }
    return len >= 28;
}

static void say_unknown(struct diagnosis *o, const struct box_inputs *s,
                        const uint8_t *box, size_t len, const char *known,
                        size_t known_len)
{
    char ad[MISTAKE_AD_SIZE];

    mistake_ad(ad, 0, s);
    if (stream_fits(s, box, len, known, known_len) && len == known_len + 28)
        snprintf(o->cause, sizeof o->cause,
                 "Key and cipher are right, but the associated data are not: "
                 "they are \"%.200s\", to the letter (kit_ad_message writes "
                 "them).",
                 ad);
    else if (stream_fits(s, box, len, known, known_len))
        snprintf(o->cause, sizeof o->cause,
                 "Encrypted but no whole 16-byte tag: nobody can see "
                 "tampering. %zu bytes came for %zu of text; nonce and tag "
                 "are 28 more.",
                 len, known_len);
    else if (len == known_len + 40)
        snprintf(o->cause, sizeof o->cause,
                 "The box is 12 bytes too long: a nonce of 24 bytes? It has "
                 "12.");
    else if (is_text(box, len))
        snprintf(o->cause, sizeof o->cause,
                 "What is inside the base64 is text again: was it encoded "
                 "twice, or as hex first?");
    else if (len < 28)
        snprintf(o->cause, sizeof o->cause,
                 "Only %zu bytes: a box has a nonce of 12, the ciphertext and "
                 "a tag of 16.",
                 len);
    else
        snprintf(o->cause, sizeof o->cause,
                 "Does not open with ChaCha20-Poly1305 under any key we "
                 "tried%s%s.",
                 program_activity(),
                 has_equal_blocks(box, len)
                     ? "; equal 16-byte blocks are visible"
                     : "");
}

void diagnose_box(struct diagnosis *o, const struct box_inputs *s,
                  const uint8_t *box, size_t len, const char *known,
                  size_t known_len)
{
    struct trial found;

    memset(o, 0, sizeof *o);
    for (int many = 0; many <= 3; many++) {
        if (!try_all(&found, o, many, s, box, len))
            continue;
        o->right = many == 0;
        o->found = true;
        o->key = found.key;
        o->ad = found.ad;
        if (!o->right)
            say_mistakes(o->cause, &found, s);
        return;
    }
    say_unknown(o, s, box, len, known, known_len);
}
