/* SPDX-License-Identifier: MIT */
/* The body of POST /login: a token only for a name and its password. */
#include <string.h>

#include "server/chat/login.h"
#include "server/store/sessions.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/place.h"

/*
 * A hash takes ten milliseconds, so only passwords that begin like alice's
 * are really hashed; any other is called wrong, as it would be found.
 */
static void finish(struct reply *reply, struct login *login,
                   struct service *service)
{
    MUST(kit_is_name(login->name) && kit_is_password(login->password));
    if (strncmp(login->password, PLACE_PASSWORD, 4) == 0)
        login_hash(login);
    else
        login->result = LOGIN_WRONG;
    login_finish(reply, login, service, PLACE_NOW);
}

/* Whether BODY is a login, of anyone. */
static bool is_login(const cJSON *body)
{
    const char *name = kit_json_string(body, "username");
    const char *password = kit_json_string(body, "password");

    return kit_is_name(name) && kit_is_password(password) &&
           (!kit_json_has(body, "port") || place_port(body) > 0);
}

/* M2 brings a session that is there: alice's, listening where M1 says. */
static void check_m2(const char *json, const cJSON *m1, struct service *service)
{
    cJSON *m2 = kit_json_object(json, strlen(json));
    const char *token = kit_json_string(m2, "token");
    struct sessions_pair pair;
    long long port = kit_json_has(m1, "port") ? place_port(m1) : 0;

    MUST(token != NULL && strspn(token, "0123456789abcdef") == 64);
    MUST(strlen(token) == 64);
    MUST(place_number(m2, "expires_in") == 43200);
    MUST(sessions_lookup(&pair, service->store, token, "nobody", PLACE_NOW) ==
         SESSIONS_NO_RECEIVER);
    MUST(strcmp(pair.sender.user, "alice") == 0 && pair.sender.port == port);
    MUST(strcmp(pair.sender.ip, "127.0.0.1") == 0);
    kit_json_free(m2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service *service = place_open();
    cJSON *body = kit_json_object((const char *)data, size);
    struct request request = {body, "127.0.0.1", PLACE_NOW, place_ticks()};
    struct reply reply = {.status = 0};
    struct login login;

    login_begin(&reply, &login, service, &request);
    if (reply.status == 0)
        finish(&reply, &login, service);
    if (!is_login(body)) {
        MUST(place_refused(&reply, 400, "bad_request"));
    } else if (place_is(body, "username", "alice") &&
               place_is(body, "password", PLACE_PASSWORD)) {
        MUST(reply.status == 200);
        check_m2(reply.json, body, service);
    } else {
        MUST(place_refused(&reply, 401, "bad_login"));
    }
    kit_json_free(body);
    return 0;
}
