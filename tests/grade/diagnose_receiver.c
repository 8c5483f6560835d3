/* SPDX-License-Identifier: MIT */
#include "tests/grade/diagnose_receiver.h"

#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/random_data.h"
#include "tests/grade/seal.h"

enum { DIAGNOSIS_MS = 6000 };

/*
 * Crafts a line whose ticket or message is sealed with mistakes KEY and AD.
 * Returns false if that is impossible, or no mistake with these names.
 */
static bool craft_mistake(struct crafted_m5 *crafted,
                          const struct receiver_harness *h, bool ticket,
                          int key, int ad, const char *secret)
{
    struct box_inputs s = {.ticket = ticket,
                           .secret = secret,
                           .token = h->token,
                           .password = h->password,
                           .sender = h->alice,
                           .receiver = h->me,
                           .senderinfo = "",
                           .seq = 7};
    char wrong[MISTAKE_AD_SIZE], right[MISTAKE_AD_SIZE], json[TICKET_JSON_MAX];
    size_t len = mistake_ad(wrong, ad, &s),
           right_len = mistake_ad(right, 0, &s);
    struct kit_key k;

    if (ad != 0 && len == right_len && memcmp(wrong, right, len) == 0)
        return false;
    if (!mistake_key(&k, key, &s))
        return false;
    craft_good(crafted, h, h->alice, secret, 7, "which one?", 10);
    seal_ticket_json(json, h->alice, secret, 0);
    if (ticket)
        seal_with_key(crafted->ticket, sizeof crafted->ticket, &k, wrong, len,
                      json, strlen(json));
    else
        seal_with_key(crafted->message, sizeof crafted->message, &k, wrong, len,
                      "which one?", 10);
    craft_assemble(crafted);
    return true;
}

/* Whether the receiver shows the line. */
static bool accepts(struct receiver_harness *h,
                    const struct crafted_m5 *crafted)
{
    struct program *p = h->program;
    size_t before = p->out.len;
    int fd = receiver_connect(h);

    receiver_send(fd, crafted->line, crafted->len);
    (void)receiver_wait_closed(h, fd);
    close(fd);
    return p->out.len > before;
}

bool diagnose_receiver(char cause[MISTAKE_CAUSE], struct receiver_harness *h)
{
    int64_t end = kit_ticks() + DIAGNOSIS_MS;
    static struct crafted_m5 crafted;
    char secret[129];

    for (int ticket = 0; ticket < 2; ticket++) {
        struct box_inputs s = {.ticket = ticket != 0,
                               .sender = h->alice,
                               .receiver = h->me,
                               .seq = 7};

        for (int i = 1; i < mistake_key_count + mistake_ad_count - 1; i++) {
            int key = i < mistake_key_count ? i : 0;
            int ad = i < mistake_key_count ? 0 : i - mistake_key_count + 1;

            random_token(secret);
            if (kit_ticks() > end || h->program->pid == 0)
                return false;
            if (!craft_mistake(&crafted, h, ticket != 0, key, ad, secret) ||
                !accepts(h, &crafted))
                continue;
            if (key != 0)
                mistake_key_cause(cause, key, &s);
            else
                mistake_ad_cause(cause, ad, &s);
            return true;
        }
    }
    return false;
}
