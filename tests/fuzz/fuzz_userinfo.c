/* SPDX-License-Identifier: MIT */
/* The body of POST /userinfo: a secret only for a live token of one's own. */
#include <string.h>

#include "lib/box.h"
#include "lib/hkdf.h"
#include "server/chat/userinfo.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/place.h"

enum { ASKED_AT = PLACE_NOW + 1 };

/* Those who are there. */
static const struct person {
    const char *name, *token;
    long long port; /* in M4 */
} people[] = {
    {"alice", PLACE_ALICE_TOKEN, 4444},
    {"bob", PLACE_BOB_TOKEN, 5555},
};

enum { PEOPLE = sizeof people / sizeof people[0] };

/* The person whose name is member NAME of BODY, or NULL. */
static const struct person *person(const cJSON *body, const char *name)
{
    size_t i = 0;

    while (i < PEOPLE && !place_is(body, name, people[i].name))
        i++;
    return i < PEOPLE ? &people[i] : NULL;
}

/* The ticket of M4 opens for RECEIVER and says what M4 says. */
static void check_ticket(const cJSON *m4, const struct person *sender,
                         const struct person *receiver)
{
    char ad[KIT_AD_SIZE];
    uint8_t text[KIT_BOX_MAX];
    struct kit_box box;
    struct kit_key key;
    cJSON *ticket;

    MUST(strlen(kit_json_string(m4, "senderinfo")) <= 1024);
    MUST(kit_box_decode(&box, kit_json_string(m4, "senderinfo")) == 0);
    MUST(kit_derive(&key, receiver->token, "senderinfo") == 0);
    MUST(kit_ad_ticket(ad, sizeof ad, receiver->name) == 0);
    MUST(kit_open(text, sizeof text, &key, &box.nonce, ad, strlen(ad),
                  box.bytes, box.len) == 0);
    ticket = kit_json_object((char *)text, box.len - KIT_TAG_LEN);
    MUST(place_is(ticket, "username", sender->name));
    MUST(place_is(ticket, "ip_addr", "127.0.0.1"));
    MUST(place_is(ticket, "secret", kit_json_string(m4, "secret")));
    MUST(place_number(ticket, "exp") == ASKED_AT + 3600);
    kit_json_free(ticket);
}

static void check_m4(const char *json, const struct person *sender,
                     const struct person *receiver)
{
    cJSON *m4 = kit_json_object(json, strlen(json));

    MUST(place_is(m4, "ip_addr", "127.0.0.1"));
    MUST(place_is(m4, "receiver", receiver->name));
    MUST(place_port(m4) == receiver->port);
    MUST(place_is_str16(kit_json_string(m4, "secret")));
    check_ticket(m4, sender, receiver);
    kit_json_free(m4);
}

/* Whether BODY is an M3, of anyone about anyone else. */
static bool is_m3(const cJSON *body)
{
    const char *name = kit_json_string(body, "username");
    const char *receiver = kit_json_string(body, "receiver");

    return kit_is_name(name) && kit_is_name(receiver) &&
           strcmp(name, receiver) != 0 &&
           place_is_str16(kit_json_string(body, "token"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service *service = place_open();
    cJSON *body = kit_json_object((const char *)data, size);
    const struct person *sender = person(body, "username");
    const struct person *receiver = person(body, "receiver");
    struct request request = {body, "127.0.0.1", ASKED_AT, place_ticks()};
    struct reply reply = {.status = 0};

    userinfo_answer(&reply, service, &request);
    if (!is_m3(body)) {
        MUST(place_refused(&reply, 400, "bad_request"));
    } else if (sender == NULL || !place_is(body, "token", sender->token)) {
        MUST(place_refused(&reply, 401, "bad_token"));
    } else if (receiver == NULL) {
        MUST(place_refused(&reply, 404, "no_receiver"));
    } else {
        MUST(reply.status == 200);
        check_m4(reply.json, sender, receiver);
    }
    kit_json_free(body);
    return 0;
}
