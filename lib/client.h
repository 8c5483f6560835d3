/* SPDX-License-Identifier: MIT */
/* What sender and receiver do before the first message. */
#ifndef KIT_CLIENT_H
#define KIT_CLIENT_H

#include "lib/http.h"
#include "lib/inbox.h"
#include "lib/options.h"
#include "lib/password.h"

/* The settings of a sender or a receiver, and its connection to the server. */
struct kit_client {
    const char *user;                 /* our own name, a NAME */
    const char *receiver;             /* sender: whom to send to */
    const char *listen;               /* receiver: --listen, or NULL */
    uint16_t port;                    /* receiver: --port; 0: any */
    bool strict_ip;                   /* receiver: --strict-ip */
    struct kit_http *server;          /* no request has been sent yet */
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
 * server, and on the port of --port. Sets BOUND to the actual port. Returns
 * EX_OK; or another exit code with INBOX NULL and the reason on standard error.
 * Prints a note if senders cannot reach the address of --listen: the server
 * tells them to connect to the address that we log in from.
 */
int kit_client_listen(struct kit_inbox **inbox, uint16_t *bound,
                      struct kit_client *client) KIT_MUST_CHECK;

/*
 * kit_client_close: wipes the password and closes the connection to the
 * server. May be called more than once.
 */
void kit_client_close(struct kit_client *client);

#endif
