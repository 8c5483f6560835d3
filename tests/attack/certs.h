/* SPDX-License-Identifier: MIT */
/* Certificates from server/certs.sh (make certs), and invalid ones. */
#ifndef ATTACK_CERTS_H
#define ATTACK_CERTS_H

#include <stdbool.h>

#include "tests/support/target.h"

/* certs_possible: whether the openssl command is installed. */
bool certs_possible(void);

/*
 * certs_run: runs COMMAND in a shell, in the root of the kit; $D is the folder
 * of TARGET. COMMAND must exit with 0.
 */
void certs_run(struct target *target, const char *command);

/*
 * certs_make: makes a CA, and a certificate for HOST that it signs: the files
 * NAME-ca.pem, NAME-ca-key.pem, NAME.pem and NAME-key.pem in the folder.
 */
void certs_make(struct target *target, const char *name, const char *host);

/* certs_serve: starts the server with the certificate NAME. */
void certs_serve(struct target *target, const char *name);

#endif
