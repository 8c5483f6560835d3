/* SPDX-License-Identifier: MIT */
#include "tests/support/forgery.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"

/* Seals LEN bytes of TEXT under K(STRING, LABEL) with AD. */
static void seal(char sealed[KIT_SEALED_SIZE], const char *string,
                 const char *label, const char *ad, const void *text,
                 size_t len)
{
    struct kit_box box;
    struct kit_key key;

    ck_assert_int_eq(kit_derive(&key, string, label), 0);
    ck_assert_int_eq(kit_random(&box.nonce, sizeof box.nonce), 0);
    ck_assert_int_eq(kit_seal(box.bytes, sizeof box.bytes, &key, &box.nonce, ad,
                              strlen(ad), text, len),
                     0);
    box.len = len + KIT_TAG_LEN;
    ck_assert_int_eq(kit_box_encode(sealed, KIT_SEALED_SIZE, &box), 0);
}

void forgery_ticket(struct forgery *f, const char *token, const char *json)
{
    seal(f->senderinfo, token, KIT_LABEL_TICKET, "senderinfo>bob", json,
         strlen(json));
}

void forgery_good(struct forgery *f, const char *token, const char *sender,
                  const char *secret, int64_t seq, const char *text)
{
    char json[512], ad[128];

    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"%s\"}",
             sender, secret);
    forgery_ticket(f, token, json);
    snprintf(f->seq, sizeof f->seq, "%" PRId64, seq);
    snprintf(ad, sizeof ad, "%s>bob#%" PRId64, sender, seq);
    seal(f->message, secret, KIT_LABEL_MESSAGE, ad, text, strlen(text));
    forgery_line(f);
}

const char *forgery_line(struct forgery *f)
{
    snprintf(f->line, sizeof f->line,
             "{\"senderinfo\":\"%s\",\"seq\":%s,\"message\":\"%s\"}\n",
             f->senderinfo, f->seq, f->message);
    return f->line;
}
