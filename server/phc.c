/* SPDX-License-Identifier: MIT */
/* scrypt in the stored form: taken apart, made, verified. */
#include "server/phc.h"

#include <stdio.h>
#include <string.h>

#include "lib/base64.h"

/* Characters of salt and hash, without the padding that the form drops. */
#define SALT_CHARS   22
#define SALT_PADDING "=="
#define HASH_CHARS   43
#define HASH_PADDING "="
#define STRING_(x)   #x
#define STRING(x)    STRING_(x)
#define CHARS(n)     "%" STRING(n) "[A-Za-z0-9+/]"

/* Decodes LEN bytes from TEXT, whose PADDING was dropped. */
static int decode(uint8_t *out, size_t len, const char *text,
                  const char *padding)
{
    char padded[KIT_BASE64_LEN(PHC_HASH_LEN) + 1];
    size_t got;

    snprintf(padded, sizeof padded, "%s%s", text, padding);
    if (kit_base64_decode(out, len, &got, padded, strlen(padded)) != 0)
        return -1;
    return got == len ? 0 : -1;
}

/* The one spelling of PHC. */
static int format(char *out, const struct phc *phc)
{
    char salt[KIT_BASE64_LEN(PHC_SALT_LEN) + 1];
    char hash[KIT_BASE64_LEN(PHC_HASH_LEN) + 1];

    out[0] = '\0';
    if (kit_base64_encode(salt, sizeof salt, phc->salt, PHC_SALT_LEN) != 0 ||
        kit_base64_encode(hash, sizeof hash, phc->hash, PHC_HASH_LEN) != 0)
        return -1;
    snprintf(out, PHC_SIZE, "$scrypt$ln=%u,r=%u,p=%u$%.*s$%.*s", phc->ln,
             phc->r, phc->p, SALT_CHARS, salt, HASH_CHARS, hash);
    return 0;
}

/* Whether the parameters are some that we would work with. */
static bool in_bounds(const struct phc *phc)
{
    return phc->ln >= PHC_LN_MIN && phc->ln <= PHC_LN_MAX && phc->r == PHC_R &&
           phc->p >= 1 && phc->p <= PHC_P_MAX;
}

int phc_parse(struct phc *phc, const char *text)
{
    char salt[SALT_CHARS + 1], hash[HASH_CHARS + 1], again[PHC_SIZE];
    int rc = -1;

    memset(phc, 0, sizeof *phc);

    /* Two digits are enough for each number and cannot overflow. */
    if (sscanf(text,
               "$scrypt$ln=%2u,r=%2u,p=%2u$" CHARS(SALT_CHARS) "$" CHARS(
                   HASH_CHARS),
               &phc->ln, &phc->r, &phc->p, salt, hash) != 5)
        goto done;
    if (!in_bounds(phc))
        goto done;
    if (decode(phc->salt, sizeof phc->salt, salt, SALT_PADDING) != 0 ||
        decode(phc->hash, sizeof phc->hash, hash, HASH_PADDING) != 0)
        goto done;

    /* scanf forgives signs, blanks and what follows: spell it again. */
    if (format(again, phc) != 0 || strcmp(again, text) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(phc, sizeof *phc);
    return rc;
}

/* Sets OUT to the hash of PASSWORD with PHC's parameters and salt. */
static int hash_of(uint8_t *out, const struct phc *phc, const char *password)
{
    return kit_scrypt(out, PHC_HASH_LEN, password, strlen(password), phc->salt,
                      PHC_SALT_LEN, phc->ln, phc->r, phc->p);
}

int phc_make(char *out, const char *password, unsigned ln)
{
    struct phc phc = {.ln = ln, .r = PHC_R, .p = PHC_P};
    int rc = -1;

    out[0] = '\0';
    if (in_bounds(&phc) && kit_random(phc.salt, sizeof phc.salt) == 0 &&
        hash_of(phc.hash, &phc, password) == 0)
        rc = format(out, &phc);
    kit_wipe(&phc, sizeof phc);
    return rc;
}

int phc_dummy(char *out, const char *like, unsigned ln)
{
    struct phc phc;

    out[0] = '\0';
    if (phc_parse(&phc, like) != 0) {
        phc.ln = ln;
        phc.r = PHC_R;
        phc.p = PHC_P;
    }
    /* A hash that nobody has made: it takes no time now, and all of it later.
       That a password fits it by chance is as likely as guessing the key. */
    if (kit_random(phc.salt, sizeof phc.salt) != 0 ||
        kit_random(phc.hash, sizeof phc.hash) != 0)
        return -1;
    return format(out, &phc);
}

int phc_verify(const char *text, const char *password)
{
    struct phc phc;
    uint8_t hash[PHC_HASH_LEN] = {0};
    int rc = -1;

    if (phc_parse(&phc, text) != 0)
        goto done;
    if (hash_of(hash, &phc, password) == 0)
        rc = kit_equal(hash, phc.hash, sizeof hash) ? 1 : 0;
done:
    kit_wipe(hash, sizeof hash);
    kit_wipe(&phc, sizeof phc);
    return rc;
}
