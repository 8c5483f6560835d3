/* SPDX-License-Identifier: MIT */
/* TLS as a server speaks it, with a certificate made for this run. */
#ifndef GRADE_TLS_H
#define GRADE_TLS_H

#include <stddef.h>
#include <sys/types.h>

struct tls;
struct tls_link;

/*
 * tls_open: makes a key and a certificate that signs itself, for NAME, which
 * is an address or a host name.
 */
struct tls *tls_open(const char *name);

/* tls_save: writes the certificate to the file at PATH, in PEM. */
void tls_save(const struct tls *tls, const char *path);

/* tls_accept: the handshake on FD; NULL when the other side does not go on. */
struct tls_link *tls_accept(struct tls *tls, int fd);

/* tls_read, tls_write: as recv and send. */
ssize_t tls_read(struct tls_link *link, void *out, size_t out_size);
ssize_t tls_write(struct tls_link *link, const void *bytes, size_t len);

/* tls_hang_up: says good-bye; FD stays open. NULL: nothing. */
void tls_hang_up(struct tls_link *link);

#endif
