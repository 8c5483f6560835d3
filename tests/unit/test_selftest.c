/* SPDX-License-Identifier: MIT */
/* The self-test at the start: its error names the algorithm that fails. */
#include <errno.h>

#include "lib/selftest.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"

START_TEST(all_work)
{
    ck_assert_ptr_null(kit_selftest());
    /* Once they have worked, they are not tried again. */
    fault_order("kit_*", 1, ENOMEM);
    ck_assert_ptr_null(kit_selftest());
    ck_assert(!FAULTS_POSSIBLE || !fault_cancel());
}
END_TEST

static const struct {
    const char *call, *algorithm;
} losses[] = {
    /* As in FIPS mode: the library itself has no such cipher. */
    {"EVP_CIPHER_fetch sodium_init wolfCrypt_Init", "ChaCha20-Poly1305"},
    {"kit_seal", "ChaCha20-Poly1305"},
    {"kit_hmac", "HMAC-SHA256"},
    {"kit_sha256", "SHA-256"},
    {"kit_scrypt", "scrypt"},
    {"kit_random", "random generator"},
};

START_TEST(one_fails)
{
    const char *lacking;

    fault_order(losses[_i].call, 1, ENOMEM);
    lacking = kit_selftest();
    ck_assert(fault_cancel());
    ck_assert_ptr_nonnull(lacking);
    ck_assert_str_eq(lacking, losses[_i].algorithm);
    /* A failure is not remembered, except perhaps by the library itself. */
    if (_i > 0)
        ck_assert_ptr_null(kit_selftest());
}
END_TEST

TEST_SUITE(selftest, 60, NULL, NULL)
{
    tcase_add_test(tcase, all_work);
    if (faults_possible("selftest"))
        tcase_add_rows(tcase, one_fails, losses);
}
