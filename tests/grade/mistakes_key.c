/* SPDX-License-Identifier: MIT */
/* Mistakes in deriving a key. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "lib/wire.h"
#include "tests/grade/mistakes.h"

/* The string that the key is derived from. */
enum origin { ITS_OWN, OTHER_STRING, PASSWORD, NOTHING };

/* How the key is derived from it. */
enum recipe {
    HKDF,          /* K(string, label) */
    HKDF_OTHER,    /* ... with the other label */
    HKDF_NO_LABEL, /* ... with an empty one */
    HKDF_LABEL_0,  /* ... whose terminating zero is counted */
    HKDF_STRING_0, /* the string's terminating zero is counted */
    HKDF_BOTH_0,   /* both are */
    HKDF_DECODED,  /* the string is decoded from hex first */
    HKDF_SALT,     /* the label as salt, no info */
    HMAC,          /* HMAC(string, label): HKDF without expansion */
    HASH,          /* SHA-256(string) */
    HASH_DECODED,  /* SHA-256 of the decoded string */
    DECODED,       /* 32 bytes, decoded from hex */
    FIRST_32,      /* the first 32 characters */
    LABEL_CAPITAL, /* HKDF, the label with a capital letter */
    LABEL_PLURAL,  /* ... with an additional s */
    ZERO,          /* 32 zero bytes */
};

/* $S: "secret" or "token"; $L: the right label; $O: the other one. */
static const struct {
    enum origin origin;
    enum recipe recipe;
    const char *cause;
} keys[] = {
    {ITS_OWN, HKDF, ""},
    {ITS_OWN, FIRST_32,
     "The key is the first 32 hex digits of the $S (128 bits): derive it with "
     "HKDF, label \"$L\" (kit_derive)."},
    {ITS_OWN, DECODED,
     "The key is the raw $S, decoded from hex: derive it with HKDF, label "
     "\"$L\" (kit_derive)."},
    {ITS_OWN, HASH,
     "The key is SHA-256 of the $S: derive it with HKDF, label \"$L\" "
     "(kit_derive)."},
    {ITS_OWN, HASH_DECODED,
     "The key is SHA-256 of the decoded $S: derive it with HKDF, label \"$L\" "
     "(kit_derive)."},
    {ITS_OWN, HKDF_OTHER,
     "The key is derived with the label \"$O\" instead of \"$L\"."},
    {ITS_OWN, HKDF_NO_LABEL,
     "The key is derived with an empty label instead of \"$L\"."},
    {ITS_OWN, HKDF_LABEL_0,
     "The terminating zero of the HKDF label was included: use strlen, not "
     "sizeof."},
    {ITS_OWN, HKDF_STRING_0,
     "The terminating zero of the $S was included in HKDF: use strlen, not "
     "sizeof."},
    {ITS_OWN, HKDF_BOTH_0,
     "The terminating zeros of $S and label were included in HKDF: use strlen, "
     "not sizeof."},
    {ITS_OWN, HKDF_DECODED,
     "The $S was decoded from hex before HKDF: use the string unchanged."},
    {ITS_OWN, HKDF_SALT,
     "The label was used as the salt of HKDF: the salt is empty, and the label "
     "is the info."},
    {ITS_OWN, HMAC,
     "The key is an HMAC of $S and label, not HKDF: kit_derive does both steps "
     "of HKDF."},
    {ITS_OWN, LABEL_CAPITAL,
     "The HKDF label begins with a capital letter: it must be \"$L\"."},
    {ITS_OWN, LABEL_PLURAL,
     "The HKDF label ends with an additional s: it must be \"$L\"."},
    {OTHER_STRING, HKDF, "You derived the key from the $T instead of the $S."},
    {OTHER_STRING, HKDF_OTHER,
     "The key is K($T, \"$O\") instead of K($S, \"$L\")."},
    {OTHER_STRING, FIRST_32,
     "You used your $T as the key: the other side does not have it. Derive the "
     "key from the $S."},
    {OTHER_STRING, DECODED,
     "You used your $T as the key: the other side does not have it. Derive the "
     "key from the $S."},
    {OTHER_STRING, HASH,
     "The key is SHA-256 of your $T: derive it from the $S, with HKDF."},
    {PASSWORD, HKDF,
     "The key is derived from your password instead of the $S."},
    {PASSWORD, HASH,
     "The key is SHA-256 of your password: derive it from the $S, with HKDF."},
    {NOTHING, ZERO,
     "The key is 32 zero bytes: the key from kit_derive was not used."},
};

const int mistake_key_count = sizeof keys / sizeof keys[0];

/* Decodes S, hex digits. Returns the bytes, or 0 if S is not hex or too long.
 */
static size_t from_hex(uint8_t *out, size_t out_size, const char *s)
{
    size_t n = 0;
    unsigned byte;

    while (n < out_size && isxdigit((unsigned char)s[0]) &&
           isxdigit((unsigned char)s[1]) && sscanf(s, "%2x", &byte) == 1) {
        out[n++] = (uint8_t)byte;
        s += 2;
    }
    return *s == '\0' ? n : 0;
}

/* HKDF of STRING and the first strlen(LABEL) + LABEL_EXTRA bytes of LABEL. */
static bool derive(struct kit_key *key, const void *string, size_t len,
                   const char *label, size_t label_extra)
{
    return kit_hkdf(key->bytes, sizeof key->bytes, NULL, 0, string, len, label,
                    strlen(label) + label_extra) == 0;
}

/* The recipes without HKDF. */
static bool without_hkdf(struct kit_key *key, enum recipe recipe, const char *s,
                         const char *label)
{
    uint8_t raw[64];
    size_t n = from_hex(raw, sizeof raw, s);
    struct kit_digest digest = {{0}};

    switch (recipe) {
    case HMAC:
        if (kit_hmac(&digest, s, strlen(s), label, strlen(label)) != 0)
            return false;
        break;
    case HASH:
        if (kit_sha256(&digest, s, strlen(s)) != 0)
            return false;
        break;
    case HASH_DECODED:
        if (n == 0 || kit_sha256(&digest, raw, n) != 0)
            return false;
        break;
    case DECODED:
        memcpy(digest.bytes, raw, sizeof digest.bytes);
        if (n != sizeof digest.bytes)
            return false;
        break;
    case FIRST_32:
        memcpy(digest.bytes, s, strlen(s) < 32 ? strlen(s) : 32);
        break;
    default:
        break;
    }
    memcpy(key->bytes, digest.bytes, sizeof key->bytes);
    return true;
}

static bool make_key(struct kit_key *key, enum recipe recipe, const char *s,
                     const char *label, const char *other)
{
    uint8_t raw[64];
    char changed[32];
    size_t n = from_hex(raw, sizeof raw, s), len = strlen(s);

    switch (recipe) {
    case HKDF:
        return derive(key, s, len, label, 0);
    case HKDF_OTHER:
        return derive(key, s, len, other, 0);
    case LABEL_CAPITAL:
        snprintf(changed, sizeof changed, "%c%s", label[0] - 32, label + 1);
        return derive(key, s, len, changed, 0);
    case LABEL_PLURAL:
        snprintf(changed, sizeof changed, "%ss", label);
        return derive(key, s, len, changed, 0);
    case HKDF_NO_LABEL:
        return derive(key, s, len, "", 0);
    case HKDF_LABEL_0:
        return derive(key, s, len, label, 1);
    case HKDF_STRING_0:
        return derive(key, s, len + 1, label, 0);
    case HKDF_BOTH_0:
        return derive(key, s, len + 1, label, 1);
    case HKDF_DECODED:
        return n > 0 && derive(key, raw, n, label, 0);
    case HKDF_SALT:
        return kit_hkdf(key->bytes, sizeof key->bytes, label, strlen(label), s,
                        len, NULL, 0) == 0;
    default:
        return without_hkdf(key, recipe, s, label);
    }
}

bool mistake_key(struct kit_key *key, int i, const struct box_inputs *in)
{
    const char *strings[] = {in->ticket ? in->token : in->secret,
                             in->ticket ? in->secret : in->token, in->password,
                             ""};
    const char *string = strings[keys[i].origin];

    memset(key, 0, sizeof *key);
    return string != NULL &&
           make_key(key, keys[i].recipe, string, mistake_label(in->ticket),
                    mistake_label(!in->ticket));
}

void mistake_key_cause(char out[MISTAKE_CAUSE], int i,
                       const struct box_inputs *in)
{
    mistake_expand(out, MISTAKE_CAUSE, keys[i].cause, in);
}
