/* SPDX-License-Identifier: MIT */
/* What a receiver shows, caught and judged (protocol.md section 6). */
#ifndef TESTS_FUZZ_SHOWN_H
#define TESTS_FUZZ_SHOWN_H

#include <stddef.h>

/* shown_begin: from here on standard output is a file of ours. */
void shown_begin(void);

/*
 * shown_read: fills OUT, which has room for OUT_SIZE characters, with what was
 * written since the last call, and a terminating zero.
 */
void shown_read(char *out, size_t out_size);

/*
 * shown_check: LINE is SENDER's LEN bytes of TEXT, all of them and nothing
 * else, with no byte that a terminal would obey.
 */
void shown_check(const char *line, const char *sender, const char *text,
                 size_t len);

#endif
