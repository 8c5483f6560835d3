/* SPDX-License-Identifier: MIT */
/* Where the server is, as a user writes it. */
#ifndef KIT_HTTP_URL_H
#define KIT_HTTP_URL_H

#include "backends/crypto.h"

/*
 * kit_http_url: checks that TEXT is http or https, a host and perhaps a port,
 * and nothing more than a "/" behind them, and writes it without that to OUT.
 * Notes on standard error when the way there is in clear and leaves this
 * machine. Returns 0; or -1 with OUT empty, and says why on standard error.
 */
int kit_http_url(char *out, size_t out_size, const char *text) KIT_MUST_CHECK;

#endif
