/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection to a receiver: sends lines, whole and in order. One
 * connection is one chat (protocol.md section 5).
 *
 * kit_outbox_line puts lines into a buffer. They are sent together when you
 * call kit_outbox_flush or when the buffer is full. How the connection ends
 * tells what happened to them: a receiver that has processed all of them closes
 * normally (FIN), one that refuses a line resets the connection (RST). After
 * anything but a normal end, these functions print which lines, by number, may
 * not have been shown. What the receiver sends is ignored.
 *
 * This helps against accidents, not against attackers: anyone on the way can
 * close a TCP connection (protocol.md section 7).
 *
 * From the first kit_outbox_open on, the whole program ignores SIGPIPE, so that
 * a broken connection is an error here and does not end the program.
 */
#ifndef KIT_OUTBOX_H
#define KIT_OUTBOX_H

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_OUTBOX_CONNECT_SECONDS = 10, /* time limit for connecting */
    KIT_OUTBOX_SEND_SECONDS = 30,    /* ... for a receiver that does not read */
    KIT_OUTBOX_CLOSE_SECONDS = 5,    /* ... for it to close after us */
};

/* Initialize it with {.fd = -1}. */
struct kit_outbox {
    int fd;       /* -1: not connected */
    bool lost;    /* a line of this or an earlier connection may be lost */
    bool stalled; /* the receiver read nothing for KIT_OUTBOX_SEND_SECONDS */
    bool half_closed; /* our FIN was sent */
    uint32_t lines;   /* put into the buffer for this connection */
    size_t len;       /* bytes in the buffer: whole lines, not sent yet */
    char bytes[4 * KIT_LINE_MAX];
};

/*
 * kit_outbox_open: connects to PORT of IP, a numeric address. Returns 0; or -1
 * with OUTBOX closed and the reason on standard error.
 */
int kit_outbox_open(struct kit_outbox *outbox, const char *ip,
                    uint16_t port) KIT_MUST_CHECK;

/*
 * kit_outbox_is_open: checks, without waiting, whether the connection is open.
 * If it has ended, OUTBOX is closed. If lines are in the buffer, returns true
 * without a check: kit_outbox_flush will check.
 */
bool kit_outbox_is_open(struct kit_outbox *outbox);

/*
 * kit_outbox_line: adds LINE and a newline to the buffer. If the buffer is
 * full, it is flushed first. Returns 0; or -1, with the reason on standard
 * error, if OUTBOX is closed, LINE is empty or too long, or flushing failed.
 */
int kit_outbox_line(struct kit_outbox *outbox,
                    const struct kit_line *line) KIT_MUST_CHECK;

/*
 * kit_outbox_flush: sends the buffer. Returns 0 if all of it was sent; or -1
 * with OUTBOX closed.
 */
int kit_outbox_flush(struct kit_outbox *outbox) KIT_MUST_CHECK;

/*
 * kit_outbox_close: flushes the buffer, half-closes, and waits up to
 * KIT_OUTBOX_CLOSE_SECONDS until the receiver has closed, too. Returns 0 if no
 * line of this or an earlier connection of OUTBOX may be lost.
 */
int kit_outbox_close(struct kit_outbox *outbox) KIT_MUST_CHECK;

#endif
