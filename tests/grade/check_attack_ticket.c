/* SPDX-License-Identifier: MIT */
/* Attacks on the receiver: tickets that are forged, bad or expired. */
#include <time.h>
#include <unistd.h>

#include "lib/chats.h"
#include "lib/clock.h"
#include "tests/grade/attack.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

void a_clear_ticket(void)
{
    static const struct line_case cases[] = {
        {"an unsealed ticket, as a JSON object",
         "An unsealed ticket was accepted: refuse a ticket unless "
         "kit_ticket_open returns 0.",
         .line =
             "{\"senderinfo\":{\"username\":\"$alice\",\"ip_addr\":"
             "\"127.0.0.1\",\"secret\":\"$secret\",\"exp\":$exp},\"seq\":$seq,"
             "\"message\":\"$message\"}"},
        {"an unsealed ticket in base64", .unsealed = TICKET},
        {"an unsealed ticket between a nonce and a tag",
         .ticket = "............$good................", .unsealed = TICKET},
    };

    LINE_CASES_RUN(&harness, cases);
}

void a_others_ticket(void)
{
    char other[129];
    const struct line_case cases[] = {
        {"a ticket for another receiver, without exp",
         "A ticket for another receiver was accepted: its associated data must "
         "be \"senderinfo>\" and your own name.",
         .ticket_ad = "senderinfo>$carol", .exp = ""},
        {"a ticket for another receiver",
         "A ticket for another receiver was accepted: its associated data must "
         "be \"senderinfo>\" and your own name.",
         .ticket_ad = "senderinfo>$carol"},
        {"a ticket without associated data",
         "A ticket without associated data was accepted: it must be "
         "\"senderinfo>\" and your own name.",
         .ticket_ad = ""},
        {"a ticket under the label \"message\"",
         "A ticket sealed under a label other than \"senderinfo\" was "
         "accepted: derive the key of tickets with KIT_LABEL_TICKET.",
         .ticket_label = KIT_LABEL_MESSAGE},
        {"a ticket that was sealed under another token",
         "A ticket sealed under a token other than yours was accepted: derive "
         "the key of tickets from the token of this login, and refuse a ticket "
         "unless kit_ticket_open returns 0.",
         .ticket_token = other},
    };

    random_token(other);
    LINE_CASES_RUN(&harness, cases);
    attack_refuse_mistakes(&harness, true);
}

void a_bad_tickets(void)
{
    static const struct line_case cases[] = {
        /* The longest secret is first, as it may crash the receiver. */
        {"a ticket with a secret of 400 characters",
         "An invalid secret was accepted: it must have 16 to 128 characters "
         "(kit_json_secret).",
         .secret = "$400"},
        {"a ticket with a secret of 129 characters", .secret = "$129"},
        {"a ticket with a secret of 15 characters", .secret = "$15"},
        {"a ticket with an empty name",
         "An invalid name was accepted: $what. Read it with kit_json_name.",
         .sender = ""},
        {"a ticket with a capital letter in its name", .sender = "Alice"},
        {"a ticket with a newline in its name", .sender = "alice\\n",
         .ad = "alice\n>$me#1"},
        {"a ticket with an escape sequence as name", .sender = "\\u001b[2J",
         .ad = "\033[2J>$me#1"},
        {"a ticket with a name of 33 characters", .sender = "$33"},
        {"a ticket with text after its object",
         "The text of a ticket must be exactly one JSON object, like a line "
         "(kit_json_object).",
         .ticket = "${good}x"},
        {"a ticket with two members \"ip_addr\"",
         .ticket = "{\"ip_addr\":\"127.0.0.1\",$rest"},
        {"a ticket of more than 1024 characters",
         "A ticket of more than 1024 characters was accepted: read it with "
         "kit_json_ticket.",
         .ticket = "{\"x\":\"$700\",$rest"},
    };

    LINE_CASES_RUN(&harness, cases);
}

/* Crafts line SEQ of a chat of alice whose ticket is good until END. */
static void craft_until(long long end, int seq)
{
    craft_good(&crafted, &harness, harness.alice, harness.secret, seq, "hello",
               5);
    craft_ticket(&crafted, &harness, harness.alice, harness.secret,
                 end - KIT_CLOCK_SKEW);
    craft_assemble(&crafted);
}

/*
 * A chat begins in the last second of its ticket, and its next line comes after
 * the end. If the first line is refused because the clock has moved on, it
 * tries again with a new chat.
 */
static void outlive_ticket(void)
{
    long long end;
    const char *line;
    int fd;

    do {
        random_token(harness.secret);
        end = (long long)time(NULL) + 1;
        craft_until(end, 1);
        craft_describe(&crafted, "a ticket that is good for one more second");
        fd = receiver_connect(&harness);
        tcp_send(fd, crafted.line, crafted.len);
        line = receiver_next_line(&harness, fd);
        if (line == NULL)
            close(fd);
    } while (line == NULL && harness.program->pid != 0 && time(NULL) > end);
    if (line == NULL)
        receiver_fail_silent(&harness, "hello",
                             "A ticket is valid for 300 s after exp.");
    while (time(NULL) <= end)
        (void)program_poll_one(harness.program, -1, 0, kit_ticks() + 50);
    for (int seq = 2; seq <= 3; seq++) {
        craft_until(end, seq);
        LINE_CASE_RUN(&harness, seq == 2 ? fd : -1,
                      "the next line of this chat, after the end of the ticket",
                      "A chat went on after the end of its ticket: compare exp "
                      "for each line, not only when the ticket is opened.",
                      .crafted = &crafted);
    }
    close(fd);
}

/*
 * Begins 64 more chats of alice, with tickets that have expired but are still
 * accepted. There is room for 64, so the last may be refused, but no earlier
 * one may be forgotten.
 */
static void fill_chats_of_alice(void)
{
    int fd = receiver_connect(&harness);

    step("%d more chats of %s begin.", KIT_CHATS_PER_SENDER, harness.alice);
    for (int i = 0; i < KIT_CHATS_PER_SENDER; i++) {
        random_token(harness.secret);
        craft_until((long long)time(NULL) + KIT_CLOCK_SKEW - 100, 1);
        tcp_send(fd, crafted.line, crafted.len);
        (void)receiver_next_line(&harness, fd);
    }
    close(fd);
}

void a_expired(void)
{
    static const struct line_case cases[] = {
        {"a ticket that expired $ago s ago",
         "A ticket that expired $ago s ago was accepted: it is valid until exp "
         "+ 300.",
         .expires_in = -301},
        {.expires_in = -400},
        {.expires_in = -3600},
        {.expires_in = -86000},
        {.expires_in = -1000000000},
        {"a ticket with exp $exp",
         "exp $exp was treated as missing: if exp is present, it must be an "
         "integer from 1 on, and not have expired (kit_json_good_until reads "
         "it).",
         .exp = "\"$past\""},
        {.exp = "null"},
        {.exp = "0"},
        {.exp = "1"},
        {.exp = "-1"},
        {.exp = "$past.5"},
    };

    LINE_CASES_RUN(&harness, cases);
    outlive_ticket();
    /* A line must be remembered for as long as its ticket is accepted. A
       receiver forgets old chats when it needs room for new ones. */
    LINE_CASE_RUN(&harness, -1, "a ticket that expired 100 s ago",
                  "A ticket is valid for 300 s after exp (KIT_CLOCK_SKEW).",
                  .shown = true, .keep = true, .expires_in = -100);
    fill_chats_of_alice();
    LINE_CASE_RUN(&harness, -1, "the first line again",
                  "A replay was shown between exp and exp + 300: remember the "
                  "last seq for as long as its ticket is accepted.",
                  .again = true);
}
