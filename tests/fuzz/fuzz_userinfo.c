/* SPDX-License-Identifier: MIT */
/* The body of POST /userinfo: only a user's own valid token gets a secret. */
#include <string.h>

#include "lib/box.h"
#include "lib/hkdf.h"
#include "server/chat/userinfo.h"
#include "tests/fuzz/fuzz.h"

enum { ASKED_AT = FUZZ_NOW + 1 };

/* The users who are logged in. */
static const struct person {
    const char *name, *token;
    long long port; /* in M4 */
} people[] = {
    {"alice", FUZZ_ALICE_TOKEN, 4444},
    {"bob", FUZZ_BOB_TOKEN, 5555},
};

enum { PEOPLE = sizeof people / sizeof people[0] };

/* The person whose name is member NAME of BODY, or NULL. */
static const struct person *person(const cJSON *body, const char *name)
{
    size_t i = 0;

    while (i < PEOPLE && !member_is(body, name, people[i].name))
        i++;
    return i < PEOPLE ? &people[i] : NULL;
}

/* RECEIVER can open the ticket of M4, which agrees with M4. */
static void check_ticket(const cJSON *m4, const struct person *sender,
                         const struct person *receiver)
{
    uint8_t text[KIT_BOX_MAX];
    struct kit_ad ad;
    struct kit_box box;
    struct kit_key key;
    cJSON *ticket;

    CHECK(strlen(kit_json_string(m4, "senderinfo")) <= 1024);
    CHECK(kit_box_decode(&box, kit_json_string(m4, "senderinfo")) == 0);
    CHECK(kit_derive(&key, receiver->token, "senderinfo") == 0);
    CHECK(kit_ad_ticket(&ad, receiver->name) == 0);
    CHECK(kit_open(text, sizeof text, &key, &box.nonce, ad.text,
                   strlen(ad.text), box.bytes, box.len) == 0);
    ticket = kit_json_object((char *)text, box.len - KIT_TAG_LEN);
    CHECK(member_is(ticket, "username", sender->name));
    CHECK(member_is(ticket, "ip_addr", "127.0.0.1"));
    CHECK(member_is(ticket, "secret", kit_json_string(m4, "secret")));
    CHECK(member_number(ticket, "exp") == ASKED_AT + 3600);
    kit_json_free(ticket);
}

static void check_m4(const char *json, const struct person *sender,
                     const struct person *receiver)
{
    cJSON *m4 = kit_json_object(json, strlen(json));

    CHECK(member_is(m4, "ip_addr", "127.0.0.1"));
    CHECK(member_is(m4, "receiver", receiver->name));
    CHECK(member_port(m4) == receiver->port);
    CHECK(is_token(kit_json_string(m4, "secret")));
    check_ticket(m4, sender, receiver);
    kit_json_free(m4);
}

/* Whether BODY is a valid message 3. */
static bool is_m3(const cJSON *body)
{
    const char *name = kit_json_string(body, "username");
    const char *receiver = kit_json_string(body, "receiver");

    return kit_is_name(name) && kit_is_name(receiver) &&
           strcmp(name, receiver) != 0 &&
           is_token(kit_json_string(body, "token"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service *service = fuzz_service();
    cJSON *body = kit_json_object((const char *)data, size);
    const struct person *sender = person(body, "username");
    const struct person *receiver = person(body, "receiver");
    struct request request = {body, "127.0.0.1", ASKED_AT, fuzz_ticks()};
    struct reply reply = {.status = 0};

    userinfo_answer(&reply, service, &request);
    if (!is_m3(body)) {
        CHECK(fuzz_is_refusal(&reply, 400, "bad_request"));
    } else if (sender == NULL || !member_is(body, "token", sender->token)) {
        CHECK(fuzz_is_refusal(&reply, 401, "bad_token"));
    } else if (receiver == NULL) {
        CHECK(fuzz_is_refusal(&reply, 404, "no_receiver"));
    } else {
        CHECK(reply.status == 200);
        check_m4(reply.json, sender, receiver);
    }
    kit_json_free(body);
    return 0;
}
