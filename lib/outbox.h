/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection to a receiver: lines go out whole and in order.
 *
 * Lines are gathered and leave with the next kit_outbox_flush or when the
 * buffer is full, in one send. When the connection has gone, it is opened
 * again and the first line that was not handed over whole goes first; a line
 * that was handed over is never sent twice. "Handed over" is to this machine's
 * network; whether the receiver has read it nobody says. What a receiver
 * sends is ignored. SIGPIPE is ignored in the whole program from the first
 * kit_outbox_open on: a broken connection is an error here and no signal.
 *
 * Every failure says on standard error what happened and what to do.
 */
#ifndef KIT_OUTBOX_H
#define KIT_OUTBOX_H

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_OUTBOX_CONNECT_SECONDS = 10, /* to connect */
    KIT_OUTBOX_SEND_SECONDS =
        30, /* to wait for a receiver that does not read */
};

struct kit_outbox {
    int fd;               /* -1: not connected */
    char ip[KIT_IP_SIZE]; /* numeric */
    uint16_t port;
    size_t len; /* bytes waiting, whole lines */
    char bytes[4 * KIT_LINE_MAX];
};

/*
 * kit_outbox_open: connects to IP, an address and never a name, and PORT.
 * Returns 0, or -1 with OUTBOX closed.
 */
int kit_outbox_open(struct kit_outbox *outbox, const char *ip,
                    uint16_t port) KIT_MUST_CHECK;

/*
 * kit_outbox_line: takes LINE of LEN bytes, without its newline and with none
 * inside, to send. Returns 0, or -1 when it is too long (over KIT_LINE_MAX
 * with its newline) or there was need to send and no way to.
 */
int kit_outbox_line(struct kit_outbox *outbox, const char *line,
                    size_t len) KIT_MUST_CHECK;

/* kit_outbox_flush: sends what waits. Returns 0 when all was handed over. */
int kit_outbox_flush(struct kit_outbox *outbox) KIT_MUST_CHECK;

/*
 * kit_outbox_close: flushes, closes and zeroes. Where a flush has just failed
 * it does not try again. Returns 0 when all was handed over.
 */
int kit_outbox_close(struct kit_outbox *outbox) KIT_MUST_CHECK;

#endif
