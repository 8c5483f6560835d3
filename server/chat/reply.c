/* SPDX-License-Identifier: MIT */
/* Writing answers, and the table of errors. */
#include "server/chat/reply.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/trace.h"

static const struct {
    int status;
    const char *word;
} refusals[] = {
    [REFUSE_BAD_REQUEST] = {400, "bad_request"},
    [REFUSE_BAD_LOGIN] = {401, "bad_login"},
    [REFUSE_BAD_TOKEN] = {401, "bad_token"},
    [REFUSE_ORIGIN] = {403, "origin"},
    [REFUSE_NO_RECEIVER] = {404, "no_receiver"},
    [REFUSE_NO_PATH] = {404, "no_path"},
    [REFUSE_METHOD] = {405, "method"},
    [REFUSE_TOO_LARGE] = {413, "too_large"},
    [REFUSE_SLOW_DOWN] = {429, "slow_down"},
    [REFUSE_INTERNAL] = {500, "internal"},
    [REFUSE_BUSY] = {503, "busy"},
};

void reply_refuse(struct reply *reply, enum refusal why, int retry_after)
{
    kit_wipe(reply->json, sizeof reply->json);
    reply->status = refusals[why].status;
    reply->retry_after = retry_after;
    reply->error = refusals[why].word;
    reply->peer[0] = '\0';
    snprintf(reply->json, sizeof reply->json, "{\"error\":\"%s\"}",
             refusals[why].word);
    if (kit_trace_on)
        kit_trace_refused(refusals[why].word);
}

void reply_print(struct reply *reply, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(reply->json, sizeof reply->json, format, args);
    va_end(args);
    reply->status = 200;
    reply->error = NULL;
    reply->retry_after = 0;
    if (len < 0 || (size_t)len >= sizeof reply->json)
        reply_refuse(reply, REFUSE_INTERNAL, 0);
}
