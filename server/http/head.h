/* SPDX-License-Identifier: MIT */
/*
 * The head of a request: request line and header fields, checked strictly
 * (protocol.md section 3). A head that two parsers could read differently is
 * rejected, since request smuggling is made of such heads.
 */
#ifndef SERVER_HTTP_HEAD_H
#define SERVER_HTTP_HEAD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/chat/reply.h"

/* The request line, in the pieces that libmicrohttpd provides. */
struct head_line {
    const char *method;
    const char *target, *target_end; /* before it is unescaped */
    const char *version;
    bool is_strict; /* the library is LIBRARY_STRICT or newer (library.h) */
};

/* What the header fields say. */
struct head {
    bool sound;    /* the framing has one meaning, and there is one Host */
    bool origin;   /* there is an Origin: a page in a browser sent this */
    int hosts;     /* Host fields */
    int lengths;   /* Content-Length fields */
    size_t length; /* bytes of the body; SIZE_MAX: far over the limit */
};

/* head_read: reads all fields of CONNECTION's request into HEAD. */
void head_read(struct head *head, struct MHD_Connection *connection,
               const struct head_line *line);

/*
 * head_option: the option for MHD_start_daemon that sets how strict the
 * libmicrohttpd of this VERSION (as library_version returns it) must be.
 */
struct MHD_OptionItem head_option(uint32_t version);

#endif
