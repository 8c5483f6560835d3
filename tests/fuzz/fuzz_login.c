/* SPDX-License-Identifier: MIT */
/* The body of POST /login: a token only for a name and its password. */
#include <string.h>

#include "server/login.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/place.h"

/*
 * The hash itself takes ten milliseconds, so only alice's own password is
 * really hashed; any other is called wrong, as it would be found.
 */
static void finish(struct reply *reply, struct login *login,
                   struct service *service)
{
    MUST(kit_is_name(login->name) && kit_is_password(login->password));
    if (strcmp(login->password, PLACE_PASSWORD) == 0)
        login_hash(login);
    else
        login->result = LOGIN_WRONG;
    login_finish(reply, login, service, PLACE_NOW);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service *service = place_open();
    cJSON *body = kit_json_object((const char *)data, size), *answer;
    struct request request = {body, "127.0.0.1", PLACE_NOW, place_ticks()};
    struct reply reply = {.status = 0};
    struct login login;

    login_begin(&reply, &login, service, &request);
    if (reply.status == 0)
        finish(&reply, &login, service);
    MUST(reply.status == 200 || reply.status == 400 || reply.status == 401);
    if (reply.status == 200)
        MUST(place_is(body, "username", "alice") &&
             place_is(body, "password", PLACE_PASSWORD));
    answer = kit_json_object(reply.json, strlen(reply.json));
    MUST(answer != NULL);
    MUST(kit_json_has(answer, reply.status == 200 ? "token" : "error"));
    kit_json_free(answer);
    kit_json_free(body);
    return 0;
}
