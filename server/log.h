/* SPDX-License-Identifier: MIT */
/* The log of requests: one line each, on standard error. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <stddef.h>
#include <stdint.h>

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

/*
 * log_write: writes ENTRY to standard error; when nobody takes it there, the
 * line is lost: requests do not wait for a reader of the log.
 */
void log_write(const struct log_entry *entry);

#endif
