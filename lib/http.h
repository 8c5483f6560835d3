/* SPDX-License-Identifier: MIT */
/*
 * Requests to the server with libcurl: over http or https, always with the
 * certificate and the host name verified, without redirects or proxies, and in
 * at most ten seconds.
 *
 * Every failure prints on standard error what happened and what to do.
 */
#ifndef KIT_HTTP_H
#define KIT_HTTP_H

#include <cjson/cJSON.h>

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_REPLY_MAX = 16384, /* bytes of the body; a longer one is a failure */
    KIT_HTTP_SECONDS = 10, /* time limit for one request, with connecting */
};

/* A connection to the server. It is kept open for the next request. */
struct kit_http;

/* The server's response. The body may have a token or a secret: wipe it. */
struct kit_reply {
    int status;                   /* 200, 401, ... */
    int retry_after;              /* seconds of Retry-After; 0: none */
    size_t len;                   /* bytes of body */
    char body[KIT_REPLY_MAX + 1]; /* with a terminating zero */
};

/*
 * kit_http_open: prepares to talk to the server at URL (http://host:port or
 * https://host:port, without a path). Sends nothing yet. Trusts the CA
 * certificates in the file CACERT; if that is NULL, those of the system.
 * Prints a note if passwords would cross the network unencrypted. Returns 0;
 * or -1 with HTTP NULL. From here on the whole program ignores SIGPIPE.
 */
int kit_http_open(struct kit_http **http, const char *url,
                  const char *cacert) KIT_MUST_CHECK;

/* kit_http_close: closes the connection and frees HTTP, which may be NULL. */
void kit_http_close(struct kit_http *http);

/*
 * kit_http_local_ip: connects to the server and writes the local address of
 * this connection to OUT, which has room for OUT_SIZE characters (KIT_IP_SIZE
 * is enough). Behind NAT, the server sees another address. Returns 0; or -1
 * with OUT empty.
 */
int kit_http_local_ip(char *out, size_t out_size,
                      struct kit_http *http) KIT_MUST_CHECK;

/*
 * kit_http_post: sends JSON in a POST to PATH ("/login") and fills REPLY.
 * Returns 0 if the server responded, with any status; otherwise -1 with REPLY
 * zero. Prints a note, once, if the server's clock differs from ours by more
 * than KIT_CLOCK_SKEW seconds.
 */
int kit_http_post(struct kit_reply *reply, struct kit_http *http,
                  const char *path, const char *json) KIT_MUST_CHECK;

/*
 * kit_http_ask: sends QUESTION in a POST to PATH. If the server responds with
 * status 200 and a JSON object, sets ANSWER to it; free it with kit_json_free.
 * WHOM is the user that the question is about, for the error message.
 *
 * Returns EX_OK; or another exit code of sysexits.h, with ANSWER NULL and the
 * reason on standard error: no response, another status, not a JSON object.
 */
int kit_http_ask(cJSON **answer, struct kit_http *http, const char *path,
                 const cJSON *question, const char *whom) KIT_MUST_CHECK;

/*
 * kit_http_url: checks that TEXT is http:// or https://, a host, maybe a port,
 * and nothing after them but maybe a "/". Writes it without the "/" to OUT.
 * Prints a note if a connection there would be unencrypted and leave this
 * machine. Returns 0; or -1 with OUT empty and the reason on standard error.
 */
int kit_http_url(char *out, size_t out_size, const char *text) KIT_MUST_CHECK;

#endif
