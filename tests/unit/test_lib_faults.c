/* SPDX-License-Identifier: MIT */
/*
 * What both programs are given, when what stands below it fails: each failure
 * is passed on, leaves no half of a result behind, and is said to the user
 * where he can do something.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "lib/json.h"
#include "lib/replay.h"
#include "lib/wire.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"

enum { LONG_KEY = 2 * KIT_DIGEST_LEN + 1 }; /* three blocks of HKDF */

static bool is_zero(const void *p, size_t len)
{
    const uint8_t *bytes = p;

    while (len > 0 && bytes[len - 1] == 0)
        len--;
    return len == 0;
}

/* --- Keys and secrets ------------------------------------------------------*/

static int derive(void)
{
    uint8_t out[LONG_KEY];
    int rc;

    memset(out, 0xaa, sizeof out);
    rc = kit_hkdf(out, sizeof out, NULL, 0, "input", 5, "info", 4);
    ck_assert(is_zero(out, sizeof out) == (rc != 0));
    return rc;
}

START_TEST(no_key)
{
    ck_assert_int_eq(fault_each("kit_hmac", derive, true), 4);
}
END_TEST

static int draw_token(void)
{
    char out[2 * KIT_TOKEN_BYTES + 1];
    int rc;

    memset(out, 'x', sizeof out);
    rc = kit_random_hex(out, sizeof out);
    ck_assert(is_zero(out, sizeof out) == (rc != 0));
    return rc;
}

START_TEST(no_token)
{
    ck_assert_int_eq(fault_each("kit_random", draw_token, true), 1);
}
END_TEST

/* Who cannot look a secret up takes no line for new, and forgets nothing. */
START_TEST(no_look_at_a_secret)
{
    static struct kit_replay replay;

    ck_assert_int_eq(kit_replay_store(&replay, "alice", "secret", 7, 0, 1), 0);
    fault_order("kit_sha256", 1, 0);
    ck_assert_int_eq(kit_replay_last(&replay, "another"), KIT_SEQ_MAX);
    ck_assert(fault_cancel());
    fault_order("kit_sha256", 1, 0);
    ck_assert_int_eq(kit_replay_store(&replay, "alice", "secret", 8, 0, 1), -1);
    ck_assert(fault_cancel());
    ck_assert_int_eq(kit_replay_last(&replay, "secret"), 7);
    ck_assert_uint_eq(replay.used, 1);
}
END_TEST

/* --- JSON ------------------------------------------------------------------*/

static int parse(void)
{
    static const char text[] = "{\"username\":\"alice\",\"seq\":1}";
    cJSON *tree;

    errno = 0;
    tree = kit_json_object(text, strlen(text));
    ck_assert((tree == NULL) == (errno == ENOMEM));
    kit_json_free(tree);
    return tree != NULL ? 0 : -1;
}

static int print(void)
{
    cJSON *object = cJSON_CreateObject();
    char out[64];
    int rc;

    memset(out, 'x', sizeof out);
    rc = kit_json_print(out, sizeof out, object);
    ck_assert_str_eq(out, rc == 0 ? "{}" : "");
    kit_json_free(object);
    return rc;
}

START_TEST(no_memory_for_json)
{
    ck_assert_int_eq(
        fault_each("malloc cJSON_ParseWithLengthOpts", parse, true), 2);
    ck_assert_int_ge(fault_each("calloc", print, true), 1);
}
END_TEST

TEST_SUITE(lib_faults)
{
    Suite *suite = suite_create("lib_faults");
    TCase *tcase = suite_add_case(suite, "lib_faults");

    if (!FAULTS_POSSIBLE) {
        printf("lib_faults: skipped, this linker has no --wrap\n");
        return suite;
    }
    tcase_add_tests(tcase, no_key, no_token, no_look_at_a_secret,
                    no_memory_for_json);
    return suite;
}
