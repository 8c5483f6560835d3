/* SPDX-License-Identifier: MIT */
/* Names, tokens and texts that nobody can know before: new in every run. */
#ifndef GRADE_CHANCE_H
#define GRADE_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* chance_below: 0 to N - 1. */
uint32_t chance_below(uint32_t n);

/* chance_names: COUNT different NAMEs, each in OUT of 33 characters. */
void chance_names(char out[][33], int count);

/* chance_token: 64 lower-case hex digits. */
void chance_token(char out[129]);

/* chance_str16: LEN characters (at most 128) of 0x21..0x7e, no quote in it. */
void chance_str16(char out[129], size_t len);

/* chance_text: a short sentence with a random number; OUT of 64. */
void chance_text(char out[64]);

/* chance_fill: LEN printable letters and a zero, of a random beginning. */
void chance_fill(char *out, size_t len);

#endif
