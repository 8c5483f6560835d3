/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection to a receiver: sends lines, whole and in order.
 *
 * kit_outbox_line puts lines into a buffer. They are sent together when you
 * call kit_outbox_flush or when the buffer is full. If the connection breaks,
 * it is opened again, and sending continues with the first line of which not
 * every byte was sent. A line that was sent whole is never sent twice. "Sent"
 * means that this machine's network has accepted it: that does not prove that
 * the receiver has read it. What the receiver sends is ignored.
 *
 * From the first kit_outbox_open on, the whole program ignores SIGPIPE, so that
 * a broken connection is an error here and does not end the program.
 *
 * Every failure prints on standard error what happened and what to do.
 */
#ifndef KIT_OUTBOX_H
#define KIT_OUTBOX_H

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_OUTBOX_CONNECT_SECONDS = 10, /* time limit for connecting */
    KIT_OUTBOX_SEND_SECONDS = 30,    /* ... for a receiver that does not read */
};

struct kit_outbox {
    int fd;               /* -1: not connected */
    char ip[KIT_IP_SIZE]; /* numeric */
    uint16_t port;
    size_t len; /* of bytes: whole lines that have not been sent */
    char bytes[4 * KIT_LINE_MAX];
};

/*
 * kit_outbox_open: connects to PORT of IP, a numeric address. Returns 0; or -1
 * with OUTBOX closed.
 */
int kit_outbox_open(struct kit_outbox *outbox, const char *ip,
                    uint16_t port) KIT_MUST_CHECK;

/*
 * kit_outbox_line: adds LINE and a newline to the buffer. The LEN bytes of LINE
 * must not contain a newline. If the buffer is full, it is flushed first.
 * Returns 0; or -1 if the line is too long (over KIT_LINE_MAX with its newline)
 * or flushing failed.
 */
int kit_outbox_line(struct kit_outbox *outbox, const char *line,
                    size_t len) KIT_MUST_CHECK;

/* kit_outbox_flush: sends the buffer. Returns 0 if all of it was sent. */
int kit_outbox_flush(struct kit_outbox *outbox) KIT_MUST_CHECK;

/*
 * kit_outbox_close: flushes the buffer, closes the connection and zeroes
 * OUTBOX. If the last flush failed, it does not try again. Returns 0 if all was
 * sent.
 */
int kit_outbox_close(struct kit_outbox *outbox) KIT_MUST_CHECK;

#endif
