/* SPDX-License-Identifier: MIT */
/* The limits that the protocol sets. */
#include "server/chat/service.h"

#include <stdlib.h>

/* protocol.md section 3: M3, 1 a second, bursts of 30 ... */
enum { ASK_BURST = 30, ASK_MILLISECONDS = 1000 };

/* ... and failed logins, 5 a minute. */
enum { LOGIN_BURST = 5, LOGIN_MILLISECONDS = 60000 / LOGIN_BURST };

struct service *service_new(struct store *store, unsigned ln)
{
    struct service *service = calloc(1, sizeof *service);

    if (service == NULL)
        return NULL;
    service->store = store;
    service->ln = ln;
    if (rate_init(&service->failed_logins, LOGIN_BURST, LOGIN_MILLISECONDS) ==
            0 &&
        rate_init(&service->chat_requests, ASK_BURST, ASK_MILLISECONDS) == 0)
        return service;
    free(service);
    return NULL;
}
