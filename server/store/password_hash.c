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
    char padded[KIT_BASE64_LEN(PASSWORD_HASH_DIGEST_LEN) + 1];
    size_t got;

    snprintf(padded, sizeof padded, "%s%s", text, padding);
    if (kit_base64_decode(out, len, &got, padded, strlen(padded)) != 0)
        return -1;
    return got == len ? 0 : -1;
}

/* The one spelling of PHC. */
static int format(char *out, const struct password_hash *phc)
{
    char salt[KIT_BASE64_LEN(PASSWORD_HASH_SALT_LEN) + 1];
    char hash[KIT_BASE64_LEN(PASSWORD_HASH_DIGEST_LEN) + 1];

    out[0] = '\0';
    if (kit_base64_encode(salt, sizeof salt, phc->salt,
                          PASSWORD_HASH_SALT_LEN) != 0 ||
        kit_base64_encode(hash, sizeof hash, phc->hash,
                          PASSWORD_HASH_DIGEST_LEN) != 0)
        return -1;
    snprintf(out, PASSWORD_HASH_SIZE, "$scrypt$ln=%u,r=%u,p=%u$%.*s$%.*s",
             phc->ln, phc->r, phc->p, SALT_CHARS, salt, HASH_CHARS, hash);
    return 0;
}

/* Whether the parameters are some that we would work with. */
static bool in_bounds(const struct password_hash *phc)
{
    return phc->ln >= PASSWORD_HASH_LN_MIN && phc->ln <= PASSWORD_HASH_LN_MAX &&
           phc->r == PASSWORD_HASH_R && phc->p >= 1 &&
           phc->p <= PASSWORD_HASH_P_MAX;
}

int password_hash_parse(struct password_hash *phc, const char *text)
{
    char salt[SALT_CHARS + 1], hash[HASH_CHARS + 1], again[PASSWORD_HASH_SIZE];
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
static int hash_of(uint8_t *out, const struct password_hash *phc,
                   const char *password)
{
    return kit_scrypt(out, PASSWORD_HASH_DIGEST_LEN, password, strlen(password),
                      phc->salt, PASSWORD_HASH_SALT_LEN, phc->ln, phc->r,
                      phc->p);
}

int password_hash_make(char *out, const char *password, unsigned ln)
{
    struct password_hash phc = {
        .ln = ln, .r = PASSWORD_HASH_R, .p = PASSWORD_HASH_P};
    int rc = -1;

    out[0] = '\0';
    if (in_bounds(&phc) && kit_random(phc.salt, sizeof phc.salt) == 0 &&
        hash_of(phc.hash, &phc, password) == 0)
        rc = format(out, &phc);
    kit_wipe(&phc, sizeof phc);
    return rc;
}

int password_hash_upgrade(char *out, const char *text, const char *password,
                          struct password_hash_cost cost)
{
    struct password_hash phc;
    int rc = -1;

    out[0] = '\0';
    if (password_hash_parse(&phc, text) != 0)
        return -1;
    phc.ln = cost.ln;
    phc.p = cost.p;
    if (in_bounds(&phc) && hash_of(phc.hash, &phc, password) == 0)
        rc = format(out, &phc);
    kit_wipe(&phc, sizeof phc);
    return rc;
}

bool password_hash_cheaper(struct password_hash_cost one,
                           struct password_hash_cost other)
{
    return (one.p << one.ln) < (other.p << other.ln);
}

static bool is_cost(struct password_hash_cost one,
                    struct password_hash_cost other)
{
    return one.ln == other.ln && one.p == other.p;
}

static bool has_cost(const struct password_hash_costs *costs,
                     struct password_hash_cost one)
{
    size_t i = 0;

    while (i < costs->count && !is_cost(costs->list[i], one))
        i++;
    return i < costs->count;
}

void password_hash_costs_add(struct password_hash_costs *costs,
                             struct password_hash_cost one)
{
    size_t i = costs->count;

    if (has_cost(costs, one))
        return;
    if (i < PASSWORD_HASH_COSTS_MAX)
        costs->count++;
    else if (!password_hash_cheaper(costs->list[--i], one))
        return;
    for (; i > 0 && password_hash_cheaper(costs->list[i - 1], one); i--)
        costs->list[i] = costs->list[i - 1];
    costs->list[i] = one;
}

/* Whether PASSWORD has the hash in PHC: 1, 0, or -1 without memory. */
static int compare(const struct password_hash *phc, const char *password)
{
    uint8_t hash[PASSWORD_HASH_DIGEST_LEN] = {0};
    int rc = -1;

    if (hash_of(hash, phc, password) == 0)
        rc = kit_equal(hash, phc->hash, sizeof hash) ? 1 : 0;
    kit_wipe(hash, sizeof hash);
    return rc;
}

int password_hash_verify(const char *text, const char *password)
{
    struct password_hash phc;
    int rc = -1;

    if (password_hash_parse(&phc, text) == 0)
        rc = compare(&phc, password);
    kit_wipe(&phc, sizeof phc);
    return rc;
}

/* Hashes PASSWORD at each of COSTS; only the result at OWN's cost counts. */
static int compare_all(const struct password_hash *own, const char *password,
                       const struct password_hash_costs *costs)
{
    int rc = 0;

    for (size_t i = 0; i < costs->count && rc >= 0; i++) {
        struct password_hash other = {.ln = costs->list[i].ln,
                                      .r = PASSWORD_HASH_R,
                                      .p = costs->list[i].p};
        bool is_own = other.ln == own->ln && other.p == own->p;
        int one = compare(is_own ? own : &other, password);

        if (is_own || one < 0)
            rc = one;
    }
    return rc;
}

int password_hash_verify_uniform(const char *text, const char *password,
                                 const struct password_hash_costs *costs)
{
    struct password_hash_costs all = *costs;
    struct password_hash own = {.ln = 0};
    int rc = -1;

    if (text[0] != '\0') {
        struct password_hash_cost cost;

        if (password_hash_parse(&own, text) != 0)
            goto done;
        cost = (struct password_hash_cost){own.ln, own.p};
        if (all.count == PASSWORD_HASH_COSTS_MAX && !has_cost(&all, cost))
            all.count--;
        password_hash_costs_add(&all, cost);
    }
    rc = compare_all(&own, password, &all);
done:
    kit_wipe(&own, sizeof own);
    return rc;
}
