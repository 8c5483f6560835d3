/* SPDX-License-Identifier: MIT */
/* The target of setup.h with faults in its calls of libc, and a client of it.
 */
#ifndef TESTS_ATTACK_FAULTY_H
#define TESTS_ATTACK_FAULTY_H

#include "tests/attack/setup.h"
#include "tests/support/http_client.h"
#include "tests/support/libc_faults/injector.h"

extern struct injector injector;
extern struct process_way way; /* starts programs that can have faults */
extern struct http http;

/* teardown_faulty: closes HTTP and INJECTOR, then does teardown_target. */
void teardown_faulty(void);

/*
 * faulty_begin: programs started with WAY can have faults from now on. Returns
 * false, with a figure that gives the reason, if this build cannot.
 */
bool faulty_begin(void);

/* faulty_start: starts the server, of which HTTP is a client from now on. */
void faulty_start(void);

/* faulty_restart: stops the server and does faulty_start again. */
void faulty_restart(void);

/* faulty_log_in: logs NAME in and writes the token to OUT. Returns the status.
 */
int faulty_log_in(const char *name, char out[KIT_TOKEN_MAX + 1]);

#endif
