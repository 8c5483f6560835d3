/* SPDX-License-Identifier: MIT */
/* scrypt in the stored form: taken apart, made, verified. */
#include "server/store/password_hash.h"

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

int phc_upgrade(char *out, const char *text, const char *password,
                struct phc_cost cost)
{
    struct phc phc;
    int rc = -1;

    out[0] = '\0';
    if (phc_parse(&phc, text) != 0)
        return -1;
    phc.ln = cost.ln;
    phc.p = cost.p;
    if (in_bounds(&phc) && hash_of(phc.hash, &phc, password) == 0)
        rc = format(out, &phc);
    kit_wipe(&phc, sizeof phc);
    return rc;
}

bool phc_cheaper(struct phc_cost one, struct phc_cost other)
{
    return (one.p << one.ln) < (other.p << other.ln);
}

static bool is_cost(struct phc_cost one, struct phc_cost other)
{
    return one.ln == other.ln && one.p == other.p;
}

static bool has_cost(const struct phc_costs *costs, struct phc_cost one)
{
    size_t i = 0;

    while (i < costs->count && !is_cost(costs->list[i], one))
        i++;
    return i < costs->count;
}

void phc_costs_add(struct phc_costs *costs, struct phc_cost one)
{
    size_t i = costs->count;

    if (has_cost(costs, one))
        return;
    if (i < PHC_COSTS_MAX)
        costs->count++;
    else if (!phc_cheaper(costs->list[--i], one))
        return;
    for (; i > 0 && phc_cheaper(costs->list[i - 1], one); i--)
        costs->list[i] = costs->list[i - 1];
    costs->list[i] = one;
}

/* Whether PASSWORD has the hash in PHC: 1, 0, or -1 without memory. */
static int compare(const struct phc *phc, const char *password)
{
    uint8_t hash[PHC_HASH_LEN] = {0};
    int rc = -1;

    if (hash_of(hash, phc, password) == 0)
        rc = kit_equal(hash, phc->hash, sizeof hash) ? 1 : 0;
    kit_wipe(hash, sizeof hash);
    return rc;
}

int phc_verify(const char *text, const char *password)
{
    struct phc phc;
    int rc = -1;

    if (phc_parse(&phc, text) == 0)
        rc = compare(&phc, password);
    kit_wipe(&phc, sizeof phc);
    return rc;
}

/* Hashes PASSWORD at each of COSTS; only the result at OWN's cost counts. */
static int compare_all(const struct phc *own, const char *password,
                       const struct phc_costs *costs)
{
    int rc = 0;

    for (size_t i = 0; i < costs->count && rc >= 0; i++) {
        struct phc other = {
            .ln = costs->list[i].ln, .r = PHC_R, .p = costs->list[i].p};
        bool is_own = other.ln == own->ln && other.p == own->p;
        int one = compare(is_own ? own : &other, password);

        if (is_own || one < 0)
            rc = one;
    }
    return rc;
}

int phc_verify_alike(const char *text, const char *password,
                     const struct phc_costs *costs)
{
    struct phc_costs all = *costs;
    struct phc own = {.ln = 0};
    int rc = -1;

    if (text[0] != '\0') {
        struct phc_cost cost;

        if (phc_parse(&own, text) != 0)
            goto done;
        cost = (struct phc_cost){own.ln, own.p};
        if (all.count == PHC_COSTS_MAX && !has_cost(&all, cost))
            all.count--;
        phc_costs_add(&all, cost);
    }
    rc = compare_all(&own, password, &all);
done:
    kit_wipe(&own, sizeof own);
    return rc;
}
