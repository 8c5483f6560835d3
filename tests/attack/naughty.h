/* SPDX-License-Identifier: MIT */
/* Strings that somebody's program somewhere did not survive. */
#ifndef ATTACK_NAUGHTY_H
#define ATTACK_NAUGHTY_H

#include <stddef.h>

extern const char *const naughty[];
extern const size_t naughty_count;

#endif
