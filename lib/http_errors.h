/* SPDX-License-Identifier: MIT */
/* Error messages and exit codes for failed requests. */
#ifndef KIT_HTTP_ERRORS_H
#define KIT_HTTP_ERRORS_H

#include <curl/curl.h>

#include "lib/http.h"

/*
 * kit_http_failure: prints on standard error why a request with CURL to the
 * server at BASE failed. CODE is libcurl's error code and WHY its message,
 * which may be empty. Returns -1.
 */
int kit_http_failure(const char *base, const char *why, CURL *curl,
                     CURLcode code);

/*
 * kit_http_refusal: prints on standard error what a reply with a status other
 * than 200 means for the user ("wrong user name or password", "too many
 * requests: try again in 12 s"). Returns the exit code of sysexits.h for it.
 * WHOM is the user that the request was about, or NULL.
 */
int kit_http_refusal(const struct kit_reply *reply, const char *whom);

#endif
