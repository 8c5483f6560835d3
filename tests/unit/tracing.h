/* SPDX-License-Identifier: MIT */
/*
 * A trace of alice's sender, in a file of this test.
 */
#ifndef TESTS_UNIT_TRACING_H
#define TESTS_UNIT_TRACING_H

#include <stdbool.h>

#include "lib/trace.h"

/* A secret for traces: as long as a token. */
#define TOKEN "0123456789abcdef-token"

/* The folder, and a file in it that does not exist before the trace. */
extern char tracing_dir[64], tracing_path[80];

/* tracing_setup, tracing_teardown: for TEST_SUITE. They capture errors, too. */
void tracing_setup(void);
void tracing_teardown(void);

/*
 * tracing_begin: begins the trace. tracing_begin_with: with --trace-keys, if
 * KEYS. tracing_discard: ends it and removes the file.
 */
void tracing_begin(void);
void tracing_begin_with(bool keys);
void tracing_discard(void);

/* tracing_event: line N of the file, from 1, without its newline; or NULL. */
const char *tracing_event(int n);

/* tracing_expect: event N must end with EXPECTED, from its "event" on. */
void tracing_expect(int n, const char *expected);

/* tracing_has: whether the file contains PART. */
bool tracing_has(const char *part);

/*
 * tracing_send: calls kit_trace_message for LINE, sent to peer x with PATH and
 * STATUS. If PATH is NULL, it is message 5.
 */
void tracing_send(const char *path, int status, const char *line);

/* tracing_key: the key with the bytes 0, 1, 2 and so on. */
struct kit_key tracing_key(void);

#endif
