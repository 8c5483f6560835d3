/* SPDX-License-Identifier: MIT */
/* What surrounds the messages: the start of both programs, and their loops. */
#ifndef KIT_CLIENT_H
#define KIT_CLIENT_H

#include "lib/http.h"
#include "lib/inbox.h"
#include "lib/options.h"
#include "lib/outbox.h"
#include "lib/password.h"

/* The settings of a sender or a receiver, and its connection to the server. */
struct kit_client {
    const char *user;                 /* our own name, a NAME */
    const char *receiver;             /* sender: whom to send to */
    const char *listen;               /* receiver: --listen, or NULL */
    uint16_t port;                    /* receiver: --port, then the real one */
    bool strict_ip;                   /* receiver: --strict-ip */
    struct kit_http *server;          /* for requests to the server */
    char password[KIT_PASSWORD_SIZE]; /* wiped by kit_client_close */
};

/*
 * kit_sender_open, kit_receiver_open: read the command line and the password,
 * and prepare to talk to the server. Return EX_OK; or another exit code of
 * sysexits.h, with CLIENT closed and the reason on standard error. They end
 * the program for --help and for mistakes in the command line.
 */
int kit_sender_open(struct kit_client *client, int argc,
                    char **argv) KIT_MUST_CHECK;
int kit_receiver_open(struct kit_client *client, int argc,
                      char **argv) KIT_MUST_CHECK;

/*
 * kit_client_listen: listens where senders will look for us: on the address of
 * --listen, or by default on the local address of our connection to the
 * server, and on the port of --port. If that is 0, sets the port of CLIENT to
 * the one that the system has chosen. Returns EX_OK; or another exit code with
 * INBOX NULL and the reason on standard error. Prints a note if senders cannot
 * reach the address of --listen: the server tells them to connect to the
 * address that we log in from.
 */
int kit_client_listen(struct kit_inbox **inbox,
                      struct kit_client *client) KIT_MUST_CHECK;

/*
 * kit_text_handler: a function that gets one text of the user, LEN bytes
 * without a terminating zero. Returns EX_OK or another exit code.
 */
typedef int kit_text_handler(void *context, const char *text, size_t len);

/*
 * kit_sender_run: passes each line of standard input to HANDLER with CONTEXT,
 * and sends what HANDLER puts into OUTBOX. While it waits for the next line it
 * watches the connection. At the end of the input it closes OUTBOX. Returns
 * EX_OK if every text was sent and the receiver has processed all of them;
 * otherwise another exit code, with the reason on standard error. If HANDLER
 * cannot reach the receiver (EX_UNAVAILABLE, EX_TEMPFAIL, EX_NOUSER) or the
 * connection has ended (EX_IOERR) it goes on with the next text. Other errors
 * of HANDLER end it, and so does a receiver that has stalled.
 */
int kit_sender_run(struct kit_outbox *outbox, kit_text_handler *handler,
                   void *context) KIT_MUST_CHECK;

/*
 * kit_receiver_run: passes each line from each sender to HANDLER with CONTEXT,
 * until a signal or the end of the session. Returns EX_OK after SIGINT or
 * SIGTERM; EX_TEMPFAIL after KIT_TOKEN_LIFE seconds, when the server forgets
 * our token and senders get no more tickets; or EX_IOERR.
 */
int kit_receiver_run(struct kit_inbox *inbox, kit_line_handler *handler,
                     void *context) KIT_MUST_CHECK;

/*
 * kit_client_close: wipes the password and closes the connection to the
 * server. May be called more than once.
 */
void kit_client_close(struct kit_client *client);

#endif
