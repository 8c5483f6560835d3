/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/transcript.h"
#include "tests/support/forgery.h"

void craft_good(struct crafted_m5 *crafted, const struct receiver_harness *h,
                const char *sender, const char *secret, int64_t seq,
                const void *text, size_t len)
{
    char ad[KIT_AD_SIZE];

    memset(crafted, 0, sizeof *crafted);
    craft_ticket(crafted, h, sender, secret, h->exp);
    snprintf(crafted->seq, sizeof crafted->seq, "%" PRId64, seq);
    snprintf(ad, sizeof ad, "%s>%s#%" PRId64, sender, h->me, seq);
    craft_seal(crafted, "message", secret, KIT_LABEL_MESSAGE, ad, text, len);
    craft_assemble(crafted);
}

void craft_ticket(struct crafted_m5 *crafted, const struct receiver_harness *h,
                  const char *sender, const char *secret, long long exp)
{
    char json[FORGERY_JSON];

    forgery_json(json, sender, secret, exp);
    craft_ticket_json(crafted, h, json);
}

void craft_ticket_json(struct crafted_m5 *crafted,
                       const struct receiver_harness *h, const char *json)
{
    char ad[KIT_AD_SIZE];

    snprintf(ad, sizeof ad, "senderinfo>%s", h->me);
    craft_seal(crafted, "senderinfo", h->token, KIT_LABEL_TICKET, ad, json,
               strlen(json));
}

/*
 * Seals a ticket. All lines of a chat repeat its ticket, so this keeps the last
 * boxes and returns the same one for the same JSON.
 */
static void seal_ticket(char *out, size_t size, const char *token,
                        const char *label, const char *ad, const void *json,
                        size_t len)
{
    enum { KEPT = 8 };
    static struct {
        struct kit_digest id;
        char sealed[2 * KIT_SEALED_SIZE];
    } kept[KEPT];
    static size_t next;
    struct kit_digest key, id;
    size_t i = 0;

    must(kit_hmac(&key, token, strlen(token), label, strlen(label)) == 0 &&
         kit_hmac(&id, key.bytes, sizeof key.bytes, ad, strlen(ad)) == 0 &&
         kit_hmac(&key, id.bytes, sizeof id.bytes, json, len) == 0);
    while (i < KEPT && memcmp(&kept[i].id, &key, sizeof key) != 0)
        i++;
    if (i == KEPT) {
        i = next++ % KEPT;
        forgery_seal(kept[i].sealed, sizeof kept[i].sealed, token, label, ad,
                     json, len);
        kept[i].id = key;
    }
    snprintf(out, size, "%s", kept[i].sealed);
}

void craft_seal(struct crafted_m5 *crafted, const char *member,
                const char *string, const char *label, const char *ad,
                const void *text, size_t len)
{
    bool ticket = strcmp(member, "senderinfo") == 0;

    if (ticket)
        seal_ticket(crafted->ticket, sizeof crafted->ticket, string, label, ad,
                    text, len);
    else
        forgery_seal(crafted->message, sizeof crafted->message, string, label,
                     ad, text, len);
    snprintf(crafted->described[!ticket], sizeof crafted->described[0],
             "%s, sealed under K(%.6s..., \"%s\"), AD \"%s\"",
             printable(text, len), string, label, printable(ad, strlen(ad)));
}

void craft_next(struct crafted_m5 *crafted, struct receiver_harness *h,
                const char *text)
{
    craft_good(crafted, h, h->alice, h->secret, ++h->alice_seq, text,
               strlen(text));
}

struct box_inputs craft_inputs(const struct receiver_harness *h, bool ticket,
                               int64_t seq)
{
    return (struct box_inputs){.ticket = ticket,
                               .secret = h->secret,
                               .token = h->token,
                               .password = h->password,
                               .sender = h->alice,
                               .receiver = h->me,
                               .senderinfo = "",
                               .seq = seq};
}

bool craft_mistake(struct crafted_m5 *crafted, const struct receiver_harness *h,
                   const struct box_inputs *in, int key, int ad)
{
    static const char text[] = "which one?";
    char wrong[MISTAKE_AD_SIZE], right[MISTAKE_AD_SIZE], json[FORGERY_JSON];
    size_t len = mistake_ad(wrong, ad, in),
           right_len = mistake_ad(right, 0, in);
    struct kit_key k;

    if (ad != 0 && len == right_len && memcmp(wrong, right, len) == 0)
        return false;
    if (!mistake_key(&k, key, in))
        return false;
    craft_good(crafted, h, h->alice, in->secret, in->seq, text,
               sizeof text - 1);
    forgery_json(json, h->alice, in->secret, h->exp);
    if (in->ticket)
        forgery_seal_with(crafted->ticket, sizeof crafted->ticket, &k, wrong,
                          len, json, strlen(json));
    else
        forgery_seal_with(crafted->message, sizeof crafted->message, &k, wrong,
                          len, text, sizeof text - 1);
    snprintf(crafted->described[!in->ticket], sizeof crafted->described[0],
             "sealed with a mistake, AD \"%s\"", printable(wrong, len));
    craft_assemble(crafted);
    return true;
}

void craft_assemble(struct crafted_m5 *crafted)
{
    crafted->len =
        (size_t)snprintf(crafted->line, sizeof crafted->line, FORGERY_LINE,
                         crafted->ticket, crafted->seq, crafted->message);
}

void craft_describe(const struct crafted_m5 *crafted, const char *what)
{
    step("It receives %s:", what);
    detail_text("line", crafted->line, crafted->len > 0 ? crafted->len - 1 : 0);
    detail_text("seq", crafted->seq, strlen(crafted->seq));
    detail("%-11s %s", "senderinfo", crafted->described[0]);
    detail("%-11s %s", "message", crafted->described[1]);
}

void craft_flip_bit(char *sealed, int at, int bit)
{
    uint8_t bytes[KIT_LINE_MAX];
    size_t len;

    must(kit_base64_decode(bytes, sizeof bytes, &len, sealed, strlen(sealed)) ==
         0);
    bytes[at >= 0 ? (size_t)at : len - (size_t)-at] ^= (uint8_t)(1 << bit);
    must(kit_base64_encode(sealed, KIT_SEALED_SIZE, bytes, len) == 0);
}
