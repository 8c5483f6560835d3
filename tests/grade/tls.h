/* SPDX-License-Identifier: MIT */
/* The server side of TLS, with a certificate made for this run. */
#ifndef GRADE_TLS_H
#define GRADE_TLS_H

#include <stddef.h>
#include <sys/types.h>

struct tls;
struct tls_connection;

/*
 * tls_new: makes a key and a self-signed certificate for NAME, an IP address or
 * a host name.
 */
struct tls *tls_new(const char *name);

/* tls_save: writes the certificate to the file at PATH, in PEM. */
void tls_save(const struct tls *tls, const char *path);

/* tls_accept: does the handshake on FD. Returns NULL if it fails. */
struct tls_connection *tls_accept(struct tls *tls, int fd);

/* tls_read, tls_write: as recv and send. */
ssize_t tls_read(struct tls_connection *c, void *out, size_t out_size);
ssize_t tls_write(struct tls_connection *c, const void *bytes, size_t len);

/* tls_close: sends close_notify and frees C, which may be NULL. FD stays open.
 */
void tls_close(struct tls_connection *c);

#endif
