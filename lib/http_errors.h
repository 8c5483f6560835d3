/* SPDX-License-Identifier: MIT */
/* Why there is no answer, or not the one that was asked for. */
#ifndef KIT_HTTP_ERRORS_H
#define KIT_HTTP_ERRORS_H

#include <curl/curl.h>

#include "lib/http.h"

/*
 * kit_http_failure: says on standard error what CODE of libcurl means for a
 * request to the server at BASE; WHY are its own words, or empty. Returns -1.
 */
int kit_http_failure(const char *base, const char *why, CURL *curl,
                     CURLcode code);

/*
 * kit_http_refusal: says on standard error, in a sentence, what a reply that
 * is not 200 means for the user ("wrong user name or password", "no such
 * receiver", "too many requests: try again in 12 s") and returns the exit
 * code of sysexits.h for it. WHOM is the name that was asked for, or NULL.
 */
int kit_http_refusal(const struct kit_reply *reply, const char *whom);

#endif
