/* SPDX-License-Identifier: MIT */
/* The rate limits of the protocol. */
#include "server/chat/service.h"

#include <stdlib.h>

/* protocol.md section 3. Chat requests (M3): 1 a second, bursts of 30. */
enum { REQUEST_BURST = 30, REQUEST_INTERVAL = 1000 };

/* Failed logins: 5 a minute. */
enum { LOGIN_BURST = 5, LOGIN_INTERVAL = 60000 / LOGIN_BURST };

struct service *service_new(struct store *store, unsigned ln)
{
    struct service *service = calloc(1, sizeof *service);

    if (service == NULL)
        return NULL;
    service->store = store;
    service->ln = ln;
    if (rate_init(&service->failed_logins, LOGIN_BURST, LOGIN_INTERVAL) == 0 &&
        rate_init(&service->chat_requests, REQUEST_BURST, REQUEST_INTERVAL) ==
            0)
        return service;
    free(service);
    return NULL;
}
