/* SPDX-License-Identifier: MIT */
/*
 * Stored passwords (protocol.md section 3, RFC 7914), in the form
 *
 *     $scrypt$ln=14,r=8,p=5$<salt>$<hash>
 *
 * with base64 without padding.
 */
#ifndef SERVER_STORE_PASSWORD_HASH_H
#define SERVER_STORE_PASSWORD_HASH_H

#include "backends/crypto.h"

enum {
    PASSWORD_HASH_SIZE = 128, /* room for any, with its zero */
    PASSWORD_HASH_SALT_LEN = 16,
    PASSWORD_HASH_DIGEST_LEN = 32,
    PASSWORD_HASH_LN = 14, /* what new ones are made with ... */
    PASSWORD_HASH_R = 8,
    PASSWORD_HASH_P = 5,
    PASSWORD_HASH_LN_MIN = 10, /* ... and what is accepted of stored ones */
    PASSWORD_HASH_LN_MAX = 17,
    PASSWORD_HASH_P_MAX = 10,
    PASSWORD_HASH_COSTS_MAX = 4, /* hashes of one login at the most */
};

/* One taken apart. */
struct password_hash {
    unsigned ln, r, p;
    uint8_t salt[PASSWORD_HASH_SALT_LEN];
    uint8_t hash[PASSWORD_HASH_DIGEST_LEN];
};

/* The time of a hash; r is always PASSWORD_HASH_R. */
struct password_hash_cost {
    unsigned ln, p;
};

/* Different costs, the highest first. */
struct password_hash_costs {
    size_t count;
    struct password_hash_cost list[PASSWORD_HASH_COSTS_MAX];
};

/*
 * password_hash_parse: takes TEXT apart. Returns 0, or -1 with PHC zero when it
 * is spelled in any other way or its parameters are out of bounds, so that a
 * row somebody has tampered with costs neither memory nor time.
 */
int password_hash_parse(struct password_hash *phc,
                        const char *text) KIT_MUST_CHECK;

/*
 * password_hash_make: writes the stored form of PASSWORD with a fresh salt and
 * cost LN (PASSWORD_HASH_LN_MIN to PASSWORD_HASH_LN_MAX) to OUT,
 * PASSWORD_HASH_SIZE bytes. Takes the time of one hash. Returns 0, or -1 with
 * OUT empty.
 */
int password_hash_make(char *out, const char *password,
                       unsigned ln) KIT_MUST_CHECK;

/*
 * password_hash_upgrade: the same at COST, with the salt of TEXT, for which
 * PASSWORD was verified. The salt stays the same as long as the password does.
 */
int password_hash_upgrade(char *out, const char *text, const char *password,
                          struct password_hash_cost cost) KIT_MUST_CHECK;

/* password_hash_cheaper: whether a hash of cost ONE takes less time than one of
 * OTHER. */
bool password_hash_cheaper(struct password_hash_cost one,
                           struct password_hash_cost other);

/*
 * password_hash_costs_add: adds ONE unless it is in COSTS. When COSTS is full,
 * the cheapest is dropped.
 */
void password_hash_costs_add(struct password_hash_costs *costs,
                             struct password_hash_cost one);

/*
 * password_hash_verify: 1 when PASSWORD is the one that TEXT was made of, 0
 * when it is not, -1 when TEXT is refused (before any work) or there is no
 * memory.
 */
int password_hash_verify(const char *text, const char *password) KIT_MUST_CHECK;

/*
 * password_hash_verify_uniform: the same, but every TEXT takes the same time:
 * it computes one hash of each of COSTS. An empty TEXT is an unknown name: the
 * result is 0. The cost of TEXT should be in COSTS; if not, it is hashed too,
 * where COSTS is full in place of the cheapest.
 */
int password_hash_verify_uniform(const char *text, const char *password,
                                 const struct password_hash_costs *costs)
    KIT_MUST_CHECK;

#endif
