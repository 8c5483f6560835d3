/* SPDX-License-Identifier: MIT */
/*
 * The head of a request, looked at with suspicion (protocol.md section 3):
 * what two readers could understand in two ways is not understood at all.
 */
#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/reply.h"

/* The request line as libmicrohttpd hands it out. */
struct audit_line {
    const char *method;
    const char *target, *target_end; /* before it is unescaped */
    const char *version;
    bool is_strict; /* the library has rejected what server/layout.h finds */
};

/* What the fields say. */
struct audit {
    bool sound;    /* the framing has one meaning, and one Host is named */
    bool origin;   /* a browser's page asks */
    int hosts;     /* how many Host there are */
    int lengths;   /* how many Content-Length there are */
    size_t length; /* the body's, if there is one; SIZE_MAX: very large */
};

/* audit_head: looks at all fields of CONNECTION's request. */
void audit_head(struct audit *audit, struct MHD_Connection *connection,
                const struct audit_line *line);

#endif
