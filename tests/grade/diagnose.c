/* SPDX-License-Identifier: MIT */
/* Asking a receiver that refuses good lines which ones it does not refuse. */
#include "tests/grade/diagnose.h"

#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/chance.h"
#include "tests/grade/forge.h"

enum { DIAGNOSIS_MS = 6000 };

/* Seals the ticket or the message of F by the guesses KEY and AD. */
static bool forge_wrongly(struct forged *f, const struct post *post,
                          bool ticket, int key, int ad, const char *secret)
{
    struct secrets s = {.ticket = ticket,
                        .secret = secret,
                        .token = post->token,
                        .password = post->password,
                        .sender = post->alice,
                        .receiver = post->me,
                        .senderinfo = "",
                        .seq = 7};
    char words[GUESS_AD_SIZE], right[GUESS_AD_SIZE], json[FORGE_JSON];
    size_t len = guess_ad(words, ad, &s), right_len = guess_ad(right, 0, &s);
    struct kit_key k;

    if (ad != 0 && len == right_len && memcmp(words, right, len) == 0)
        return false;
    if (!guess_key(&k, key, &s))
        return false;
    post_good(f, post, post->alice, secret, 7, "which one?", 10);
    forge_ticket_json(json, post->alice, secret, 0);
    if (ticket)
        forge_box(f->ticket, &k, words, len, json, strlen(json));
    else
        forge_box(f->message, &k, words, len, "which one?", 10);
    post_write(f);
    return true;
}

/* Whether the receiver shows the line as it is now. */
static bool takes(struct post *post, const struct forged *f)
{
    struct program *p = post->program;
    size_t before = p->out.len;
    int fd = post_call(post);

    post_send(fd, f->line, f->len);
    (void)post_settle(post, fd);
    close(fd);
    return p->out.len > before;
}

bool diagnose(char cause[GUESS_CAUSE], struct post *post)
{
    int64_t end = kit_ticks() + DIAGNOSIS_MS;
    static struct forged f;
    char secret[129];

    for (int ticket = 0; ticket < 2; ticket++) {
        struct secrets s = {.ticket = ticket != 0,
                            .sender = post->alice,
                            .receiver = post->me,
                            .seq = 7};

        for (int i = 1; i < guess_keys + guess_ads - 1; i++) {
            int key = i < guess_keys ? i : 0;
            int ad = i < guess_keys ? 0 : i - guess_keys + 1;

            chance_token(secret);
            if (kit_ticks() > end || post->program->pid == 0)
                return false;
            if (!forge_wrongly(&f, post, ticket != 0, key, ad, secret) ||
                !takes(post, &f))
                continue;
            if (key != 0)
                guess_key_cause(cause, key, &s);
            else
                guess_ad_cause(cause, ad, &s);
            return true;
        }
    }
    return false;
}
