/* SPDX-License-Identifier: MIT */
/* POST /userinfo: M3 in, M4 out (protocol.md sections 2 and 3). */
#ifndef SERVER_CHAT_USERINFO_H
#define SERVER_CHAT_USERINFO_H

#include "server/chat/reply.h"
#include "server/chat/service.h"

/* userinfo_answer: writes the answer to REQUEST, M4 or an error, to REPLY. */
void userinfo_answer(struct reply *reply, struct service *service,
                     const struct request *request);

#endif
