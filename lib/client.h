/* SPDX-License-Identifier: MIT */
/* What sender and receiver have in common before the first message. */
#ifndef KIT_CLIENT_H
#define KIT_CLIENT_H

#include "lib/http.h"
#include "lib/options.h"
#include "lib/password.h"
#include "lib/peers.h"

struct kit_client {
    const char *user;                 /* our own name, a NAME */
    const char *operand;              /* the first operand, or NULL */
    struct kit_http *server;          /* nothing is sent yet */
    char password[KIT_PASSWORD_SIZE]; /* wiped by kit_client_close */
};

/*
 * kit_client_open: reads the command line of COMMAND, whose table of options
 * may be NULL; --server, --user, --cacert and --password-file are known to
 * every client. Then reads the password and prepares to talk to the server.
 *
 * Returns EX_OK; or another exit code of sysexits.h with CLIENT closed and
 * the reason on standard error. --help and mistakes in the command line end
 * the program.
 */
int kit_client_open(struct kit_client *client,
                    const struct kit_command *command, int argc,
                    char **argv) KIT_MUST_CHECK;

/*
 * kit_client_listen: begins to listen where others will look for us: on IP
 * or, where that is NULL, on the address that we have for the server, and on
 * PORT, decimal digits, or KIT_PORT_DEFAULT where that is NULL. Sets BOUND to
 * the port that it is. Returns EX_OK; or another exit code with PEERS NULL
 * and the reason on standard error.
 */
int kit_client_listen(struct kit_peers **peers, uint16_t *bound,
                      struct kit_client *client, const char *ip,
                      const char *port) KIT_MUST_CHECK;

/*
 * kit_client_close: wipes the password and closes the connection to the
 * server. May be called more than once.
 */
void kit_client_close(struct kit_client *client);

#endif
