/* SPDX-License-Identifier: MIT */
/*
 * The log of requests: one line each, on standard error. A request that
 * libmicrohttpd rejects because of its first line is not logged: the server
 * does not see it. One that it rejects because of a header has no method.
 */
#ifndef SERVER_HTTP_LOG_H
#define SERVER_HTTP_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

enum { LOG_LINE_SIZE = 1024 }; /* longer lines are truncated */

struct log_entry {
    long long now; /* Unix seconds */
    const char *ip;
    const char *method, *path; /* unchecked, as sent */
    unsigned status;           /* 0: no answer */
    const char *user;          /* empty: unknown */
    int64_t milliseconds;      /* from the request line to the end */
};

/*
 * log_format: writes ENTRY to OUT as one line, without the newline. The line
 * never contains a body or a query, and text from a client cannot end it.
 */
void log_format(char *out, size_t out_size, const struct log_entry *entry);

struct log;

/* log_start: returns 0, or -1 with LOG NULL. */
int log_start(struct log **log) KIT_MUST_CHECK;

/*
 * log_stop: writes the buffered lines unless the reader blocks, and frees LOG.
 * Does nothing for NULL.
 */
void log_stop(struct log *log);

/*
 * log_write: buffers ENTRY. A thread writes the buffer to standard error every
 * 20 milliseconds, since one write per request would take longer than the
 * answer itself. Requests never wait for a slow reader of the log: when 256 KiB
 * are buffered, further lines are lost. Lines of the last 20 milliseconds are
 * lost when the server is killed.
 */
void log_write(struct log *log, const struct log_entry *entry);

#endif
