/* SPDX-License-Identifier: MIT */
/* The table of paths and their handlers. */
#ifndef SERVER_CHAT_ROUTES_H
#define SERVER_CHAT_ROUTES_H

#include "server/chat/login.h"

struct route {
    const char *path;
    const char *method;
    /* Writes the answer to REPLY. If it leaves the status 0, LOGIN still has
       to be hashed and finished (server/chat/login.h). */
    void (*handle)(struct reply *reply, struct login *login,
                   struct service *service, const struct request *request);
};

/* routes_find: the route whose path is PATH, or NULL. */
const struct route *routes_find(const char *path);

#endif
