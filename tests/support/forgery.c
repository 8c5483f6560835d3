/* SPDX-License-Identifier: MIT */
#include "tests/support/forgery.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/hkdf.h"
#include "tests/support/failure.h"

void forgery_seal_with(char *sealed, size_t size, const struct kit_key *key,
                       const void *ad, size_t ad_len, const void *text,
                       size_t len)
{
    uint8_t box[KIT_LINE_MAX];
    struct kit_nonce nonce;

    ensure(kit_random(&nonce, sizeof nonce) == 0);
    memcpy(box, nonce.bytes, KIT_NONCE_LEN);
    ensure(kit_seal(box + KIT_NONCE_LEN, sizeof box - KIT_NONCE_LEN, key,
                    &nonce, ad, ad_len, text, len) == 0);
    ensure(kit_base64_encode(sealed, size, box,
                             KIT_NONCE_LEN + len + KIT_TAG_LEN) == 0);
}

void forgery_seal(char *sealed, size_t size, const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len)
{
    struct kit_key key;

    ensure(kit_derive(&key, string, label) == 0);
    forgery_seal_with(sealed, size, &key, ad, strlen(ad), text, len);
}

void forgery_json(char out[FORGERY_JSON], const char *sender,
                  const char *secret, long long exp)
{
    char more[40] = "";

    if (exp != 0)
        snprintf(more, sizeof more, ",\"exp\":%lld", exp);
    snprintf(out, FORGERY_JSON,
             "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\",\"secret\":\"%s\""
             "%s}",
             sender, secret, more);
}

void forgery_ticket_for(char sealed[KIT_SEALED_SIZE], const char *token,
                        const char *receiver, const char *json)
{
    char ad[KIT_AD_SIZE];

    snprintf(ad, sizeof ad, "senderinfo>%s", receiver);
    forgery_seal(sealed, KIT_SEALED_SIZE, token, KIT_LABEL_TICKET, ad, json,
                 strlen(json));
}

void forgery_ticket(struct forgery *f, const char *token, const char *json)
{
    forgery_ticket_for(f->senderinfo, token, "bob", json);
}

void forgery_good(struct forgery *f, const char *token, const char *sender,
                  const char *secret, int64_t seq, const char *text)
{
    char json[FORGERY_JSON], ad[KIT_AD_SIZE];

    forgery_json(json, sender, secret, 0);
    forgery_ticket(f, token, json);
    snprintf(f->seq, sizeof f->seq, "%" PRId64, seq);
    snprintf(ad, sizeof ad, "%s>bob#%" PRId64, sender, seq);
    forgery_seal(f->message, sizeof f->message, secret, KIT_LABEL_MESSAGE, ad,
                 text, strlen(text));
    forgery_line(f);
}

const char *forgery_line(struct forgery *f)
{
    snprintf(f->line, sizeof f->line, FORGERY_LINE, f->senderinfo, f->seq,
             f->message);
    return f->line;
}
