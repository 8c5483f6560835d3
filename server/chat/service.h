/* SPDX-License-Identifier: MIT */
/*
 * What all handlers share. Only the thread that serves connections uses it, so
 * it needs no lock.
 */
#ifndef SERVER_CHAT_SERVICE_H
#define SERVER_CHAT_SERVICE_H

#include "server/chat/rate.h"
#include "server/store/store.h"

struct service {
    struct store *store;       /* not owned: the caller closes it */
    unsigned ln;               /* scrypt cost; see service_new */
    struct rate failed_logins; /* for each name and network */
    struct rate chat_requests; /* M3, for each user */
};

/*
 * service_new: allocates a service for STORE with the rate limits of
 * protocol.md section 3. LN is the scrypt cost of a login while there are no
 * accounts, and the highest cost that stored passwords are upgraded to. The
 * caller frees the service with free(). Returns NULL if there is no memory or
 * there are no random bytes.
 */
struct service *service_new(struct store *store, unsigned ln);

#endif
