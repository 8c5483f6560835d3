/* SPDX-License-Identifier: MIT */
/* Recognizing nonces that a generator made which is not for cryptography. */
#ifndef GRADE_WEAK_RANDOM_H
#define GRADE_WEAK_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * weak_random_is_seeded: whether NONCE, of KIT_NONCE_LEN bytes, comes from
 * rand() or lrand48() with one of the usual seeds: none, the time, the id of
 * the PROCESS, or both.
 */
bool weak_random_is_seeded(const uint8_t *nonce, pid_t process);

/*
 * weak_random_generator: the name of the generator, "rand()", from which the
 * NONCES of one run come, whatever its seed was. They have LEN bytes together,
 * at least 128. Returns NULL if no known generator gives them.
 */
const char *weak_random_generator(const uint8_t *nonces, size_t len);

#endif
