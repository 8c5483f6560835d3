/* SPDX-License-Identifier: MIT */
#include "tests/grade/weak_random.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/crypto.h"

enum {
    SEED_SECONDS = 30,
    NUMBERS = 60, /* after each seed */
    SHIFTS = 24,  /* a byte is bits 0..7, 1..8, ... of a number */
    LAG = 31,     /* of the generator in rand() of glibc */
};

/* --- A seed that can be guessed ------------------------------------------- */

/* A byte of NUMBER, taken in one of SHIFTS + 1 ways. */
static uint8_t to_byte(unsigned number, int way)
{
    return (uint8_t)(way < SHIFTS ? number >> way : number % 255);
}

/*
 * Whether NONCE comes from the numbers: from one byte of each of 12 numbers, or
 * from three whole ones.
 */
static bool numbers_give(const unsigned *numbers, const uint8_t *nonce)
{
    for (int at = 0; at + KIT_NONCE_LEN <= NUMBERS; at++) {
        for (int way = 0; way <= SHIFTS; way++) {
            int i = 0;

            while (i < KIT_NONCE_LEN &&
                   to_byte(numbers[at + i], way) == nonce[i])
                i++;
            if (i == KIT_NONCE_LEN)
                return true;
        }
        if (memcmp(numbers + at, nonce, KIT_NONCE_LEN) == 0)
            return true;
    }
    return false;
}

/* Whether SEED gives this nonce among its first numbers. */
static bool seed_gives(unsigned seed, const uint8_t *nonce)
{
    unsigned numbers[2][NUMBERS];

    srand(seed);
    srand48((long)seed);
    for (int i = 0; i < NUMBERS; i++) {
        numbers[0][i] = (unsigned)rand();
        numbers[1][i] = (unsigned)lrand48();
    }
    return numbers_give(numbers[0], nonce) || numbers_give(numbers[1], nonce);
}

bool weak_random_is_seeded(const uint8_t *nonce, pid_t process)
{
    unsigned now = (unsigned)time(NULL), pid = (unsigned)process;
    bool found =
        seed_gives(1, nonce) || seed_gives(0, nonce) || seed_gives(pid, nonce);

    for (unsigned t = now - SEED_SECONDS; !found && t <= now; t++)
        found = seed_gives(t, nonce) || seed_gives(t ^ pid, nonce) ||
                seed_gives(t + pid, nonce) || seed_gives(t * pid, nonce);
    return found;
}

/* --- Any seed ------------------------------------------------------------- */

/* Number I of the numbers that BYTES contains one after the other. */
static unsigned number_at(const uint8_t *bytes, size_t i)
{
    unsigned number;

    memcpy(&number, bytes + i * sizeof number, sizeof number);
    return number;
}

/*
 * Whether BYTES come from rand() of glibc: each number is the sum of the ones 3
 * and 31 before it, and so is each byte, perhaps with a carry.
 */
static bool is_rand(const uint8_t *bytes, size_t len)
{
    bool of_bytes = true, of_numbers = true;

    for (size_t i = LAG; i < len; i++)
        of_bytes &= (uint8_t)(bytes[i] - bytes[i - 3] - bytes[i - LAG]) <= 1;
    for (size_t i = LAG; i < len / sizeof(unsigned); i++) {
        unsigned carry = number_at(bytes, i) - number_at(bytes, i - 3) -
                         number_at(bytes, i - LAG);

        of_numbers &= carry << 1 <= 2; /* numbers have 31 bits */
    }
    return of_bytes || of_numbers;
}

static const char own[] = "a generator of your own";

/*
 * A generator that computes state * A + C, STEPS times for each number. The
 * byte is bits SHIFT to SHIFT + 7 of the state.
 */
static const struct generator {
    const char *name;
    uint64_t a, c;
    int steps, shift;
} generators[] = {
    {"lrand48()", 0x5deece66d, 11, 1, 17},
    {"mrand48()", 0x5deece66d, 11, 1, 16},
    {"rand_r()", 1103515245, 12345, 3, 16},
    {own, 1103515245, 12345, 1, 16},
    {own, 1103515245, 12345, 1, 8},
    {own, 1103515245, 12345, 1, 0},
    {own, 1664525, 1013904223, 1, 16},
    {own, 1664525, 1013904223, 1, 0},
    {own, 214013, 2531011, 1, 16},
};

/* Whether G gives the bytes of NONCE after STATE. */
static bool generator_gives(const struct generator *g, uint64_t state,
                            const uint8_t *nonce)
{
    for (int i = 1; i < KIT_NONCE_LEN; i++) {
        for (int k = 0; k < g->steps; k++)
            state = state * g->a + g->c;
        if ((uint8_t)(state >> g->shift) != nonce[i])
            return false;
    }
    return true;
}

const char *weak_random_generator(const uint8_t *nonces, size_t len)
{
    if (is_rand(nonces, len))
        return "rand()";
    for (size_t i = 0; i < sizeof generators / sizeof generators[0]; i++) {
        const struct generator *g = &generators[i];
        uint64_t low = (uint64_t)1 << g->shift;

        /* Try every state that gives the first byte. */
        for (uint64_t state = 0; state < low; state++) {
            if (generator_gives(g, state | (uint64_t)nonces[0] << g->shift,
                                nonces))
                return g->name;
        }
    }
    return NULL;
}
