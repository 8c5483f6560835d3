/* SPDX-License-Identifier: MIT */
/*
 * The version of libmicrohttpd at run time. It may be newer than MHD_VERSION,
 * the version at compile time.
 */
#ifndef SERVER_HTTP_LIBRARY_H
#define SERVER_HTTP_LIBRARY_H

#include <stdint.h>

#include "backends/crypto.h"

enum {
    LIBRARY_OLDEST = 0x00097500, /* 0.9.75, the oldest that we support */
    /* The first version after 0.9.77, released as 1.0.0: the parser was
       rewritten, and its strict mode rejects what head.c has to check for older
       versions. */
    LIBRARY_STRICT = 0x00097701,
};

/*
 * library_version: the version in the form of MHD_VERSION: two decimal digits
 * in each byte, so 1.0.1 is 0x01000100. 0 if the version cannot be parsed.
 */
uint32_t library_version(void);

/*
 * library_check: checks that the library is not too old. Returns EX_OK; or
 * EX_UNAVAILABLE with the reason on standard error.
 */
int library_check(void) KIT_MUST_CHECK;

#endif
