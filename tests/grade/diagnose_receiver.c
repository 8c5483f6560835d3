/* SPDX-License-Identifier: MIT */
#include "tests/grade/diagnose_receiver.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/clock.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"
#include "tests/support/forgery.h"

/* The line to try next. */
static struct crafted_m5 crafted;

/* --- Lines sealed with a mistake ------------------------------------------ */

enum { TWO_CAUSES = 2 * MISTAKE_CAUSE };

/*
 * Sends a line with the mistakes KEY and AD in the box that IN describes. If
 * the receiver shows it, returns true and describes them in CAUSE.
 */
static bool try_mistake(char cause[TWO_CAUSES], struct receiver_harness *h,
                        const struct box_inputs *in, int key, int ad)
{
    size_t n;

    if (!craft_mistake(&crafted, h, in, key, ad) ||
        !receiver_shows(h, &crafted))
        return false;
    /* TODO 5, which opens the ticket, also derives the key of the messages. */
    see_todo(key == 0 && !in->ticket ? "7"
             : ad == 0 || in->ticket ? "5"
                                     : "57");
    mistake_key_cause(cause, key, in);
    n = strlen(cause);
    if (n > 0 && ad != 0)
        cause[n++] = ' ';
    mistake_ad_cause(cause + n, ad, in);
    return true;
}

/*
 * Tries everything with exactly MANY mistakes, in a ticket or in a message,
 * until the time END.
 */
static bool try_mistakes(char cause[TWO_CAUSES], struct receiver_harness *h,
                         bool ticket, int many, int64_t end)
{
    const struct box_inputs in = craft_inputs(h, ticket, 1);

    for (int key = 0; key < mistake_key_count; key++) {
        for (int ad = 0; ad < mistake_ad_count; ad++) {
            if ((key != 0) + (ad != 0) != many)
                continue;
            random_token(h->secret);
            if (kit_ticks() > end || h->program->pid == 0)
                return false;
            if (try_mistake(cause, h, &in, key, ad))
                return true;
        }
    }
    return false;
}

/*
 * Sends messages and tickets with the usual mistakes. Returns true if the
 * receiver shows one of them; then CAUSE describes its mistakes.
 */
static bool find_mistake(char cause[TWO_CAUSES], struct receiver_harness *h)
{
    enum { DIAGNOSIS_MS = 8000 };
    int64_t end = kit_ticks() + DIAGNOSIS_MS;

    return try_mistakes(cause, h, false, 1, end) ||
           try_mistakes(cause, h, true, 1, end) ||
           try_mistakes(cause, h, false, 2, end) ||
           try_mistakes(cause, h, true, 2, end);
}

/* --- The good line with another ticket ------------------------------------ */

/*
 * Fails the check if the same line is shown with a ticket that expires in
 * EXPIRES_IN seconds, or without exp if that is 0.
 */
static void try_exp(struct receiver_harness *h, int expires_in,
                    const char *todo, const char *cause)
{
    if (h->program->pid == 0)
        return;
    if (expires_in == 0)
        step("It receives the same line with a ticket that has no exp.");
    else
        step("It receives the same line with exp %+d s from now.", expires_in);
    craft_ticket(&crafted, h, h->alice, h->secret,
                 expires_in == 0 ? 0 : (long long)time(NULL) + expires_in);
    craft_assemble(&crafted);
    if (!receiver_shows(h, &crafted))
        return;
    see_todo(todo);
    fail("%s", cause);
}

/*
 * Whether TODO 5 accepts a good ticket. The address in it is not the peer's: if
 * TODO 5 returns 0, the kit's code then prints a note about the address.
 */
static bool accepts_ticket(struct receiver_harness *h)
{
    size_t before = h->program->err.len;
    char json[FORGERY_JSON];

    step("It receives the same line with another address in its ticket.");
    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"ip_addr\":\"192.0.2.7\",\"secret\":"
             "\"%s\"}",
             h->alice, h->secret);
    craft_ticket_json(&crafted, h, json);
    craft_assemble(&crafted);
    return receiver_shows(h, &crafted) ||
           strstr(h->program->err.bytes + before, " logged in from ") != NULL;
}

/*
 * Fails the check if TODO 5 calls kit_ad_message, which is for TODO 7. Then
 * WORDS, the receiver's last ones, have an error of kit_ad_message, and the
 * cause is not TODO 7, because TODO 5 does not even accept a good ticket.
 */
static void try_ad_of_ticket(struct receiver_harness *h, const char *words)
{
    if (h->program->pid == 0 || strstr(words, "kit_ad_message: ") == NULL ||
        accepts_ticket(h))
        return;
    see_todo("5");
    fail("The ticket is opened with the associated data of a message, from "
         "kit_ad_message: that of a ticket is \"senderinfo>%s\", and "
         "kit_ad_ticket writes it.",
         h->me);
}

/* --- The whole diagnosis -------------------------------------------------- */

/* What a receiver prints when it refuses a good line, and the mistake then. */
static const struct {
    const char *words, *todo, *cause;
} refusals[] = {
    {"refused: expired", "56",
     "Every ticket counts as expired, even one without exp: "
     "chat->good_until was never set. kit_json_good_until sets it, to "
     "KIT_NEVER without exp. Refuse only if now > chat->good_until."},
    {"refused: replay", "6",
     "The first line of a chat counts as a replay. chat->seq is the last "
     "number, 0 in a new chat: refuse if m->seq <= chat->seq, not if it is "
     "greater."},
    {"refused: ticket-json", "5",
     "The ticket opens, but you refuse its members: parse text.len bytes "
     "(kit_json_object), and read username, ip_addr, exp and secret with their "
     "kit_json_ functions, which return 0 for success."},
    {"kit_ad_message: sender is not a NAME", "57",
     "The name of the sender in the associated data is empty: read "
     "\"username\" of the ticket into chat->sender (kit_json_name), and pass "
     "chat->sender.text to kit_ad_message."},
    {"kit_ad_message: seq is 0", "7",
     "The associated data has chat->seq, the number of the last text: it must "
     "have m->seq, that of this one."},
};

/* Fails the check if WORDS, the receiver's last ones, name its mistake. */
static void try_words(const char *words)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        if (strstr(words, refusals[i].words) == NULL)
            continue;
        see_todo(refusals[i].todo);
        fail("%s", refusals[i].cause);
    }
}

/* The rest of WORDS, the tail of standard error, after "listening on". */
static const char *after_listening(const char *words)
{
    const char *rest = strstr(words, " | ");

    return strncmp(words, "listening on ", 13) == 0 && rest != NULL ? rest + 3
                                                                    : words;
}

/* Removes what the receiver has printed after LEN bytes of standard error. */
static void forget_words(struct program *p, size_t len)
{
    /* If it has crashed, these bytes have the report of the crash. */
    if (p->pid == 0)
        return;
    p->err.len = len;
    p->err.bytes[len] = '\0';
}

_Noreturn void diagnose_not_shown(struct receiver_harness *h,
                                  const struct crafted_m5 *good,
                                  const char *wanted)
{
    char cause[TWO_CAUSES] = "", refusal[900];
    struct program *p = h->program;
    const char *last_words = program_last_words(p);
    size_t err_len = p->err.len;

    snprintf(refusal, sizeof refusal,
             "Your receiver refuses a good line. Its last words: %s",
             after_listening(program_stderr_tail(p)));
    detail("standard error: %s", last_words);
    expected("%s", wanted);
    got("nothing; on standard error: %s", last_words);
    program_check_todo(p);
    crafted = *good;
    try_exp(h, 0, "56",
            "A ticket without exp was accepted, but one with a valid exp was "
            "not. exp is a time in seconds, like now: refuse only if now > "
            "chat->good_until.");
    try_exp(h, -2 * KIT_CLOCK_SKEW, "6",
            "It shows a line whose ticket has expired, and refuses a good one: "
            "refuse a line if now > chat->good_until. Or check_fresh returns "
            "the opposite: 0 means fresh.");
    try_ad_of_ticket(h, refusal);
    try_words(refusal);
    if (p->pid != 0 && p->err.len > 0 && find_mistake(cause, h)) {
        step("It shows a line that is sealed with a mistake.");
        fail("Your receiver does not open boxes in the way that they are "
             "sealed. %s",
             cause);
    }
    if (strncmp(last_words, "refused: ", 9) != 0)
        snprintf(refusal, sizeof refusal,
                 "Your receiver does not show a good line and prints no "
                 "reason: each step returns 0 if all is well, and otherwise "
                 "kit_refused(\"WORD\"). Its last words: %.99s",
                 last_words);
    forget_words(p, err_len);
    receiver_fail_silent(h, wanted, refusal);
}

_Noreturn void diagnose_empty(struct receiver_harness *h)
{
    const char *refused = strstr(h->program->err.bytes, "refused: ");
    char cause[TWO_CAUSES] = "", words[300] = "";
    bool found;

    if (refused != NULL)
        snprintf(words, sizeof words, "%s",
                 printable(refused, strcspn(refused, "\n")));
    found = find_mistake(cause, h);
    see_todo("75");
    if (refused != NULL)
        fail("It prints \"%s\", but goes on: return -1 after a refusal (return "
             "kit_refused). %s",
             words, cause);
    if (found)
        fail("The box of this line does not open, but your receiver goes on: "
             "return -1 unless kit_box_open returns 0. %s",
             cause);
    fail("Not all of the text is shown. Either the box does not open, and the "
         "result of kit_box_open is ignored, or m->text.len is not set "
         "(kit_box_open sets it).");
}
