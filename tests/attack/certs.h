/* SPDX-License-Identifier: MIT */
/* Certificates as `make certs` makes them, and others that must be rejected. */
#ifndef ATTACK_CERTS_H
#define ATTACK_CERTS_H

#include <stdbool.h>

#include "tests/support/target.h"

/* certs_can: whether openssl, the program, is installed. */
bool certs_can(void);

/*
 * certs_run: runs COMMAND in a shell in the root of the kit, with the folder of
 * TARGET in $D. It must exit with 0.
 */
void certs_run(struct target *target, const char *command);

/*
 * certs_make: a CA and a certificate of it for HOST, in NAME-ca.pem,
 * NAME-ca-key.pem, NAME.pem and NAME-key.pem of the folder.
 */
void certs_make(struct target *target, const char *name, const char *host);

/* certs_serve: starts the server with the certificate NAME. */
void certs_serve(struct target *target, const char *name);

#endif
