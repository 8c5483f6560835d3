/* SPDX-License-Identifier: MIT */
/* Stored passwords: the protocol's own, and rows that somebody tampered with.
 */
#include <stdio.h>
#include <string.h>

#include "server/store/password_hash.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

#define SALT "AAECAwQFBgcICQoLDA0ODw"
#define HASH "1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"
#define FAST                                                                   \
    "$scrypt$ln=10,r=8,p=1$" SALT "$nfkj3u1fRTHCea+"                           \
    "fVr03sWV770kp5wLOLoEakziKhqE"

START_TEST(vectors)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    char password[256];
    size_t len;

    cJSON_ArrayForEach(item, vectors_list(root, "password"))
    {
        len = vectors_hex((uint8_t *)password, sizeof password - 1, item,
                          "password_hex");
        password[len] = '\0';
        ck_assert_int_eq(
            password_hash_verify(vectors_text(item, "phc"), password), 1);
        password[0] ^= 1;
        ck_assert_int_eq(
            password_hash_verify(vectors_text(item, "phc"), password), 0);
    }
    cJSON_Delete(root);
}
END_TEST

START_TEST(vectors_that_are_refused)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;

    cJSON_ArrayForEach(item, vectors_list(root, "phc_must_reject"))
    {
        ck_assert_msg(password_hash_verify(vectors_text(item, "phc"),
                                           "correct horse") == -1,
                      "%s was accepted", vectors_text(item, "why"));
    }
    cJSON_Delete(root);
}
END_TEST

/*
 * Work for any of these would take minutes and gigabytes, or is undefined:
 * the test is over at once only if nobody begins.
 */
static const char *const tampered[] = {
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

START_TEST(tampered_rows)
{
    static const struct password_hash zero;
    struct password_hash phc;

    memset(&phc, 0xaa, sizeof phc);
    ck_assert_int_eq(password_hash_parse(&phc, tampered[_i]), -1);
    ck_assert_mem_eq(&phc, &zero, sizeof phc);
    ck_assert_int_eq(password_hash_verify(tampered[_i], "correct horse"), -1);
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

/* Dearest first, each once; a cheap one goes when there is no room. */
START_TEST(costs_in_order)
{
    static const struct password_hash_cost given[] = {
        {10, 5}, {14, 5}, {10, 5}, {10, 1}, {17, 1}, {12, 2}, {10, 2}};
    static const struct password_hash_cost sorted[] = {
        {17, 1}, {14, 5}, {12, 2}, {10, 5}};
    struct password_hash_costs costs = {.count = 0};

    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
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
    char out[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_upgrade(out, FAST, "correct horse",
                                           (struct password_hash_cost){11, 2}),
                     0);
    ck_assert_int_eq(
        strncmp(out, "$scrypt$ln=11,r=8,p=2$" SALT "$", 23 + sizeof SALT - 1),
        0);
    ck_assert_int_eq(password_hash_verify(out, "correct horse"), 1);
    ck_assert_int_eq(password_hash_verify(out, "other"), 0);

    ck_assert_int_eq(
        password_hash_upgrade(out, "", "x", (struct password_hash_cost){11, 2}),
        -1);
    ck_assert_str_eq(out, "");
    ck_assert_int_eq(password_hash_upgrade(out, FAST, "x",
                                           (struct password_hash_cost){18, 2}),
                     -1);
    ck_assert_str_eq(out, "");
}
END_TEST

/* Whatever else is hashed, the stored password alone decides. */
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

TEST_SUITE(password_hash)
{
    Suite *suite = suite_create("password_hash");
    TCase *tc = suite_add_case(suite, "password_hash");

    tcase_add_tests(tc, vectors, vectors_that_are_refused);
    tcase_add_loop_test(tc, tampered_rows, 0,
                        sizeof tampered / sizeof tampered[0]);
    tcase_add_tests(tc, cut_anywhere, made_and_verified, cost_out_of_bounds,
                    costs_in_order, upgraded, verified_alike);
    return suite;
}
