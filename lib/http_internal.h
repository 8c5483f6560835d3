/* SPDX-License-Identifier: MIT */
/* The inside of lib/http.h: for lib/http*.c alone. */
#ifndef KIT_HTTP_INTERNAL_H
#define KIT_HTTP_INTERNAL_H

#include <curl/curl.h>

/*
 * kit_http_failure: says on standard error what CODE of libcurl means for a
 * request to the server at BASE; WHY are its own words, or empty. Returns -1.
 */
int kit_http_failure(const char *base, const char *why, CURL *curl,
                     CURLcode code);

#endif
