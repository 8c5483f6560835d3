/* SPDX-License-Identifier: MIT */
/*
 * The log of requests: one line each, on standard error. A request that
 * libmicrohttpd rejects because of its first line is not logged: the server
 * does not see it. One that it rejects because of a header has no method.
 */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

enum { LOG_LINE_SIZE = 1024 }; /* what is longer is cut */

struct log_entry {
    long long now; /* Unix seconds */
    const char *ip;
    const char *method, *path; /* as they came */
    unsigned status;           /* 0: no answer */
    const char *user;          /* empty: unknown */
    int64_t milliseconds;      /* from the request line to the end */
};

/*
 * log_format: writes ENTRY as one line without a newline to OUT. Nothing of a
 * body or a query is ever in it, and what came from outside cannot end the
 * line.
 */
void log_format(char *out, size_t out_size, const struct log_entry *entry);

struct log;

/* log_start: returns 0, or -1 with LOG NULL. */
int log_start(struct log **log) KIT_MUST_CHECK;

/*
 * log_stop: writes what waits, as long as somebody takes it, and gives
 * everything back. NULL is nothing.
 */
void log_stop(struct log *log);

/*
 * log_write: hands ENTRY to a thread that writes it to standard error within
 * some 20 milliseconds: many lines with one write, as a write for each would
 * take more time than the answer. Requests do not wait for a reader of the
 * log: when 256 KiB of lines wait for him, the next ones are lost. So are
 * those of the last milliseconds when the server is killed.
 */
void log_write(struct log *log, const struct log_entry *entry);

#endif
