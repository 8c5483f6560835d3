/* SPDX-License-Identifier: MIT */
/* Which handler answers which path. */
#ifndef SERVER_CHAT_ROUTES_H
#define SERVER_CHAT_ROUTES_H

#include "server/chat/login.h"

struct route {
    const char *path;
    const char *method;
    /* Makes REPLY the answer; or leaves its status 0, and LOGIN is to be
       hashed and finished (server/chat/login.h). */
    void (*handle)(struct reply *reply, struct login *login,
                   struct service *service, const struct request *request);
};

/* routes_find: the route of exactly PATH, or NULL. */
const struct route *routes_find(const char *path);

#endif
