/* SPDX-License-Identifier: MIT */
/*
 * Stored passwords: hashed with scrypt (protocol.md section 3, RFC 7914) and
 * written in the PHC string format (github.com/P-H-C/phc-string-format):
 *
 *     $scrypt$ln=14,r=8,p=5$<salt>$<hash>
 *
 * Salt and hash are in base64 without padding. A hash takes 2^ln * r * p steps.
 */
#ifndef SERVER_STORE_PASSWORD_HASH_H
#define SERVER_STORE_PASSWORD_HASH_H

#include "backends/crypto.h"

enum {
    PASSWORD_HASH_SIZE = 128, /* room for any PHC string, with its zero */
    PASSWORD_HASH_SALT_LEN = 16,
    PASSWORD_HASH_DIGEST_LEN = 32,

    /* The parameters of new passwords. Every stored one must have this r. */
    PASSWORD_HASH_LN = 14,
    PASSWORD_HASH_R = 8,
    PASSWORD_HASH_P = 5,

    /* The limits for stored passwords; p is at least 1. */
    PASSWORD_HASH_LN_MIN = 10,
    PASSWORD_HASH_LN_MAX = 17,
    PASSWORD_HASH_P_MAX = 10,

    PASSWORD_HASH_COSTS_MAX = 4, /* different costs hashed for one login */
};

/* A parsed PHC string. */
struct password_hash {
    unsigned ln, r, p;
    uint8_t salt[PASSWORD_HASH_SALT_LEN];
    uint8_t digest[PASSWORD_HASH_DIGEST_LEN];
};

/* What determines the time of a hash, since r is always the same. */
struct password_hash_cost {
    unsigned ln, p;
};

/* A set of costs, the highest first. */
struct password_hash_costs {
    size_t count;
    struct password_hash_cost list[PASSWORD_HASH_COSTS_MAX];
};

/*
 * password_hash_parse: parses PHC into HASH. Returns 0; or -1, with HASH all
 * zero, if PHC is not exactly in the format above or a parameter is outside
 * its limits. So a manipulated row cannot consume much memory or time.
 */
int password_hash_parse(struct password_hash *hash,
                        const char *phc) KIT_MUST_CHECK;

/*
 * password_hash_make: hashes PASSWORD with a new salt, LN
 * (PASSWORD_HASH_LN_MIN to PASSWORD_HASH_LN_MAX), and r and p as above. Writes
 * the PHC string to OUT, PASSWORD_HASH_SIZE bytes. Returns 0, or -1 with OUT
 * empty.
 */
int password_hash_make(char *out, const char *password,
                       unsigned ln) KIT_MUST_CHECK;

/*
 * password_hash_upgrade: hashes PASSWORD at COST and writes the PHC string to
 * OUT as above. PASSWORD must have been verified for PHC, whose salt is kept:
 * the salt changes only when the password does. Returns 0, or -1 with OUT
 * empty.
 */
int password_hash_upgrade(char *out, const char *phc, const char *password,
                          struct password_hash_cost cost) KIT_MUST_CHECK;

/* password_hash_cheaper: whether a hash of cost A takes less time than of B. */
bool password_hash_cheaper(struct password_hash_cost a,
                           struct password_hash_cost b);

/*
 * password_hash_costs_add: adds COST to COSTS unless it is in there. If COSTS
 * is full, the cheapest cost is left out.
 */
void password_hash_costs_add(struct password_hash_costs *costs,
                             struct password_hash_cost cost);

/*
 * password_hash_verify: returns 1 if PHC was made from PASSWORD, 0 if not, and
 * -1 if PHC cannot be parsed or there is no memory.
 */
int password_hash_verify(const char *phc, const char *password) KIT_MUST_CHECK;

/*
 * password_hash_verify_uniform: the same, but takes the same time for every
 * account, so that the time does not reveal anything about it: computes one
 * hash at each of COSTS, of which one should be the cost of PHC. For an
 * unknown account pass "" as PHC. The result is then 0.
 *
 * If the cost of PHC is not in COSTS, it is added; if COSTS is full, it
 * replaces the cheapest cost.
 */
int password_hash_verify_uniform(const char *phc, const char *password,
                                 const struct password_hash_costs *costs)
    KIT_MUST_CHECK;

#endif
