/* SPDX-License-Identifier: MIT */
/*
 * One HTTP request and its reply, with libcurl: http and https, certificate
 * and name always verified, no redirects, no proxies, ten seconds at most.
 *
 * Every failure says on standard error what happened and what to do.
 */
#ifndef KIT_HTTP_H
#define KIT_HTTP_H

#include <cjson/cJSON.h>

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_REPLY_MAX = 16384, /* bytes of a reply's body; more is a failure */
    KIT_HTTP_SECONDS = 10, /* for one request, from the first step on */
};

/* A server to talk to; the connection is kept for the next request. */
struct kit_http;

/* What came back. The body can hold a token or a secret: wipe it. */
struct kit_reply {
    int status;                   /* 200, 401, ... */
    int retry_after;              /* seconds of Retry-After, 0 without */
    size_t len;                   /* bytes of body */
    char body[KIT_REPLY_MAX + 1]; /* with a terminating zero behind them */
};

/*
 * kit_http_open: prepares to talk to the server at URL (http://host:port or
 * https://host:port, no path), trusting the certificates in the file CACERT
 * or, where that is NULL, the system's. Nothing is sent yet; a note says so
 * when passwords would travel in clear to another machine. Returns 0, or -1
 * with HTTP NULL. SIGPIPE is ignored in the whole program from here on.
 */
int kit_http_open(struct kit_http **http, const char *url,
                  const char *cacert) KIT_MUST_CHECK;

/* kit_http_close: gives everything back. NULL is nothing to do. */
void kit_http_close(struct kit_http *http);

/*
 * kit_http_local_ip: writes the address that this machine has on the way to
 * the server, the one the server will see, to OUT (KIT_IP_SIZE is enough).
 * Connects to find out. Returns 0, or -1 with OUT empty.
 */
int kit_http_local_ip(char *out, size_t out_size,
                      struct kit_http *http) KIT_MUST_CHECK;

/*
 * kit_http_post: sends JSON in a POST to PATH ("/login") and fills REPLY.
 * Returns 0 when the server answered, with any status; -1 with REPLY zero
 * when it did not. Prints a note, once, when the server's clock differs from
 * ours by more than KIT_CLOCK_SKEW seconds.
 */
int kit_http_post(struct kit_reply *reply, struct kit_http *http,
                  const char *path, const char *json) KIT_MUST_CHECK;

/*
 * kit_http_ask: posts QUESTION to PATH and sets ANSWER to the JSON object
 * that came back with status 200; give it back with kit_json_free. WHOM is
 * the name that the question is about, for the error text.
 *
 * Returns EX_OK; or another exit code of sysexits.h with ANSWER NULL and the
 * reason on standard error: no server, a refusal, an answer that is no JSON.
 */
int kit_http_ask(cJSON **answer, struct kit_http *http, const char *path,
                 const cJSON *question, const char *whom) KIT_MUST_CHECK;

/*
 * kit_http_url: checks that TEXT is http or https, a host and perhaps a port,
 * and nothing more than a "/" behind them, and writes it without that to OUT.
 * Notes on standard error when the way there is in clear and leaves this
 * machine. Returns 0; or -1 with OUT empty, and says why on standard error.
 */
int kit_http_url(char *out, size_t out_size, const char *text) KIT_MUST_CHECK;

#endif
