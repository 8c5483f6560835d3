/* SPDX-License-Identifier: MIT */
/* What all handlers share. It belongs to the thread that serves connections. */
#ifndef SERVER_SERVICE_H
#define SERVER_SERVICE_H

#include "server/rate.h"
#include "server/store.h"

struct service {
    struct store *store; /* opened and closed by whoever made the service */
    unsigned ln;         /* the cost of a password hash where nobody is */
    struct rate logins;  /* failed ones, for each name and network */
    struct rate asks;    /* M3, for each user */
};

/*
 * service_new: a service over STORE with the rates of protocol.md section 3,
 * to be freed; or NULL, without memory or random bytes. LN: unknown users cost
 * what the accounts do, or this where there are none.
 */
struct service *service_new(struct store *store, unsigned ln);

#endif
