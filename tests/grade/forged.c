/* SPDX-License-Identifier: MIT */
/* Lines of message 5 as senders and forgers write them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/grade/forge.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

void post_good(struct forged *f, const struct post *post, const char *sender,
               const char *secret, int64_t seq, const void *text, size_t len)
{
    char ad[KIT_AD_SIZE];

    memset(f, 0, sizeof *f);
    post_ticket(f, post, sender, secret, 0);
    snprintf(f->seq, sizeof f->seq, "%" PRId64, seq);
    snprintf(ad, sizeof ad, "%s>%s#%" PRId64, sender, post->me, seq);
    post_seal(f, "message", secret, KIT_LABEL_MESSAGE, ad, text, len);
    post_write(f);
}

void post_ticket(struct forged *f, const struct post *post, const char *sender,
                 const char *secret, long long exp)
{
    char json[FORGE_JSON];

    forge_ticket_json(json, sender, secret, exp);
    post_ticket_of(f, post, json);
}

void post_ticket_of(struct forged *f, const struct post *post, const char *json)
{
    char ad[KIT_AD_SIZE];

    snprintf(ad, sizeof ad, "senderinfo>%s", post->me);
    post_seal(f, "senderinfo", post->token, KIT_LABEL_TICKET, ad, json,
              strlen(json));
}

void post_says(struct forged *f, const struct post *post, const char *json,
               const char *text)
{
    post_good(f, post, post->alice, post->secret, 1, text, strlen(text));
    post_ticket_of(f, post, json);
    post_write(f);
}

void post_seal(struct forged *f, const char *member, const char *string,
               const char *label, const char *ad, const void *text, size_t len)
{
    bool ticket = strcmp(member, "senderinfo") == 0;

    forge_sealed(ticket ? f->ticket : f->message, string, label, ad, text, len);
    snprintf(f->told[!ticket], sizeof f->told[0],
             "%s, sealed under K(%.6s..., \"%s\"), AD \"%s\"", shown(text, len),
             string, label, ad);
}

void post_next(struct forged *f, struct post *post, const char *text)
{
    post_good(f, post, post->alice, post->secret, ++post->alices, text,
              strlen(text));
}

void post_write(struct forged *f)
{
    f->len = (size_t)snprintf(
        f->line, sizeof f->line,
        "{\"senderinfo\":\"%s\",\"seq\":%s,\"message\":\"%s\"}\n", f->ticket,
        f->seq, f->message);
}

void post_show(const struct forged *f, const char *what)
{
    step("It gets %s:", what);
    detail_text("line", f->line, f->len > 0 ? f->len - 1 : 0);
    detail_text("seq", f->seq, strlen(f->seq));
    detail("%-11s %s", "senderinfo", f->told[0]);
    detail("%-11s %s", "message", f->told[1]);
}

void post_flip(char *sealed, int at, int bit)
{
    uint8_t bytes[KIT_LINE_MAX];
    size_t len;

    must(kit_base64_decode(bytes, sizeof bytes, &len, sealed, strlen(sealed)) ==
         0);
    bytes[at >= 0 ? (size_t)at : len - (size_t)-at] ^= (uint8_t)(1 << bit);
    must(kit_base64_encode(sealed, KIT_SEALED_SIZE, bytes, len) == 0);
}
