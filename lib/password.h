/* SPDX-License-Identifier: MIT */
/* Reads a password from a file or from the terminal. */
#ifndef KIT_PASSWORD_H
#define KIT_PASSWORD_H

#include "backends/crypto.h"
#include "lib/wire.h"

enum { KIT_PASSWORD_SIZE = KIT_PASSWORD_MAX + 1 };

/*
 * kit_password_read: reads a password and writes it with a terminating zero to
 * OUT, which has room for OUT_SIZE characters (KIT_PASSWORD_SIZE is enough).
 * The password is the first line of FILE. If FILE is NULL, prints PROMPT on the
 * terminal and reads a line there, without echo. It is never read from
 * arguments or the environment, because ps shows them.
 *
 * Returns 0; or -1 with OUT zero, and prints on standard error what failed and
 * what to do: no such file, no terminal, the line is empty or too long, has a
 * zero byte, or is not UTF-8. Echo is turned on again in all cases, also after
 * SIGINT.
 */
int kit_password_read(char *out, size_t out_size, const char *file,
                      const char *prompt) KIT_MUST_CHECK;

#endif
