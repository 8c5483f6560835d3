/* SPDX-License-Identifier: MIT */
/*
 * The receiver's connections: many peers at once, lines in, not a byte out.
 *
 * At most KIT_INBOX_PEERS peers; one more makes the one idle longest leave. A
 * peer that is silent for KIT_INBOX_IDLE_SECONDS, or that sends more than
 * KIT_LINE_MAX bytes without a newline, is closed, the latter with
 * "refused: length". The other connections go on in every case.
 */
#ifndef KIT_INBOX_H
#define KIT_INBOX_H

#include "backends/crypto.h"
#include "lib/lines.h"
#include "lib/wire.h"

enum {
    KIT_INBOX_PEERS = 32,        /* connections at once */
    KIT_INBOX_IDLE_SECONDS = 30, /* silence after which one is closed */
};

/* One connection. */
struct kit_peer {
    int fd;            /* -1: this place is free */
    int64_t last_read; /* when the last byte came, in ticks of lib/clock.h */
    char ip[KIT_IP_SIZE];
    struct kit_lines lines;
};

struct kit_inbox {
    int listener;
    int wake[2]; /* a pipe: a signal writes, the loop reads */
    char ip[KIT_IP_SIZE];
    uint16_t port;
    int64_t idle;         /* milliseconds of silence that end a connection */
    int64_t accept_after; /* when the listener may accept again, in ticks */
    struct kit_peer peer[KIT_INBOX_PEERS];
};

/*
 * kit_line_handler: takes one whole line (LEN bytes, without newline, not
 * terminated) that came from PEER_IP. Returns 0 to go on, -1 to close this
 * connection.
 */
typedef int kit_line_handler(void *context, const char *peer_ip,
                             const char *line, size_t len);

/*
 * kit_inbox_listen: listens on IP (numeric) and PORT, 0 for any free one, and
 * sets BOUND to the port that it is. Returns 0; or -1 with INBOX NULL and the
 * reason and a way out on standard error.
 */
int kit_inbox_listen(struct kit_inbox **inbox, uint16_t *bound, const char *ip,
                     uint16_t port) KIT_MUST_CHECK;

/*
 * kit_inbox_serve: says "listening on ADDR:PORT" on standard error (a test or
 * a person may start the sender then) and hands every line that comes to
 * HANDLER with CONTEXT, until SIGINT or SIGTERM (returns 0) or SECONDS have
 * passed (returns 1; 0 seconds are no limit). Returns -1, with the reason on
 * standard error, when it cannot go on or standard output fails, to which
 * HANDLER writes what has come.
 */
int kit_inbox_serve(struct kit_inbox *inbox, kit_line_handler *handler,
                    void *context, long long seconds) KIT_MUST_CHECK;

/*
 * kit_inbox_accept: accepts one new connection; if all places are taken, the
 * peer that was silent for longest makes room. kit_inbox_serve calls it.
 */
void kit_inbox_accept(struct kit_inbox *inbox);

/* kit_inbox_close: closes every connection. NULL is nothing to do. */
void kit_inbox_close(struct kit_inbox *inbox);

#endif
