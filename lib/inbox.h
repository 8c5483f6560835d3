/* SPDX-License-Identifier: MIT */
/*
 * The receiver's connections: reads lines from many peers at once. Nothing is
 * ever sent to them. The connection of a peer ends normally (FIN) if all its
 * lines were accepted, and with a reset (RST) if one was refused (protocol.md
 * section 6).
 *
 * There are at most KIT_INBOX_PEERS peers. If one more connects, the peer that
 * has been silent longest is disconnected. A peer is also disconnected if it is
 * silent for KIT_INBOX_IDLE_SECONDS, or if it sends a line of more than
 * KIT_LINE_MAX bytes, with "refused: length". The other peers are not affected.
 */
#ifndef KIT_INBOX_H
#define KIT_INBOX_H

#include "backends/crypto.h"
#include "lib/lines.h"
#include "lib/wire.h"

enum {
    KIT_INBOX_PEERS = 32,        /* connections at the same time */
    KIT_INBOX_IDLE_SECONDS = 30, /* time limit for a silent peer */
};

/* One connection. */
struct kit_peer {
    int fd;            /* -1: this slot is free */
    int64_t last_read; /* kit_ticks at the last read */
    char ip[KIT_IP_SIZE];
    struct kit_lines lines;
};

struct kit_inbox {
    int listener;
    int wake[2]; /* a pipe: the signal handler writes, the loop reads */
    char ip[KIT_IP_SIZE];
    uint16_t port;
    int64_t idle;         /* the time limit for a silent peer, milliseconds */
    int64_t accept_after; /* accept no connection before this kit_ticks */
    struct kit_peer peer[KIT_INBOX_PEERS];
};

/*
 * kit_line_handler: a function that gets one whole line from PEER_IP. The LEN
 * bytes of LINE have no newline and no terminating zero. Returns 0 to go on,
 * not 0 to reset this connection.
 */
typedef int kit_line_handler(void *context, const char *peer_ip,
                             const char *line, size_t len);

/*
 * kit_inbox_listen: listens on the numeric address IP and on PORT. With PORT 0
 * the system chooses a free one. Sets BOUND to the port. Returns 0; or -1 with
 * INBOX NULL, and prints on standard error what failed and what to do.
 */
int kit_inbox_listen(struct kit_inbox **inbox, uint16_t *bound, const char *ip,
                     uint16_t port) KIT_MUST_CHECK;

/*
 * kit_inbox_serve: prints "listening on ADDR:PORT" on standard error (from then
 * on a sender can connect) and passes every line to HANDLER with CONTEXT. It
 * returns 0 after SIGINT or SIGTERM, and 1 after SECONDS (0: no time limit).
 * It returns -1, with the reason on standard error, if it cannot go on or if
 * writing to standard output has failed: HANDLER could not show more messages.
 */
int kit_inbox_serve(struct kit_inbox *inbox, kit_line_handler *handler,
                    void *context, long long seconds) KIT_MUST_CHECK;

/*
 * kit_inbox_accept: accepts one new connection. If all slots are in use, the
 * peer that has been silent longest is disconnected. kit_inbox_serve calls it.
 */
void kit_inbox_accept(struct kit_inbox *inbox);

/* kit_inbox_close: closes all connections and frees INBOX. It may be NULL. */
void kit_inbox_close(struct kit_inbox *inbox);

#endif
