/* SPDX-License-Identifier: MIT */
/* Message 5 from the sender: a fresh random nonce for every text. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"
#include "tests/grade/weak_random.h"

/* Two runs in the same second, with the same names, secret and ticket. */
static struct sender_harness harness, twin;

enum { NONCES = 24, NONCES_PER_RUN = 12 };

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
    "Nonces must be 12 random bytes: a counter starts again after a restart, a "
    "clock can be set back, and two runs in one second see the same time.";

static void find_repeated(void)
{
    for (int i = 1; i < NONCES; i++) {
        for (int j = 0; j < i; j++) {
            if (count_different(nonces[i], nonces[j]) != 0)
                continue;
            expected("a different nonce for every text");
            got("the same in line %d and line %d", j + 1, i + 1);
            if (i == NONCES - 1 && j == NONCES_PER_RUN - 1)
                fail("The nonce of an empty text is the same in both runs: "
                     "draw 12 random bytes (kit_random) for every text, also "
                     "for an empty one.");
            if (i / NONCES_PER_RUN != j / NONCES_PER_RUN)
                fail("%s", no_counter);
            if (memcmp(nonces[i], nonces[i] + 1, KIT_NONCE_LEN - 1) == 0)
                fail("The nonce was never drawn: it is 12 times the byte %02x. "
                     "One nonce sealed two texts under one key: anyone can XOR "
                     "them. Draw 12 fresh random bytes per message "
                     "(kit_random).",
                     nonces[i][0]);
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

/* Fails the check if one byte is a counter, even if the others are random. */
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

/*
 * Fails the check if some byte changes from line to line by the same rule in
 * both runs: by XOR with the same bytes, or by the same differences. A carry
 * from another byte may add or subtract one.
 */
static void find_rule(void)
{
    for (int at = 0; at < KIT_NONCE_LEN; at++) {
        bool same_xor = true, same_step = true;

        for (int i = 1; i < NONCES_PER_RUN; i++) {
            const uint8_t one[] = {nonces[0][at], nonces[i][at]};
            const uint8_t two[] = {nonces[NONCES_PER_RUN][at],
                                   nonces[NONCES_PER_RUN + i][at]};
            uint8_t steps = (uint8_t)((one[1] - one[0]) - (two[1] - two[0]));

            same_xor &= (one[0] ^ one[1]) == (two[0] ^ two[1]);
            same_step &= (uint8_t)(steps + 1) <= 2;
        }
        if (!same_xor && !same_step)
            continue;
        expected("12 random bytes");
        got("byte %d changes from line to line in the same way in both runs",
            at + 1);
        fail("The nonce was drawn once and then changed by a rule, perhaps "
             "with seq: it is not random. Draw 12 fresh random bytes per "
             "message (kit_random).");
    }
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

/* Fails the check if the nonces come from rand() or another weak generator. */
static void find_weak_random(void)
{
    const char *generator = NULL;

    if (weak_random_is_seeded(nonces[0], harness.first_pid))
        generator = "rand() or lrand48()";
    else if (count_different(nonces[0], nonces[1]) != 0)
        generator = weak_random_generator(nonces[0], sizeof nonces / 2);
    if (generator == NULL)
        return;
    expected("random bytes that cannot be computed");
    got("bytes from %s", generator);
    fail("The nonce comes from rand(): anyone who knows the time, or some "
         "nonces, can compute the next ones. Use kit_random.");
}

/* --- The check ------------------------------------------------------------ */

/* Types TEXT, and keeps nonce I of its message. */
static void read_nonce(struct sender_harness *h, const char *text, int i)
{
    struct m5 m5;

    sender_type_and_open(&m5, h, text, strlen(text));
    memcpy(nonces[i], m5.box, KIT_NONCE_LEN);
}

/*
 * Runs the sender twice at the same time. Returns whether both runs have used
 * their first nonce in the same second: a seed from the time is then the same.
 */
static bool run_both(const char *text)
{
    time_t start = time(NULL);
    bool in_one_second;

    sender_start(&harness);
    read_nonce(&harness, text, 0);
    twin = harness;
    sender_start(&twin);
    read_nonce(&twin, text, NONCES_PER_RUN);
    in_one_second = time(NULL) == start;
    for (int i = 1; i < NONCES_PER_RUN; i++) {
        /* The last text is empty: its nonce must be random, too. */
        const char *typed = i < NONCES_PER_RUN - 1 ? text : "";

        read_nonce(&harness, typed, i);
        read_nonce(&twin, typed, NONCES_PER_RUN + i);
    }
    sender_expect_exit(&harness, true);
    sender_expect_exit(&twin, true);
    program_free(harness.program);
    program_free(twin.program);
    return in_one_second;
}

/* Types many texts, to find nonces that come from a table of 256. */
static void find_late_repetition(const char *text)
{
    enum { LINES = 270 };
    static uint8_t seen[LINES][KIT_NONCE_LEN];

    step("The sender runs again, and %d texts are typed.", LINES);
    sender_start(&harness);
    for (int i = 0; i < LINES; i++) {
        struct transcript_mark mark = transcript_mark();

        read_nonce(&harness, text, 0);
        memcpy(seen[i], nonces[0], KIT_NONCE_LEN);
        for (int j = 0; j < i; j++) {
            if (count_different(seen[i], seen[j]) != 0)
                continue;
            expected("a different nonce for every text");
            got("the same in line %d and line %d of this run", j + 1, i + 1);
            fail("The nonce is fresh for the first texts only: draw 12 random "
                 "bytes (kit_random) for every message.");
        }
        transcript_rewind(mark);
    }
    sender_expect_exit(&harness, true);
}

void m5_nonces(void)
{
    enum { TRIES = 4 };
    char text[64];
    int tries = 0;

    sender_setup(&harness);
    /* Always the same text, to find a nonce that is derived from the text. */
    random_text(text);
    step("The sender runs twice at the same time.");
    while (!run_both(text) && ++tries < TRIES)
        step("That took more than a second: again.");
    step("The nonces of these lines:");
    for (int i = 0; i < NONCES; i++) {
        char hex[3 * KIT_NONCE_LEN + 1] = "";

        for (int k = 0; k < KIT_NONCE_LEN; k++)
            snprintf(hex + 3 * k, 4, "%02x ", nonces[i][k]);
        detail("line %d: %s", i + 1, hex);
    }
    find_weak_random();
    find_repeated();
    find_text();
    find_counting_byte();
    for (int i = 1; i < NONCES_PER_RUN; i++) {
        /* Within a run, a small difference means a counter, perhaps with a
         * prefix. */
        if (count_different(nonces[i], nonces[i - 1]) < 5)
            find_counter();
    }
    find_constant();
    find_rule();
    find_counter();
    find_late_repetition(text);
}
