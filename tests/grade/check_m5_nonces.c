/* SPDX-License-Identifier: MIT */
/* Message 5 from the sender: a fresh random nonce for every text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

enum { NONCES = 8, NONCES_PER_RUN = 4 };

static uint8_t nonces[NONCES][KIT_NONCE_LEN];

/* Whether five consecutive bytes of N are zero. */
static bool has_zeros(const uint8_t *n)
{
    int zeros = 0;

    for (int i = 0; i < KIT_NONCE_LEN; i++) {
        zeros = n[i] == 0 ? zeros + 1 : 0;
        if (zeros == 5)
            return true;
    }
    return false;
}

/* The number of bytes that differ. */
static int count_different(const uint8_t *a, const uint8_t *b)
{
    int n = 0;

    for (int i = 0; i < KIT_NONCE_LEN; i++)
        n += a[i] != b[i];
    return n;
}

static const char no_counter[] =
    "Nonces must be 12 random bytes; a counter starts again after a restart, "
    "and a clock can be set back.";

static void find_repeated(void)
{
    static const uint8_t zero[KIT_NONCE_LEN];

    for (int i = 1; i < NONCES; i++) {
        for (int j = 0; j < i; j++) {
            if (count_different(nonces[i], nonces[j]) != 0)
                continue;
            expected("a different nonce for every text");
            got("the same in line %d and line %d", j + 1, i + 1);
            if (count_different(nonces[i], zero) == 0)
                fail("The nonce is always zero. One nonce sealed two texts "
                     "under one key: anyone can XOR them. Draw 12 fresh random "
                     "bytes per message.");
            if (i / NONCES_PER_RUN != j / NONCES_PER_RUN)
                fail("%s", no_counter);
            if (memcmp(nonces[i], nonces[i] + 1, KIT_NONCE_LEN - 1) == 0)
                fail("The nonce was never set: it is the same byte 12 times. "
                     "Draw 12 fresh random bytes per message (kit_random).");
            if (count_different(nonces[0], nonces[NONCES_PER_RUN]) == 0)
                fail("The nonce is constant, or computed from the text: it is "
                     "the same in another run, too. Draw 12 fresh random bytes "
                     "per message (kit_random).");
            fail("The nonce is random but used again for line %d. One nonce "
                 "sealed two texts under one key: anyone can XOR them. Draw 12 "
                 "fresh random bytes per message.",
                 i + 1);
        }
    }
}

/* Whether byte AT counts the texts of each run. */
static bool counts(int at)
{
    for (int i = 1; i < NONCES; i++) {
        if (i % NONCES_PER_RUN != 0 &&
            nonces[i][at] != (uint8_t)(nonces[i - 1][at] + 1))
            return false;
    }
    return true;
}

/* Fails the check if one byte is a counter, whatever the others are. */
static void find_counting_byte(void)
{
    int at = 0;

    while (at < KIT_NONCE_LEN && !counts(at))
        at++;
    if (at == KIT_NONCE_LEN)
        return;
    expected("12 random bytes");
    got("byte %d is one more in every line", at + 1);
    fail("A part of the nonce is a counter, perhaps seq: so few of its bits "
         "are random that one may come twice under one key. Draw all 12 bytes "
         "with kit_random.");
}

/* Fails the check if some bytes are the same in every nonce. */
static void find_constant(void)
{
    int first = -1, last = -1;

    for (int at = 0; at < KIT_NONCE_LEN; at++) {
        int same = 0;

        for (int i = 0; i < NONCES; i++)
            same += nonces[i][at] == nonces[0][at];
        if (same == NONCES) {
            first = first < 0 ? at : first;
            last = at;
        }
    }
    if (first < 0)
        return;
    expected("12 random bytes");
    got("the same bytes %d to %d in every nonce", first + 1, last + 1);
    /* The compiler fills uninitialized memory with one byte value. */
    if (nonces[0][first] != nonces[0][last])
        fail("%s", no_counter);
    fail("Bytes %d..%d of the nonce are always the same: they were never set.",
         first + 1, last + 1);
}

static void find_counter(void)
{
    for (int i = 1; i < NONCES; i++) {
        int n = count_different(nonces[i], nonces[i - 1]);

        if (n >= 5 && !has_zeros(nonces[i]))
            continue;
        expected("12 bytes that are not related to the nonce before");
        got("%d of 12 bytes differ between line %d and line %d", n, i, i + 1);
        fail("%s", no_counter);
    }
}

/* Fails the check if the nonces are printable text. */
static void find_text(void)
{
    const uint8_t *bytes = nonces[0];

    for (size_t i = 0; i < sizeof nonces; i++) {
        if (bytes[i] < 0x20 || bytes[i] > 0x7e)
            return;
    }
    expected("12 random bytes, each with 256 possible values");
    got("only printable characters: %s", printable(bytes, KIT_NONCE_LEN));
    fail("The nonces are text, which has far fewer possible values: use the "
         "bytes from kit_random unchanged.");
}

/* --- rand() --------------------------------------------------------------- */

enum {
    SEED_SECONDS = 30,
    RAND_SKIPPED = 40,
    WAYS_RAND = 4, /* these use rand(), the others lrand48() */
    WAYS = 6,
};

/* Fills OUT with numbers after SEED. WAY chooses generator and conversion. */
static void fill_from_seed(uint8_t *out, size_t size, unsigned seed, int way)
{
    bool whole = way == WAYS_RAND - 1 || way == WAYS - 1;

    srand(seed);
    srand48((long)seed);
    for (size_t i = 0; i < size; i += whole ? sizeof(int) : 1) {
        int n = way < WAYS_RAND ? rand() : (int)lrand48();

        if (whole)
            memcpy(out + i, &n, sizeof n);
        else
            out[i] = (uint8_t)(way == 1 ? n % 255 : way == 2 ? n >> 8 : n);
    }
}

/* Whether SEED gives this nonce among its first bytes. */
static bool seed_gives(unsigned seed, const uint8_t *nonce)
{
    for (int way = 0; way < WAYS; way++) {
        uint8_t bytes[RAND_SKIPPED + KIT_NONCE_LEN];

        fill_from_seed(bytes, sizeof bytes, seed, way);
        for (int at = 0; at <= RAND_SKIPPED; at++) {
            if (memcmp(bytes + at, nonce, KIT_NONCE_LEN) == 0)
                return true;
        }
    }
    return false;
}

/* Tries the usual seeds: none, the time, the process id, and both. */
static void find_rand(void)
{
    unsigned now = (unsigned)time(NULL), pid = (unsigned)harness.first_pid;
    bool found = seed_gives(1, nonces[0]) || seed_gives(0, nonces[0]) ||
                 seed_gives(pid, nonces[0]);

    for (unsigned t = now - SEED_SECONDS; !found && t <= now; t++)
        found = seed_gives(t, nonces[0]) || seed_gives(t ^ pid, nonces[0]) ||
                seed_gives(t + pid, nonces[0]) ||
                seed_gives(t * pid, nonces[0]);
    if (!found)
        return;
    expected("random bytes that cannot be computed");
    got("bytes from rand() or lrand48()");
    fail("The nonce comes from rand(): anyone who knows the time can compute "
         "it. Use kit_random.");
}

void m5_nonces(void)
{
    char text[64];

    sender_setup(&harness);
    /* Always the same text, to find a nonce that is derived from the text. */
    random_text(text);
    for (int i = 0; i < NONCES; i++) {
        struct m5 m5;

        if (i % NONCES_PER_RUN == 0)
            sender_start(&harness);
        sender_type_and_open(&m5, &harness, text, strlen(text));
        memcpy(nonces[i], m5.box, KIT_NONCE_LEN);
        if (i % NONCES_PER_RUN == NONCES_PER_RUN - 1)
            sender_expect_exit(&harness, true);
    }
    step("The nonces of these lines:");
    for (int i = 0; i < NONCES; i++) {
        char hex[3 * KIT_NONCE_LEN + 1] = "";

        for (int k = 0; k < KIT_NONCE_LEN; k++)
            snprintf(hex + 3 * k, 4, "%02x ", nonces[i][k]);
        detail("line %d: %s", i + 1, hex);
    }
    find_rand();
    find_repeated();
    find_text();
    find_counting_byte();
    for (int i = 1; i < NONCES_PER_RUN; i++) {
        /* Within a run, a small difference means a counter, perhaps with a
         * prefix. */
        if (count_different(nonces[i], nonces[i - 1]) < 5)
            find_counter();
    }
    if (!has_zeros(nonces[0]))
        find_constant();
    find_counter();
}
