/* SPDX-License-Identifier: MIT */
#include "tests/grade/seal.h"

#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "tests/grade/transcript.h"

void seal_with_key(char out[KIT_SEALED_SIZE], const struct kit_key *key,
                   const void *ad, size_t ad_len, const void *text, size_t len)
{
    struct kit_box box;

    must(kit_random(&box.nonce, sizeof box.nonce) == 0);
    must(kit_seal(box.bytes, sizeof box.bytes, key, &box.nonce, ad, ad_len,
                  text, len) == 0);
    box.len = len + KIT_TAG_LEN;
    must(kit_box_encode(out, KIT_SEALED_SIZE, &box) == 0);
}

void seal_derived(char out[KIT_SEALED_SIZE], const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len)
{
    struct kit_key key;

    must(kit_derive(&key, string, label) == 0);
    seal_with_key(out, &key, ad, strlen(ad), text, len);
}

void seal_ticket_json(char out[TICKET_JSON_MAX], const char *sender,
                      const char *secret, long long exp)
{
    char more[40] = "";

    if (exp != 0)
        snprintf(more, sizeof more, ",\"exp\":%lld", exp);
    snprintf(out, TICKET_JSON_MAX,
             "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\",\"secret\":\"%s\""
             "%s}",
             sender, secret, more);
}

void seal_ticket(char out[KIT_SEALED_SIZE], const char *token,
                 const char *receiver, const char *sender, const char *secret)
{
    char json[TICKET_JSON_MAX], ad[KIT_AD_SIZE];

    seal_ticket_json(json, sender, secret, 0);
    snprintf(ad, sizeof ad, "senderinfo>%s", receiver);
    seal_derived(out, token, KIT_LABEL_TICKET, ad, json, strlen(json));
}
