/* SPDX-License-Identifier: MIT */
/* The target of setup.h, whose calls of libc can fail, and a client. */
#ifndef TESTS_ATTACK_FAULTY_H
#define TESTS_ATTACK_FAULTY_H

#include "tests/attack/setup.h"
#include "tests/support/http_client.h"
#include "tests/support/libc_faults/injector.h"

extern struct injector injector;
extern struct process_way way; /* for programs whose calls can fail */
extern struct http http;

/* teardown_faulty: closes HTTP and INJECTOR, then does teardown_target. */
void teardown_faulty(void);

/*
 * faulty_begin: makes WAY usable. Returns false, and adds a figure with the
 * reason, if this build cannot inject faults.
 */
bool faulty_begin(void);

/* faulty_start: starts the server, and makes HTTP its client. */
void faulty_start(void);

/* faulty_restart: stops the server, then does faulty_start. */
void faulty_restart(void);

/* faulty_clock: sets the programs' clock SECONDS ahead of the true one. */
void faulty_clock(long seconds);

/* faulty_log_in: logs NAME in and writes the token to OUT. Returns the status.
 */
int faulty_log_in(const char *name, char out[KIT_TOKEN_MAX + 1]);

#endif
