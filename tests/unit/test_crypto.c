/* SPDX-License-Identifier: MIT */
/*
 * A backend's other functions: its name, random bytes, comparing, wiping; and
 * all of it in several threads at the same time.
 */
#include <ctype.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/crypto.h"
#include "tests/support/suites.h"
#include "tests/support/threads.h"

START_TEST(name_and_version)
{
    const char *name = kit_crypto_name();
    const char *space = strchr(name, ' ');

    ck_assert_ptr_nonnull(space);
    ck_assert_ptr_ne(space, name);
    ck_assert(isdigit((unsigned char)space[1]));
    ck_assert_ptr_eq(name, kit_crypto_name());
}
END_TEST

/* A byte that is never written would stay zero in all of the draws. */
START_TEST(random_fills_every_byte)
{
    uint8_t drawn[64], seen[sizeof drawn] = {0};

    for (int draw = 0; draw < 64; draw++) {
        memset(drawn, 0, sizeof drawn);
        ck_assert_int_eq(kit_random(drawn, sizeof drawn), 0);
        for (size_t i = 0; i < sizeof drawn; i++)
            seen[i] |= drawn[i];
    }
    for (size_t i = 0; i < sizeof seen; i++)
        ck_assert_uint_ne(seen[i], 0);
}
END_TEST

START_TEST(random_is_never_the_same)
{
    uint8_t a[32], b[32];

    ck_assert_int_eq(kit_random(a, sizeof a), 0);
    ck_assert_int_eq(kit_random(b, sizeof b), 0);
    ck_assert_mem_ne(a, b, sizeof a);
}
END_TEST

START_TEST(random_stays_inside)
{
    uint8_t bytes[3] = {0xaa, 0xaa, 0xaa};

    ck_assert_int_eq(kit_random(bytes + 1, 0), 0);
    ck_assert_int_eq(kit_random(NULL, 0), 0);
    ck_assert_uint_eq(bytes[1], 0xaa);
    for (int draw = 0; draw < 64; draw++)
        ck_assert_int_eq(kit_random(bytes + 1, 1), 0);
    ck_assert_uint_eq(bytes[0], 0xaa);
    ck_assert_uint_eq(bytes[2], 0xaa);
}
END_TEST

/* A child that draws its parent's bytes would use its nonces a second time. */
START_TEST(random_differs_after_fork)
{
    uint8_t ours[32], theirs[32];
    int ends[2], status;
    pid_t child;

    ck_assert_int_eq(kit_random(ours, sizeof ours), 0);
    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        status = kit_random(ours, sizeof ours) == 0 &&
                 write(ends[1], ours, sizeof ours) == sizeof ours;
        _exit(status ? 0 : 1);
    }
    ck_assert_int_eq(kit_random(ours, sizeof ours), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_int_eq(read(ends[0], theirs, sizeof theirs), sizeof theirs);
    ck_assert_mem_ne(ours, theirs, sizeof ours);
}
END_TEST

START_TEST(equal_sees_every_bit)
{
    uint8_t a[33], b[sizeof a];

    ck_assert_int_eq(kit_random(a, sizeof a), 0);
    memcpy(b, a, sizeof a);
    ck_assert(kit_equal(a, b, sizeof a));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert(!kit_equal(a, b, sizeof a));
        /* Bytes after LEN do not count. */
        ck_assert(kit_equal(a, b, bit / 8));
        b[bit / 8] = a[bit / 8];
    }
}
END_TEST

START_TEST(equal_of_nothing)
{
    ck_assert(kit_equal("a", "b", 0));
    ck_assert(kit_equal(NULL, NULL, 0));
}
END_TEST

START_TEST(wipe_zeroes_exactly)
{
    uint8_t bytes[40];

    for (size_t len = 0; len <= 32; len++) {
        memset(bytes, 0xaa, sizeof bytes);
        kit_wipe(bytes + 4, len);
        for (size_t i = 0; i < sizeof bytes; i++)
            ck_assert_uint_eq(bytes[i], i >= 4 && i < 4 + len ? 0 : 0xaa);
    }
    kit_wipe(NULL, 0);
}
END_TEST

enum { THREADS = 4, ROUNDS = 500, TEXT = 100, BOX = TEXT + KIT_TAG_LEN };

/* The input of one thread, and the result that it must have. */
struct work {
    struct kit_key key;
    struct kit_nonce nonce;
    uint8_t text[TEXT], box[BOX];
    struct kit_digest digest, mac;
    bool passed;
};

/* One round over W's key, text and nonce, into OUT. */
static bool round_of(struct work *out, const struct work *w)
{
    uint8_t text[TEXT], box[BOX];

    if (kit_seal(box, BOX, &w->key, &w->nonce, "ad", 2, w->text, TEXT) != 0 ||
        kit_open(text, TEXT, &w->key, &w->nonce, "ad", 2, box, BOX) != 0 ||
        kit_open(text, TEXT, &w->key, &w->nonce, "AD", 2, box, BOX) != -1 ||
        kit_sha256(&out->digest, w->text, TEXT) != 0 ||
        kit_hmac(&out->mac, w->key.bytes, KIT_KEY_LEN, w->text, TEXT) != 0)
        return false;
    memcpy(out->box, box, BOX);
    return true;
}

/* Repeats the work that the main thread did once before. */
static void *repeat(void *p)
{
    struct work *w = p, mine;

    w->passed = true;
    for (int i = 0; i < ROUNDS && w->passed; i++)
        w->passed = round_of(&mine, w) && memcmp(mine.box, w->box, BOX) == 0 &&
                    kit_equal(&mine.digest, &w->digest, KIT_DIGEST_LEN) &&
                    kit_equal(&mine.mac, &w->mac, KIT_DIGEST_LEN);
    return NULL;
}

START_TEST(threads_do_not_disturb_each_other)
{
    static struct work work[THREADS];
    struct threads threads;

    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(kit_random(&work[i].key, sizeof work[i].key), 0);
        ck_assert_int_eq(kit_random(&work[i].nonce, sizeof work[i].nonce), 0);
        ck_assert_int_eq(kit_random(work[i].text, TEXT), 0);
        ck_assert(round_of(&work[i], &work[i]));
    }
    threads_begin(&threads, THREADS, repeat, work, sizeof work[0]);
    threads_end(&threads);
    for (int i = 0; i < THREADS; i++)
        ck_assert_msg(work[i].passed, "thread %d got other bytes", i);
}
END_TEST

TEST_SUITE(crypto, 60, NULL, NULL)
{
    tcase_add_tests(tcase, name_and_version, random_fills_every_byte,
                    random_is_never_the_same, random_stays_inside,
                    random_differs_after_fork, equal_sees_every_bit,
                    equal_of_nothing, wipe_zeroes_exactly,
                    threads_do_not_disturb_each_other);
}
