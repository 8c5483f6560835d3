/* SPDX-License-Identifier: MIT */
/* Good and bad requests of a user, for tests that mix them. */
#ifndef TESTS_SUPPORT_REQUESTS_H
#define TESTS_SUPPORT_REQUESTS_H

#include "tests/support/http_client.h"

struct requester {
    struct http http;
    const char *name, *receiver; /* the user, and whom she asks for */
    char *token;                 /* of her newest session */
    long number; /* of the request; makes unknown names and tokens unique */
};

/*
 * Each of these sends a request over HTTP and returns its status, or 0 if there
 * is no answer. request_cut and request_nothing do not wait for one, and return
 * -1 if they cannot connect.
 */
typedef int request(struct requester *from);

/* Status 200; request_login also sets the token. */
request request_ask, request_login;

/* Status 401. */
request request_wrong_password, request_unknown_name, request_wrong_token;

/* Status 400: invalid JSON; a user who asks for herself. */
request request_malformed, request_own_name;

/* Status 404, 405, 413, 403. The last three end the connection. */
request request_wrong_path, request_wrong_method, request_too_large;
request request_from_page;

/*
 * Status 0. request_cut: sends a part of a login, and resets the connection.
 * request_nothing: opens and closes a connection.
 */
request request_cut, request_nothing;

#endif
