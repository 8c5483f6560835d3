/* SPDX-License-Identifier: MIT */
/*
 * The receiver's connections: many peers at once, lines in, not a byte out.
 *
 * At most KIT_PEERS_MAX peers; one more makes the one idle longest leave. A
 * peer that is silent for KIT_PEER_IDLE_SECONDS, or that sends more than
 * KIT_LINE_MAX bytes without a newline, is closed, the latter with
 * "refused: length". The other connections go on in every case.
 */
#ifndef KIT_PEERS_H
#define KIT_PEERS_H

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_PEERS_MAX = 32,         /* connections at once */
    KIT_PEER_IDLE_SECONDS = 30, /* silence after which one is closed */
};

struct kit_peers;

/*
 * kit_line_handler: takes one whole line (LEN bytes, without newline, not
 * terminated) that came from PEER_IP. Returns 0 to go on, -1 to close this
 * connection.
 */
typedef int kit_line_handler(void *context, const char *peer_ip,
                             const char *line, size_t len);

/*
 * kit_peers_listen: listens on IP (numeric) and PORT, 0 for any free one, and
 * sets BOUND to the port that it is. Returns 0; or -1 with PEERS NULL and the
 * reason and a way out on standard error.
 */
int kit_peers_listen(struct kit_peers **peers, uint16_t *bound, const char *ip,
                     uint16_t port) KIT_MUST_CHECK;

/*
 * kit_peers_serve: says "listening on ADDR:PORT" on standard error (a test or
 * a person may start the sender then) and hands every line that comes to
 * HANDLER with CONTEXT, until SIGINT or SIGTERM (returns 0) or SECONDS have
 * passed (returns 1; 0 seconds are no limit). Returns -1, with the reason on
 * standard error, when it cannot go on or standard output fails, to which
 * HANDLER writes what has come.
 */
int kit_peers_serve(struct kit_peers *peers, kit_line_handler *handler,
                    void *context, long long seconds) KIT_MUST_CHECK;

/* kit_peers_close: closes every connection. NULL is nothing to do. */
void kit_peers_close(struct kit_peers *peers);

#endif
