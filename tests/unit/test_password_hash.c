/* SPDX-License-Identifier: MIT */
/* Stored passwords: the vectors of the protocol, and invalid rows. */
#include <string.h>

#include "server/store/password_hash.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

#define SALT "AAECAwQFBgcICQoLDA0ODw"
#define HASH "1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"
#define FAST                                                                   \
    "$scrypt$ln=10,r=8,p=1$" SALT "$nfkj3u1fRTHCea+"                           \
    "fVr03sWV770kp5wLOLoEakziKhqE"

static void check_vector(const cJSON *vector)
{
    const char *phc = vectors_text(vector, "phc");
    char password[256];
    size_t len = vectors_hex((uint8_t *)password, sizeof password - 1, vector,
                             "password_hex");

    password[len] = '\0';
    ck_assert_int_eq(password_hash_verify(phc, password), 1);
    password[0] ^= 1;
    ck_assert_int_eq(password_hash_verify(phc, password), 0);
}

START_TEST(vectors)
{
    vectors_each(PROTOCOL_VECTORS, "password", check_vector);
}
END_TEST

static void check_rejected(const cJSON *vector)
{
    ck_assert_msg(password_hash_verify(vectors_text(vector, "phc"),
                                       "correct horse") == -1,
                  "%s was accepted", vectors_text(vector, "why"));
}

START_TEST(rejected_vectors)
{
    vectors_each(PROTOCOL_VECTORS, "phc_must_reject", check_rejected);
}
END_TEST

/*
 * Computing some of these would take minutes and gigabytes, so this test fails
 * by its timeout unless they are rejected first.
 */
static const char *const invalid[] = {
    "",
    "$",
    "$scrypt$",
    "$scrypt$ln=9,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=18,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=31,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=63,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=4294967310,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=4294967296,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=4294967304,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=0,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=7,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=9,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=8,p=0$" SALT "$" HASH,
    "$scrypt$ln=14,r=8,p=11$" SALT "$" HASH,
    "$scrypt$ln=-14,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=+14,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln= 14,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=014,r=8,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=08,p=5$" SALT "$" HASH,
    "$scrypt$ln=14,r=8,p=5$" SALT "==$" HASH,
    "$scrypt$ln=14,r=8,p=5$" SALT "$" HASH "=",
    "$scrypt$ln=14,r=8,p=5$" SALT "$" HASH " ",
    "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODx$" HASH, /* spare bits */
    "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0O$" HASH,
    "$scrypt$ln=14,r=8,p=5$" SALT "A$" HASH,
    "$scrypt$ln=14,r=8,p=5$" SALT
    "$1G5RfCzjKRcC_LgE3RJJUhGgvovUaGPhRY2m55Tfpi4",
    " $scrypt$ln=14,r=8,p=5$" SALT "$" HASH,
    "$SCRYPT$ln=14,r=8,p=5$" SALT "$" HASH,
};

START_TEST(invalid_rows)
{
    static const struct password_hash zero;
    struct password_hash phc;

    memset(&phc, 0xaa, sizeof phc);
    ck_assert_int_eq(password_hash_parse(&phc, invalid[_i]), -1);
    ck_assert_mem_eq(&phc, &zero, sizeof phc);
    ck_assert_int_eq(password_hash_verify(invalid[_i], "correct horse"), -1);
}
END_TEST

START_TEST(cut_anywhere)
{
    char cut[] = FAST;

    ck_assert_int_eq(password_hash_verify(cut, "correct horse"), 1);
    for (size_t len = strlen(cut); len-- > 0;) {
        cut[len] = '\0';
        ck_assert_int_eq(password_hash_verify(cut, "correct horse"), -1);
    }
}
END_TEST

START_TEST(made_and_verified)
{
    char one[PASSWORD_HASH_SIZE], two[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_make(one, "pässword", 10), 0);
    ck_assert_int_eq(password_hash_make(two, "pässword", 10), 0);
    ck_assert_int_eq(strncmp(one, "$scrypt$ln=10,r=8,p=5$", 22), 0);
    ck_assert_str_ne(one, two);
    ck_assert_int_eq(password_hash_verify(one, "pässword"), 1);
    ck_assert_int_eq(password_hash_verify(one, "passwort"), 0);
    ck_assert_int_eq(password_hash_verify(one, ""), 0);
}
END_TEST

START_TEST(cost_out_of_bounds)
{
    char out[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_make(out, "x", 9), -1);
    ck_assert_str_eq(out, "");
    ck_assert_int_eq(password_hash_make(out, "x", 18), -1);
    ck_assert_str_eq(out, "");
}
END_TEST

/* The highest first, each once; the lowest is dropped if there is no room. */
START_TEST(costs_in_order)
{
    static const struct password_hash_cost given[] = {
        {10, 5}, {14, 5}, {10, 5}, {10, 1}, {17, 1}, {12, 2}, {10, 2}};
    static const struct password_hash_cost sorted[] = {
        {17, 1}, {14, 5}, {12, 2}, {10, 5}};
    struct password_hash_costs costs = {.count = 0};

    for (size_t i = 0; i < COUNT(given); i++)
        password_hash_costs_add(&costs, given[i]);
    ck_assert_uint_eq(costs.count, PASSWORD_HASH_COSTS_MAX);
    ck_assert_mem_eq(costs.list, sorted, sizeof sorted);
    ck_assert(password_hash_cheaper(sorted[1], sorted[0]));
    ck_assert(!password_hash_cheaper(sorted[0], sorted[1]));
    ck_assert(!password_hash_cheaper(sorted[0], sorted[0]));
}
END_TEST

START_TEST(upgraded)
{
    static const struct password_hash_cost cost = {11, 2}, too_high = {18, 2};
    char out[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_upgrade(out, FAST, "correct horse", cost),
                     0);
    ck_assert_int_eq(
        strncmp(out, "$scrypt$ln=11,r=8,p=2$" SALT "$", 23 + sizeof SALT - 1),
        0);
    ck_assert_int_eq(password_hash_verify(out, "correct horse"), 1);
    ck_assert_int_eq(password_hash_verify(out, "other"), 0);

    ck_assert_int_eq(password_hash_upgrade(out, "", "x", cost), -1);
    ck_assert_str_eq(out, "");
    ck_assert_int_eq(password_hash_upgrade(out, FAST, "x", too_high), -1);
    ck_assert_str_eq(out, "");
}
END_TEST

/* The result depends only on the stored hash, not on the other costs. */
START_TEST(verified_alike)
{
    struct password_hash_costs costs = {.count = 0};

    ck_assert_int_eq(
        password_hash_verify_uniform(FAST, "correct horse", &costs), 1);
    for (unsigned p = 2; p <= 2 + PASSWORD_HASH_COSTS_MAX; p++) {
        ck_assert_int_eq(
            password_hash_verify_uniform(FAST, "correct horse", &costs), 1);
        ck_assert_int_eq(password_hash_verify_uniform(FAST, "other", &costs),
                         0);
        ck_assert_int_eq(
            password_hash_verify_uniform("", "correct horse", &costs), 0);
        ck_assert_int_eq(
            password_hash_verify_uniform("x", "correct horse", &costs), -1);
        password_hash_costs_add(&costs, (struct password_hash_cost){10, p});
    }
}
END_TEST

TEST_SUITE(password_hash, 60, NULL, NULL)
{
    tcase_add_tests(tcase, vectors, rejected_vectors);
    tcase_add_rows(tcase, invalid_rows, invalid);
    tcase_add_tests(tcase, cut_anywhere, made_and_verified, cost_out_of_bounds,
                    costs_in_order, upgraded, verified_alike);
}
