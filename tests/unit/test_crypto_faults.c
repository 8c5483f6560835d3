/* SPDX-License-Identifier: MIT */
/*
 * The backend when its library fails: for each call with a result, every
 * function returns an error and zeros, and the next call succeeds.
 */
#include <errno.h>
#include <string.h>

#include "backends/crypto.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

/* The libraries' own functions, and what a thread needs for its contexts. */
#define CALLS "crypto_* EVP_* RAND_* wc_* calloc pthread_setspecific"
#define STARTS                                                                 \
    "sodium_init wolfCrypt_Init OSSL_LIB_CTX_* EVP_CIPHER_fetch EVP_MD_fetch " \
    "EVP_MAC_fetch pthread_key_create atexit"

enum { TEXT_LEN = 9, BOX_LEN = TEXT_LEN + KIT_TAG_LEN, SPARE = 3 };

static const struct kit_key key = {{1, 2, 3}};
static const struct kit_nonce nonce = {{4, 5, 6}};
static const char text[TEXT_LEN + 1] = "hello bob";
static uint8_t right_box[BOX_LEN];
static union {
    uint8_t bytes[64];
    struct kit_digest digest;
} out;

/* Fills OUT with bytes that no function may leave there. */
static void prepare(void)
{
    memset(&out, 0xaa, sizeof out);
}

/* Checks LEN bytes of OUT after RC: a result, or zeros. Returns RC. */
static int check(int rc, size_t len)
{
    ck_assert(!all_bytes(out.bytes, len, 0xaa));
    ck_assert(rc == 0 || all_bytes(out.bytes, len, 0));
    return rc;
}

static int draw(void)
{
    prepare();
    return check(kit_random(out.bytes, 32), 32);
}

static int digest(void)
{
    prepare();
    return check(kit_sha256(&out.digest, text, TEXT_LEN), KIT_DIGEST_LEN);
}

static int authenticate(void)
{
    prepare();
    return check(kit_hmac(&out.digest, "key", 3, text, TEXT_LEN),
                 KIT_DIGEST_LEN);
}

static int stretch(void)
{
    prepare();
    return check(kit_scrypt(out.bytes, 32, text, TEXT_LEN, "salt", 4, 4, 8, 1),
                 32);
}

static int seal(void)
{
    int rc;

    prepare();
    rc = kit_seal(out.bytes, BOX_LEN + SPARE, &key, &nonce, "ad", 2, text,
                  TEXT_LEN);
    if (rc == 0)
        ck_assert_mem_eq(out.bytes, right_box, BOX_LEN);
    return check(rc, rc == 0 ? BOX_LEN : BOX_LEN + SPARE);
}

static int open_box(void)
{
    int rc;

    prepare();
    rc = kit_open(out.bytes, TEXT_LEN + SPARE, &key, &nonce, "ad", 2, right_box,
                  BOX_LEN);
    if (rc == 0)
        ck_assert_mem_eq(out.bytes, text, TEXT_LEN);
    return check(rc, rc == 0 ? TEXT_LEN : TEXT_LEN + SPARE);
}

static int (*const works[])(void) = {draw,    digest, authenticate,
                                     stretch, seal,   open_box};
enum { WORKS = COUNT(works) };

START_TEST(every_call_may_fail)
{
    int faults;

    /* The library has started; this thread has no contexts yet. */
    ck_assert_int_eq(kit_random(out.bytes, 1), 0);
    faults = fault_each(CALLS, works[_i], true);
    /* libsodium's generator cannot fail: it returns nothing. */
    if (works[_i] != draw)
        ck_assert_msg(faults > 0, "no call is known: is there a file in "
                                  "library_faults/ for this backend?");
}
END_TEST

/* The box for open_box, sealed before any fault. */
static void seal_one(void)
{
    ck_assert_int_eq(
        kit_seal(right_box, BOX_LEN, &key, &nonce, "ad", 2, text, TEXT_LEN), 0);
}

/* If the library cannot start, every call fails, also the next time. */
START_TEST(library_does_not_start)
{
    fault_order(STARTS, _i + 1, ENOMEM);
    (void)draw();
    if (!fault_cancel())
        return; /* this library has fewer steps */
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < WORKS; i++)
            ck_assert_int_eq(works[i](), -1);
    }
    ck_assert_ptr_nonnull(kit_crypto_name());
}
END_TEST

TEST_CASES(crypto_faults)
{
    TCase *calls = suite_case(suite, "calls", 60, seal_one, NULL);
    TCase *start = suite_case(suite, "start", 60, NULL, NULL);

    if (!faults_possible("crypto_faults"))
        return;
    tcase_add_loop_test(calls, every_call_may_fail, 0, WORKS);
    tcase_add_loop_test(start, library_does_not_start, 0, 6);
}
