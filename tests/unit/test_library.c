/* SPDX-License-Identifier: MIT */
/* The libmicrohttpd that runs: whether it is one of those that we support. */
#include <sysexits.h>
#include <unistd.h>

#include "server/http/head.h"
#include "server/http/library.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"

START_TEST(this_one)
{
    ck_assert_uint_ge(library_version(), LIBRARY_OLDEST);
    ck_assert_int_eq(library_check(), EX_OK);
}
END_TEST

START_TEST(an_older_one)
{
    fault_order("MHD_get_version", 1, 0);
    ck_assert_uint_eq(library_version(), 0x00097400);
    capture(STDERR_FILENO);
    fault_order("MHD_get_version", 1, 0);
    ck_assert_int_eq(library_check(), EX_UNAVAILABLE);
    ck_assert_int_eq(captured_lines(), 1);
    fault_cancel();
}
END_TEST

/* Strict mode only from the version on in which it is sufficient. */
START_TEST(option)
{
    ck_assert_int_eq(head_option(0x00097500).value, 0);
    ck_assert_int_eq(head_option(0x00097700).value, 0);
    ck_assert_int_eq(head_option(LIBRARY_STRICT).value, 1);
    ck_assert_int_eq(head_option(0x01000000).value, 1);
}
END_TEST

TEST_SUITE(library, 60, NULL, NULL)
{
    tcase_add_test(tcase, this_one);
    if (faults_possible("library"))
        tcase_add_test(tcase, an_older_one);
    tcase_add_test(tcase, option);
}
