/* SPDX-License-Identifier: MIT */
/* A question and its answer: JSON both, or an exit code. */
#include "lib/http_ask.h"

#include <sysexits.h>

#include "lib/say.h"

/* The object in REPLY, or the exit code that says why there is none. */
static int read_answer(cJSON **answer, const struct kit_reply *reply,
                       const char *whom)
{
    if (reply->status != 200)
        return kit_http_refusal(reply, whom);
    *answer = kit_json_object(reply->body, reply->len);
    if (*answer == NULL) {
        kit_error("the server's answer is no JSON object: is this URL right?");
        return EX_PROTOCOL;
    }
    return EX_OK;
}

int kit_http_ask(cJSON **answer, struct kit_http *http, const char *path,
                 const cJSON *question, const char *whom)
{
    char body[KIT_REQUEST_MAX + 1];
    struct kit_reply reply = {0};
    int rc = EX_UNAVAILABLE;

    *answer = NULL;
    if (kit_json_print(body, sizeof body, question) != 0) {
        kit_error("the request does not fit into %d bytes", KIT_REQUEST_MAX);
        rc = EX_SOFTWARE;
    } else if (kit_http_post(&reply, http, path, body) == 0) {
        rc = read_answer(answer, &reply, whom);
    }

    /* Password and token went out in one, token or secret came in the other. */
    kit_wipe(body, sizeof body);
    kit_wipe(&reply, sizeof reply);
    return rc;
}
