/* SPDX-License-Identifier: MIT */
/* Parsing, making and verifying PHC strings. */
#include "server/store/password_hash.h"

#include <stdio.h>
#include <string.h>

#include "lib/base64.h"

/* Characters of salt and digest, and the padding that base64 would add. */
#define SALT_CHARS     22
#define SALT_PADDING   "=="
#define DIGEST_CHARS   43
#define DIGEST_PADDING "="

/* The sscanf conversion for at most N characters of base64. */
#define STRING_(x) #x
#define STRING(x)  STRING_(x)
#define CHARS(n)   "%" STRING(n) "[A-Za-z0-9+/]"

/* Decodes TEXT, after adding PADDING, to exactly LEN bytes. */
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

/* Writes HASH as a PHC string, PASSWORD_HASH_SIZE bytes. */
static int format(char *out, const struct password_hash *hash)
{
    char salt[KIT_BASE64_LEN(PASSWORD_HASH_SALT_LEN) + 1];
    char digest[KIT_BASE64_LEN(PASSWORD_HASH_DIGEST_LEN) + 1];

    out[0] = '\0';
    if (kit_base64_encode(salt, sizeof salt, hash->salt, sizeof hash->salt) !=
            0 ||
        kit_base64_encode(digest, sizeof digest, hash->digest,
                          sizeof hash->digest) != 0)
        return -1;
    snprintf(out, PASSWORD_HASH_SIZE, "$scrypt$ln=%u,r=%u,p=%u$%.*s$%.*s",
             hash->ln, hash->r, hash->p, SALT_CHARS, salt, DIGEST_CHARS,
             digest);
    return 0;
}

/* Whether the parameters of HASH are within their limits. */
static bool in_limits(const struct password_hash *hash)
{
    return hash->ln >= PASSWORD_HASH_LN_MIN &&
           hash->ln <= PASSWORD_HASH_LN_MAX && hash->r == PASSWORD_HASH_R &&
           hash->p >= 1 && hash->p <= PASSWORD_HASH_P_MAX;
}

int password_hash_parse(struct password_hash *hash, const char *phc)
{
    char salt[SALT_CHARS + 1], digest[DIGEST_CHARS + 1];
    char again[PASSWORD_HASH_SIZE];
    int rc = -1;

    memset(hash, 0, sizeof *hash);

    /* Two digits are enough for each number and cannot overflow. */
    if (sscanf(phc,
               "$scrypt$ln=%2u,r=%2u,p=%2u$" CHARS(SALT_CHARS) "$" CHARS(
                   DIGEST_CHARS),
               &hash->ln, &hash->r, &hash->p, salt, digest) != 5)
        goto done;
    if (!in_limits(hash))
        goto done;
    if (decode(hash->salt, sizeof hash->salt, salt, SALT_PADDING) != 0 ||
        decode(hash->digest, sizeof hash->digest, digest, DIGEST_PADDING) != 0)
        goto done;

    /* sscanf accepts signs, blanks and trailing text. Format the hash again and
       compare: only a string in the exact format equals the result. */
    if (format(again, hash) != 0 || strcmp(again, phc) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(hash, sizeof *hash);
    return rc;
}

/* Sets DIGEST to the hash of PASSWORD with the parameters and salt of HASH. */
static int compute(uint8_t digest[PASSWORD_HASH_DIGEST_LEN],
                   const struct password_hash *hash, const char *password)
{
    return kit_scrypt(digest, PASSWORD_HASH_DIGEST_LEN, password,
                      strlen(password), hash->salt, sizeof hash->salt, hash->ln,
                      hash->r, hash->p);
}

int password_hash_make(char *out, const char *password, unsigned ln)
{
    struct password_hash hash = {
        .ln = ln, .r = PASSWORD_HASH_R, .p = PASSWORD_HASH_P};
    int rc = -1;

    out[0] = '\0';
    if (in_limits(&hash) && kit_random(hash.salt, sizeof hash.salt) == 0 &&
        compute(hash.digest, &hash, password) == 0)
        rc = format(out, &hash);
    kit_wipe(&hash, sizeof hash);
    return rc;
}

int password_hash_upgrade(char *out, const char *phc, const char *password,
                          struct password_hash_cost cost)
{
    struct password_hash hash;
    int rc = -1;

    out[0] = '\0';
    if (password_hash_parse(&hash, phc) != 0)
        return -1;
    hash.ln = cost.ln;
    hash.p = cost.p;
    if (in_limits(&hash) && compute(hash.digest, &hash, password) == 0)
        rc = format(out, &hash);
    kit_wipe(&hash, sizeof hash);
    return rc;
}

/* --- Costs ---------------------------------------------------------------- */

bool password_hash_cheaper(struct password_hash_cost a,
                           struct password_hash_cost b)
{
    return (a.p << a.ln) < (b.p << b.ln);
}

static bool is_same_cost(struct password_hash_cost a,
                         struct password_hash_cost b)
{
    return a.ln == b.ln && a.p == b.p;
}

static bool has_cost(const struct password_hash_costs *costs,
                     struct password_hash_cost cost)
{
    size_t i = 0;

    while (i < costs->count && !is_same_cost(costs->list[i], cost))
        i++;
    return i < costs->count;
}

void password_hash_costs_add(struct password_hash_costs *costs,
                             struct password_hash_cost cost)
{
    size_t i = costs->count;

    if (has_cost(costs, cost))
        return;
    if (i < PASSWORD_HASH_COSTS_MAX)
        costs->count++;
    else if (!password_hash_cheaper(costs->list[--i], cost))
        return;
    for (; i > 0 && password_hash_cheaper(costs->list[i - 1], cost); i--)
        costs->list[i] = costs->list[i - 1];
    costs->list[i] = cost;
}

/* --- Verifying ------------------------------------------------------------ */

/* Whether PASSWORD has the digest of HASH: 1, 0, or -1 without memory. */
static int compare(const struct password_hash *hash, const char *password)
{
    uint8_t digest[PASSWORD_HASH_DIGEST_LEN] = {0};
    int rc = -1;

    if (compute(digest, hash, password) == 0)
        rc = kit_equal(digest, hash->digest, sizeof digest) ? 1 : 0;
    kit_wipe(digest, sizeof digest);
    return rc;
}

int password_hash_verify(const char *phc, const char *password)
{
    struct password_hash hash;
    int rc = -1;

    if (password_hash_parse(&hash, phc) == 0)
        rc = compare(&hash, password);
    kit_wipe(&hash, sizeof hash);
    return rc;
}

/*
 * Hashes PASSWORD once at each of COSTS, so that the time is the same for every
 * account. Returns the result for the cost of HASH, and ignores the others.
 */
static int compare_all(const struct password_hash *hash, const char *password,
                       const struct password_hash_costs *costs)
{
    struct password_hash_cost cost = {hash->ln, hash->p};
    int rc = 0;

    for (size_t i = 0; i < costs->count && rc >= 0; i++) {
        struct password_hash dummy = {.ln = costs->list[i].ln,
                                      .r = PASSWORD_HASH_R,
                                      .p = costs->list[i].p};
        bool counts = is_same_cost(costs->list[i], cost);
        int result = compare(counts ? hash : &dummy, password);

        if (counts || result < 0)
            rc = result;
    }
    return rc;
}

int password_hash_verify_uniform(const char *phc, const char *password,
                                 const struct password_hash_costs *costs)
{
    struct password_hash_costs all = *costs;
    struct password_hash hash = {.ln = 0}; /* not in ALL: the result is 0 */
    int rc = -1;

    if (phc[0] != '\0') {
        struct password_hash_cost cost;

        if (password_hash_parse(&hash, phc) != 0)
            goto done;
        cost = (struct password_hash_cost){hash.ln, hash.p};
        /* Make room: adding it to a full set might leave it out. */
        if (all.count == PASSWORD_HASH_COSTS_MAX && !has_cost(&all, cost))
            all.count--;
        password_hash_costs_add(&all, cost);
    }
    rc = compare_all(&hash, password, &all);
done:
    kit_wipe(&hash, sizeof hash);
    return rc;
}
