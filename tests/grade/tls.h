/* SPDX-License-Identifier: MIT */
/* Certificates of the mock server, made for this run. */
#ifndef GRADE_TLS_H
#define GRADE_TLS_H

#include <openssl/types.h>

/*
 * tls_new: makes a key and a self-signed certificate for NAME, an IP address or
 * a host name.
 */
SSL_CTX *tls_new(const char *name);

/* tls_save: writes the certificate to the file at PATH, in PEM. */
void tls_save(const SSL_CTX *tls, const char *path);

#endif
