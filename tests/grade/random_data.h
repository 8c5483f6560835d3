/* SPDX-License-Identifier: MIT */
/*
 * Random names, tokens and texts. They differ in every run, so a submission
 * cannot contain them.
 */
#ifndef GRADE_RANDOM_DATA_H
#define GRADE_RANDOM_DATA_H

#include <stddef.h>
#include <stdint.h>

/* random_below: a number from 0 to N - 1. */
uint32_t random_below(uint32_t n);

/*
 * random_names: fills OUT with COUNT different user names of 5 or 8 characters.
 * A ticket with such a name ends in base64 padding, with exp and without: a
 * program that drops the padding must not pass because of a random length.
 */
void random_names(char out[][33], int count);

/* random_token: 64 lower-case hex digits, as in tokens and secrets. */
void random_token(char out[129]);

/*
 * random_printable: LEN characters, at most 128, from 0x21 to 0x7e except quote
 * and backslash, which JSON would escape.
 */
void random_printable(char out[129], size_t len);

/* random_text: a short sentence with a random number in it. */
void random_text(char out[64]);

/*
 * random_letters: LEN lower-case letters and a terminating zero. The letters
 * follow a pattern that starts at a random one, and at another one each time:
 * no text is the beginning of one of the 25 texts after it.
 */
void random_letters(char *out, size_t len);

#endif
