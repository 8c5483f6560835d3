/* SPDX-License-Identifier: MIT */
#include "tests/grade/seal.h"

#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/hkdf.h"
#include "lib/wire.h"
#include "tests/grade/transcript.h"

void seal_with_key(char *out, size_t out_size, const struct kit_key *key,
                   const void *ad, size_t ad_len, const void *text, size_t len)
{
    uint8_t box[KIT_LINE_MAX];
    struct kit_nonce nonce;

    must(kit_random(&nonce, sizeof nonce) == 0);
    memcpy(box, nonce.bytes, KIT_NONCE_LEN);
    must(kit_seal(box + KIT_NONCE_LEN, sizeof box - KIT_NONCE_LEN, key, &nonce,
                  ad, ad_len, text, len) == 0);
    must(kit_base64_encode(out, out_size, box,
                           KIT_NONCE_LEN + len + KIT_TAG_LEN) == 0);
}

void seal_derived(char *out, size_t out_size, const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len)
{
    struct kit_key key;

    must(kit_derive(&key, string, label) == 0);
    seal_with_key(out, out_size, &key, ad, strlen(ad), text, len);
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
    seal_derived(out, KIT_SEALED_SIZE, token, KIT_LABEL_TICKET, ad, json,
                 strlen(json));
}
