/* SPDX-License-Identifier: MIT */
/* What all handlers share. It belongs to the thread that serves connections. */
#ifndef SERVER_CHAT_SERVICE_H
#define SERVER_CHAT_SERVICE_H

#include "server/chat/rate.h"
#include "server/store/store.h"

struct service {
    struct store *store; /* opened and closed by whoever made the service */
    unsigned ln;         /* what cheaper passwords are upgraded to at most */
    struct rate failed_logins; /* failed ones, for each name and network */
    struct rate chat_requests; /* M3, for each user */
};

/*
 * service_new: a service over STORE with the rates of protocol.md section 3,
 * to be freed; or NULL, without memory or random bytes. LN: the cost of
 * a login while there are no accounts, and the most that stored passwords are
 * upgraded to.
 */
struct service *service_new(struct store *store, unsigned ln);

#endif
