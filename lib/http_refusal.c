/* SPDX-License-Identifier: MIT */
/* What the server's refusals (protocol.md section 3) mean to a user. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/http.h"
#include "lib/json.h"
#include "lib/say.h"

/* The first row that fits counts. */
static const struct refusal {
    int status;       /* 0: any */
    const char *word; /* the reply's "error"; NULL: any, or none */
    int code;         /* of sysexits.h */
    const char *sentence;
} refusals[] = {
    {400, NULL, EX_PROTOCOL,
     "the server does not understand the request: is it the lab's server?"},
    {401, "bad_login", EX_NOPERM,
     "wrong user name or password: check the name and type both again"},
    {401, "bad_token", EX_NOPERM,
     "your session has ended: start again to log in"},
    {401, NULL, EX_NOPERM,
     "the server does not let you in: is it the lab's server?"},
    {403, NULL, EX_PROTOCOL,
     "the server forbids the request: is there a proxy on the way?"},
    {404, "no_receiver", EX_NOUSER, "no such receiver is logged in"},
    {404, NULL, EX_PROTOCOL,
     "the server does not know this address: is it the lab's server?"},
    {405, NULL, EX_PROTOCOL,
     "the server accepts no POST here: is it the lab's server?"},
    {413, NULL, EX_PROTOCOL,
     "the request is too large for the server: is it the lab's server?"},
    {429, NULL, EX_TEMPFAIL, "too many requests"},
    {500, NULL, EX_UNAVAILABLE,
     "the server has failed: look at its messages where it runs"},
    {503, NULL, EX_TEMPFAIL, "the server is busy"},
    {0, NULL, EX_PROTOCOL,
     "the server does not answer as the lab's server: check the URL"},
};

static const struct refusal *find(int status, const char *word)
{
    const struct refusal *row = refusals;

    while (
        (row->status != 0 && row->status != status) ||
        (row->word != NULL && (word == NULL || strcmp(row->word, word) != 0)))
        row++;
    return row;
}

/* Says what ROW means, and all that is known of when, whom and why. */
static void say(const struct refusal *row, const struct kit_reply *reply,
                const char *whom, const char *word)
{
    if (row->code == EX_NOUSER && whom != NULL)
        kit_error("no receiver named %s is logged in: start one with: "
                  "make receiver ME=%s",
                  whom, whom);
    else if (row->code == EX_TEMPFAIL && reply->retry_after > 0)
        kit_error("%s: try again in %d s", row->sentence, reply->retry_after);
    else if (row->code == EX_TEMPFAIL)
        kit_error("%s: try again in a moment", row->sentence);
    else if (row->code == EX_NOPERM)
        kit_error("%s", row->sentence);
    else
        kit_error("%s (%d%s%s)", row->sentence, reply->status,
                  word == NULL ? "" : " ", word == NULL ? "" : word);
}

int kit_http_refusal(const struct kit_reply *reply, const char *whom)
{
    cJSON *body = kit_json_object(reply->body, reply->len);
    const char *word = kit_json_string(body, "error");
    int status = reply->status;
    const struct refusal *row;

    /* All of 501 to 599 but 503 are the server's fault like 500. */
    if (status > 500 && status < 600 && status != 503)
        status = 500;
    row = find(status, word);
    say(row, reply, whom, word);
    kit_json_free(body);
    return row->code;
}
