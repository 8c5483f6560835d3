/* SPDX-License-Identifier: MIT */
/*
 * The backend when its library fails: at each call that has a result, every
 * function says so and gives out nothing but zeros; and the next one works.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "backends/crypto.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"

/* The libraries' own functions, and what a thread needs for its contexts. */
#define CALLS "crypto_* EVP_* RAND_* wc_* calloc pthread_setspecific"
#define STARTS                                                                 \
    "sodium_init wolfCrypt_Init OSSL_LIB_CTX_* EVP_CIPHER_fetch EVP_MD_fetch " \
    "EVP_MAC_fetch pthread_key_create atexit"

enum { TEXT_LEN = 9, BOX_LEN = TEXT_LEN + KIT_TAG_LEN, SPARE = 3 };

static const struct kit_key key = {{1, 2, 3}};
static const struct kit_nonce nonce = {{4, 5, 6}};
static const char text[TEXT_LEN + 1] = "hello bob";
static uint8_t right_box[BOX_LEN], out[64];

/* Whether OUT, of LEN bytes, is in order after RC: a result, or zeros. */
static int judge(int rc, size_t len)
{
    static const uint8_t zeros[sizeof out], untouched[sizeof out] = {0xaa};

    if (rc != 0)
        ck_assert_mem_eq(out, zeros, len);
    else
        ck_assert_mem_ne(out, untouched, len);
    return rc;
}

static void prepare(void)
{
    memset(out, 0xaa, sizeof out);
}

static int draw(void)
{
    prepare();
    return judge(kit_random(out, 32), 32);
}

static int digest(void)
{
    struct kit_digest d;
    int rc;

    memset(&d, 0xaa, sizeof d);
    rc = kit_sha256(&d, text, TEXT_LEN);
    memcpy(out, &d, sizeof d);
    return judge(rc, sizeof d);
}

static int authenticate(void)
{
    struct kit_digest d;
    int rc;

    memset(&d, 0xaa, sizeof d);
    rc = kit_hmac(&d, "key", 3, text, TEXT_LEN);
    memcpy(out, &d, sizeof d);
    return judge(rc, sizeof d);
}

static int stretch(void)
{
    prepare();
    return judge(kit_scrypt(out, 32, text, TEXT_LEN, "salt", 4, 4, 8, 1), 32);
}

static int seal(void)
{
    int rc;

    prepare();
    rc = kit_seal(out, BOX_LEN + SPARE, &key, &nonce, "ad", 2, text, TEXT_LEN);
    if (rc == 0)
        ck_assert_mem_eq(out, right_box, BOX_LEN);
    return judge(rc, rc == 0 ? BOX_LEN : BOX_LEN + SPARE);
}

static int open_box(void)
{
    int rc;

    prepare();
    rc = kit_open(out, TEXT_LEN + SPARE, &key, &nonce, "ad", 2, right_box,
                  BOX_LEN);
    if (rc == 0)
        ck_assert_mem_eq(out, text, TEXT_LEN);
    return judge(rc, rc == 0 ? TEXT_LEN : TEXT_LEN + SPARE);
}

static int (*const works[])(void) = {draw,    digest, authenticate,
                                     stretch, seal,   open_box};
enum { WORKS = sizeof works / sizeof works[0] };

START_TEST(every_call_may_fail)
{
    int faults;

    /* The library is there, the contexts of this thread are not. */
    ck_assert_int_eq(kit_random(out, 1), 0);
    faults = fault_each(CALLS, works[_i], true);
    /* libsodium's generator has no result. */
    if (works[_i] != draw)
        ck_assert_msg(faults > 0, "no call is known: is there a file in "
                                  "library_faults/ for this backend?");
}
END_TEST

/* A box that was made before, for the one who opens it. */
static void seal_one(void)
{
    ck_assert_int_eq(
        kit_seal(right_box, BOX_LEN, &key, &nonce, "ad", 2, text, TEXT_LEN), 0);
}

/* Where it cannot begin, nothing works, and nothing ever will. */
START_TEST(library_does_not_start)
{
    fault_order(STARTS, _i + 1, ENOMEM);
    (void)draw();
    if (!fault_cancel())
        return; /* it has not so many steps */
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < WORKS; i++)
            ck_assert_int_eq(works[i](), -1);
    }
    ck_assert_ptr_nonnull(kit_crypto_name());
}
END_TEST

TEST_SUITE(crypto_faults)
{
    Suite *suite = suite_create("crypto_faults");
    TCase *calls = suite_add_case(suite, "calls");
    TCase *start = suite_add_case(suite, "start");

    if (!FAULTS_POSSIBLE) {
        printf("crypto_faults: skipped, this linker has no --wrap\n");
        return suite;
    }
    tcase_add_checked_fixture(calls, seal_one, NULL);
    tcase_add_loop_test(calls, every_call_may_fail, 0, WORKS);
    tcase_add_loop_test(start, library_does_not_start, 0, 6);
    return suite;
}
