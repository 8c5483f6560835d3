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
    PHC_SIZE = 128, /* room for any, with its zero */
    PHC_SALT_LEN = 16,
    PHC_HASH_LEN = 32,
    PHC_LN = 14, /* what new ones are made with ... */
    PHC_R = 8,
    PHC_P = 5,
    PHC_LN_MIN = 10, /* ... and what is accepted of stored ones */
    PHC_LN_MAX = 17,
    PHC_P_MAX = 10,
    PHC_COSTS_MAX = 4, /* hashes of one login at the most */
};

/* One taken apart. */
struct phc {
    unsigned ln, r, p;
    uint8_t salt[PHC_SALT_LEN];
    uint8_t hash[PHC_HASH_LEN];
};

/* The time of a hash; r is always PHC_R. */
struct phc_cost {
    unsigned ln, p;
};

/* Different costs, the highest first. */
struct phc_costs {
    size_t count;
    struct phc_cost list[PHC_COSTS_MAX];
};

/*
 * phc_parse: takes TEXT apart. Returns 0, or -1 with PHC zero when it is
 * spelled in any other way or its parameters are out of bounds, so that a row
 * somebody has tampered with costs neither memory nor time.
 */
int phc_parse(struct phc *phc, const char *text) KIT_MUST_CHECK;

/*
 * phc_make: writes the stored form of PASSWORD with a fresh salt and cost LN
 * (PHC_LN_MIN to PHC_LN_MAX) to OUT, PHC_SIZE bytes. Takes the time of one
 * hash. Returns 0, or -1 with OUT empty.
 */
int phc_make(char *out, const char *password, unsigned ln) KIT_MUST_CHECK;

/*
 * phc_upgrade: the same at COST, with the salt of TEXT, for which PASSWORD was
 * verified. The salt stays the same as long as the password does.
 */
int phc_upgrade(char *out, const char *text, const char *password,
                struct phc_cost cost) KIT_MUST_CHECK;

/* phc_cheaper: whether a hash of cost ONE takes less time than one of OTHER. */
bool phc_cheaper(struct phc_cost one, struct phc_cost other);

/*
 * phc_costs_add: adds ONE unless it is in COSTS. When COSTS is full, the
 * cheapest is dropped.
 */
void phc_costs_add(struct phc_costs *costs, struct phc_cost one);

/*
 * phc_verify: 1 when PASSWORD is the one that TEXT was made of, 0 when it is
 * not, -1 when TEXT is refused (before any work) or there is no memory.
 */
int phc_verify(const char *text, const char *password) KIT_MUST_CHECK;

/*
 * phc_verify_alike: the same, but every TEXT takes the same time: it computes
 * one hash of each of COSTS. An empty TEXT is an unknown name: the result is
 * 0. The cost of TEXT should be in COSTS; if not, it is hashed too, where COSTS
 * is full in place of the cheapest.
 */
int phc_verify_alike(const char *text, const char *password,
                     const struct phc_costs *costs) KIT_MUST_CHECK;

#endif
