/* SPDX-License-Identifier: MIT */
/* The body of POST /userinfo: a secret only for a live token of one's own. */
#include <string.h>

#include "lib/box.h"
#include "lib/hkdf.h"
#include "server/userinfo.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/place.h"

/* Whether BODY is SENDER's, with TOKEN, about RECEIVER. */
static bool asks(const cJSON *body, const char *sender, const char *token,
                 const char *receiver)
{
    return place_is(body, "username", sender) &&
           place_is(body, "token", token) &&
           place_is(body, "receiver", receiver);
}

/* The ticket in M4 opens for RECEIVER alone, and has the same secret. */
static void check_m4(const char *json, const char *sender, const char *receiver,
                     const char *receiver_token)
{
    cJSON *m4 = kit_json_object(json, strlen(json)), *ticket;
    char ad[KIT_AD_SIZE];
    uint8_t text[KIT_BOX_MAX];
    struct kit_box box;
    struct kit_key key;

    MUST(kit_box_decode(&box, kit_json_string(m4, "senderinfo")) == 0);
    MUST(kit_derive(&key, receiver_token, KIT_LABEL_TICKET) == 0);
    MUST(kit_ad_ticket(ad, sizeof ad, receiver) == 0);
    MUST(kit_open(text, sizeof text, &key, &box.nonce, ad, strlen(ad),
                  box.bytes, box.len) == 0);
    ticket = kit_json_object((char *)text, box.len - KIT_TAG_LEN);
    MUST(place_is(ticket, "username", sender));
    MUST(place_is(ticket, "secret", kit_json_string(m4, "secret")));
    kit_json_free(ticket);
    kit_json_free(m4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service *service = place_open();
    cJSON *body = kit_json_object((const char *)data, size);
    struct request request = {body, "127.0.0.1", PLACE_NOW + 1, place_ticks()};
    struct reply reply = {.status = 0};

    userinfo_answer(&reply, service, &request);
    MUST(reply.status == 200 || reply.status == 400 || reply.status == 401 ||
         reply.status == 404);
    if (reply.status == 200 && asks(body, "alice", PLACE_ALICE_TOKEN, "bob"))
        check_m4(reply.json, "alice", "bob", PLACE_BOB_TOKEN);
    else if (reply.status == 200)
        MUST(asks(body, "bob", PLACE_BOB_TOKEN, "alice"));
    kit_json_free(body);
    return 0;
}
