/* SPDX-License-Identifier: MIT */
/* Asking for a password, or reading it from a file. */
#ifndef KIT_PASSWORD_H
#define KIT_PASSWORD_H

#include "backends/crypto.h"
#include "lib/wire.h"

enum { KIT_PASSWORD_SIZE = KIT_PASSWORD_MAX + 1 };

/*
 * kit_password_read: writes a password and a terminating zero to OUT, which
 * has room for OUT_SIZE (KIT_PASSWORD_SIZE). It comes from the first line of
 * FILE or, where FILE is NULL, from the terminal, without echo, after PROMPT.
 * Never from arguments or the environment, where ps would show it.
 *
 * Returns 0; or -1 with OUT zero, the reason and a way out on standard error:
 * no such file, no terminal, an empty or too long line, a zero in it, no
 * UTF-8. Echo is on again in every case, also after SIGINT.
 */
int kit_password_read(char *out, size_t out_size, const char *file,
                      const char *prompt) KIT_MUST_CHECK;

#endif
