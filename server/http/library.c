/* SPDX-License-Identifier: MIT */
/* The version of libmicrohttpd at run time. */
#include "server/http/library.h"

#include <microhttpd.h>
#include <stdio.h>
#include <sysexits.h>

#include "lib/say.h"

/* Encodes NUMBER, below 100, as two decimal digits in one byte (BCD). */
static uint32_t bcd(unsigned number)
{
    return number / 10 << 4 | number % 10;
}

/* MHD_get_version_bin would be simpler, but 0.9.75 does not have it. */
uint32_t library_version(void)
{
    const char *text = MHD_get_version();
    unsigned major, minor, patch;

    if (text == NULL ||
        sscanf(text, "%2u.%2u.%2u", &major, &minor, &patch) != 3)
        return 0;
    return bcd(major) << 24 | bcd(minor) << 16 | bcd(patch) << 8;
}

int library_check(void)
{
    if (library_version() >= LIBRARY_OLDEST)
        return EX_OK;
    kit_error("libmicrohttpd %s is too old: install 0.9.75 or newer (Debian 12 "
              "and Ubuntu 22.04 have it)",
              MHD_get_version());
    return EX_UNAVAILABLE;
}
