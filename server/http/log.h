/* SPDX-License-Identifier: MIT */
/*
 * The request log: one line for each request, on standard error. Requests that
 * libmicrohttpd itself rejects are special: if the request line is invalid,
 * there is no log line; if a header field is, the line has no method.
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
    const char *method, *path; /* as sent, not checked */
    unsigned status;           /* 0: no answer */
    const char *user;          /* who asks; empty: unknown */
    int64_t milliseconds;      /* from the request line to the end */
};

/*
 * log_format: writes ENTRY to OUT as one line, without a newline. The line
 * contains neither the body nor the query, since they may contain passwords.
 * Text from the client is escaped, so it cannot begin a new line.
 */
void log_format(char *out, size_t out_size, const struct log_entry *entry);

struct log;

/* log_start: starts the thread that writes. Returns 0, or -1 with LOG NULL. */
int log_start(struct log **log) KIT_MUST_CHECK;

/*
 * log_stop: writes the buffered lines, unless standard error blocks, and frees
 * LOG. NULL is allowed.
 */
void log_stop(struct log *log);

/*
 * log_write: appends ENTRY to the buffer, which the thread writes to standard
 * error every 20 milliseconds: a write for each request would take longer than
 * the answer itself. Never blocks: when the reader of the log is slow and 256
 * KiB are buffered, further lines are lost. When the server is killed, the
 * lines of the last 20 milliseconds are lost.
 */
void log_write(struct log *log, const struct log_entry *entry);

#endif
