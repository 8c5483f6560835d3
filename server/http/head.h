/* SPDX-License-Identifier: MIT */
/*
 * The head of a request: request line and header fields, checked strictly
 * (protocol.md section 3). A head that two parsers could read differently is
 * rejected, because that is how request smuggling works.
 */
#ifndef SERVER_HTTP_HEAD_H
#define SERVER_HTTP_HEAD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/chat/reply.h"

/* The request line, in pieces that point into libmicrohttpd's buffer. */
struct head_line {
    const char *method;
    const char *target, *target_end; /* still percent-encoded */
    const char *version;
    bool is_strict; /* the library is LIBRARY_STRICT or newer (library.h) */
};

/* What head_read found. */
struct head {
    bool is_valid;   /* it is unambiguous, with exactly one Host */
    bool has_origin; /* there is an Origin: a web page sent this */
    int hosts;       /* the number of Host fields */
    int lengths;     /* the number of Content-Length fields */
    size_t length;   /* bytes of the body; SIZE_MAX: far over the limit */
};

/*
 * head_read: reads all fields of CONNECTION's request into HEAD. A head that
 * leaves too little of the connection's memory for an answer is not valid.
 */
void head_read(struct head *head, struct MHD_Connection *connection,
               const struct head_line *line);

/*
 * head_option: the option for MHD_start_daemon that sets how strict the
 * libmicrohttpd of this VERSION (as library_version returns it) must be.
 */
struct MHD_OptionItem head_option(uint32_t version);

#endif
