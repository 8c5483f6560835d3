/* SPDX-License-Identifier: MIT */
#include "tests/grade/attack.h"

#include <stdio.h>
#include <string.h>

#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

void attack_refuse(struct receiver_harness *h, const struct line_case *cases,
                   size_t count)
{
    const char *what = "", *cause = "";

    LINE_CASE_RUN(h, -1, "a good line", "A good line was refused.",
                  .shown = true);
    for (size_t i = 0; i < count; i++) {
        struct line_case next = cases[i];

        what = next.what != NULL ? next.what : what;
        cause = next.cause != NULL ? next.cause : cause;
        next.what = what;
        next.cause = cause;
        next.same_chat = true;
        line_cases_run(h, -1, &next, 1);
    }
    step("The same lines, each in a new chat.");
    line_cases_run(h, -1, cases, count);
}

void attack_refuse_mistakes(struct receiver_harness *h, bool ticket)
{
    static struct crafted_m5 crafted;
    char cause[128], wrong[MISTAKE_AD_SIZE], names[72];
    struct box_inputs in = craft_inputs(h, ticket, 7);

    snprintf(names, sizeof names, "%s>%s", in.sender, in.receiver);
    snprintf(cause, sizeof cause,
             "A %s sealed with another key or other associated data was "
             "accepted: try only one key and one AD.",
             ticket ? "ticket" : "message");
    step("%ss follow, each sealed with one of the usual mistakes.",
         ticket ? "Ticket" : "Message");
    for (int i = 1; i < mistake_key_count + mistake_ad_count - 1; i++) {
        int key = i < mistake_key_count ? i : 0;
        int ad = i < mistake_key_count ? 0 : i - mistake_key_count + 1;

        random_token(h->secret);
        mistake_ad(wrong, ad, &in);
        if (ad != 0 && !ticket && strncmp(wrong, names, strlen(names)) == 0)
            continue; /* */
        if (craft_mistake(&crafted, h, &in, key, ad))
            LINE_CASE_RUN(h, -1, "a box sealed with a mistake", cause,
                          .one_of_many = true, .crafted = &crafted);
    }
}
