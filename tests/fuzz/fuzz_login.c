/* SPDX-License-Identifier: MIT */
/* The body of POST /login: a token only for a name and its password. */
#include <string.h>

#include "server/chat/login.h"
#include "server/store/sessions.h"
#include "tests/fuzz/fuzz.h"

/*
 * A hash takes ten milliseconds, so only passwords that begin like alice's are
 * hashed. All others count as wrong, bob's as well.
 */
static void finish(struct reply *reply, struct login *login,
                   struct service *service)
{
    CHECK(kit_is_name(login->name) && kit_is_password(login->password));
    if (strncmp(login->password, FUZZ_PASSWORD, 4) == 0)
        login_hash(login);
    else
        login->result = LOGIN_WRONG;
    login_finish(reply, login, service, FUZZ_NOW);
}

/* Whether BODY is a valid message 1. */
static bool is_login(const cJSON *body)
{
    const char *name = kit_json_string(body, "username");
    const char *password = kit_json_string(body, "password");

    return kit_is_name(name) && kit_is_password(password) &&
           (!kit_json_has(body, "port") || member_port(body) > 0);
}

/* Checks that M2 has the token of a session of alice, with the port of M1. */
static void check_m2(const char *json, const cJSON *m1, struct service *service)
{
    cJSON *m2 = kit_json_object(json, strlen(json));
    const char *token = kit_json_string(m2, "token");
    struct sessions_pair pair;
    long long port = kit_json_has(m1, "port") ? member_port(m1) : 0;

    CHECK(token != NULL && strspn(token, "0123456789abcdef") == 64);
    CHECK(strlen(token) == 64);
    CHECK(member_number(m2, "expires_in") == 43200);
    CHECK(sessions_lookup(&pair, service->store, token, "nobody", FUZZ_NOW) ==
          SESSIONS_NO_RECEIVER);
    CHECK(strcmp(pair.sender.user, "alice") == 0 && pair.sender.port == port);
    CHECK(strcmp(pair.sender.ip, "127.0.0.1") == 0);
    kit_json_free(m2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service *service = fuzz_service();
    cJSON *body = kit_json_object((const char *)data, size);
    struct request request = {body, "127.0.0.1", FUZZ_NOW, fuzz_ticks()};
    struct reply reply = {.status = 0};
    struct login login;

    login_begin(&reply, &login, service, &request);
    if (reply.status == 0)
        finish(&reply, &login, service);
    if (!is_login(body)) {
        CHECK(fuzz_is_refusal(&reply, 400, "bad_request"));
    } else if (member_is(body, "username", "alice") &&
               member_is(body, "password", FUZZ_PASSWORD)) {
        CHECK(reply.status == 200);
        check_m2(reply.json, body, service);
    } else {
        CHECK(fuzz_is_refusal(&reply, 401, "bad_login"));
    }
    kit_json_free(body);
    return 0;
}
