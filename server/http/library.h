/* SPDX-License-Identifier: MIT */
/*
 * Which libmicrohttpd runs. It may be newer than the one that the program was
 * compiled with, so MHD_VERSION is not enough.
 */
#ifndef SERVER_HTTP_LIBRARY_H
#define SERVER_HTTP_LIBRARY_H

#include <stdint.h>

#include "backends/crypto.h"

enum {
    LIBRARY_OLDEST = 0x00097500, /* 0.9.75: the oldest one we support */
    /* After 0.9.77 its parser was rewritten; released as 1.0.0. From then on
       its strict mode rejects what server/http/head.c checks. */
    LIBRARY_STRICT = 0x00097701,
};

/*
 * library_version: the version in the form of MHD_VERSION, two decimal digits
 * a byte: 0x01000100 is 1.0.1. 0 where the library's answer is unreadable.
 */
uint32_t library_version(void);

/*
 * library_check: whether the server can run with this library. Returns EX_OK,
 * or EX_UNAVAILABLE with one sentence on standard error.
 */
int library_check(void) KIT_MUST_CHECK;

#endif
