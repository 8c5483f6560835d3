/* SPDX-License-Identifier: MIT */
/* The table of routes. */
#include "server/chat/routes.h"

#include <string.h>

#include "server/chat/userinfo.h"

/* Unlike a login, this never needs a worker. */
static void handle_userinfo(struct reply *reply, struct login *login,
                            struct service *service,
                            const struct request *request)
{
    userinfo_answer(reply, service, request);
}

static const struct route routes[] = {
    {"/login", "POST", login_begin},
    {"/userinfo", "POST", handle_userinfo},
};

const struct route *routes_find(const char *path)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    }
    return NULL;
}
