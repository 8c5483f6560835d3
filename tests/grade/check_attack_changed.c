/* SPDX-License-Identifier: MIT */
/* Attacks on the receiver: lines that were changed on the way. */
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/grade/attack.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/*
 * Sends lines with texts of FIRST to LAST bytes. One byte of each box was
 * changed: if OF_TEXT, one of the text; otherwise one of the nonce or the tag.
 */
static void change_each_length(bool of_text, int first, int last,
                               const char *cause)
{
    char text[8], what[96];

    step("More such lines: the text has %d to %d bytes.", first, last);
    for (int len = first; len <= last; len++) {
        int at = of_text ? KIT_NONCE_LEN + (int)random_below((uint32_t)len)
                 : random_below(3) == 0 ? (int)random_below(KIT_NONCE_LEN)
                                        : -1 - (int)random_below(KIT_TAG_LEN);
        int box_len = KIT_NONCE_LEN + len + KIT_TAG_LEN;

        snprintf(text, sizeof text, "$%d", len);
        snprintf(what, sizeof what,
                 "a text of %d bytes; in its box, byte %d of %d was changed",
                 len, (at < 0 ? at + box_len : at) + 1, box_len);
        LINE_CASE_RUN(&harness, -1, what, cause, .one_of_many = true,
                      .text = text,
                      .flip = {MESSAGE, at, (int)random_below(8)});
    }
}

/* A forged line must be refused however many good ones came before. */
static void change_late_in_chat(void)
{
    static const int good[] = {1, 2, 3, 5, 9, 10, 30};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char sender[16];

        /* Each chat has a different sender: not every receiver can hold
           two chats of one sender (R5-02). */
        snprintf(sender, sizeof sender, "late%d", good[i]);
        random_token(harness.secret);
        harness.alice_seq = 0;
        step("A chat has %d good lines, and then a changed one.", good[i]);
        for (int k = 0; k < good[i]; k++)
            LINE_CASE_RUN(&harness, -1, "the next good line of a chat",
                          "A good line was refused.", .one_of_many = true,
                          .shown = true, .same_chat = true, .sender = sender);
        LINE_CASE_RUN(&harness, -1, "a changed line of the same chat",
                      "A changed message was shown late in a chat: check "
                      "what kit_box_open returns for every line.",
                      .same_chat = true, .sender = sender,
                      .flip = {MESSAGE, KIT_NONCE_LEN, 0});
    }
}

void a_message_bits(void)
{
    static const struct line_case cases[] = {
        {"a message whose first byte of text was changed",
         "A changed message was shown. Does your receiver check what "
         "kit_box_open returns? If your own code opens the box, it must give "
         "OpenSSL the tag (without one, OpenSSL returns success), and use the "
         "text only after the tag was checked.",
         .flip = {MESSAGE, 12, 0}},
        {"a message with a changed byte in its text", .text = "pay 100 to bob",
         .flip = {MESSAGE, 16, 5}},
        {"a message whose last byte of text was changed",
         .flip = {MESSAGE, -17, 7}},
    };

    ATTACK_REFUSE(&harness, cases);
    change_each_length(true, 1, 70, cases[0].cause);
    change_each_length(true, KIT_TEXT_MAX, KIT_TEXT_MAX, cases[0].cause);
    change_late_in_chat();
}

void a_nonce_and_tag(void)
{
    static const struct line_case cases[] = {
        {"a message with a changed nonce",
         "A message with a changed nonce was shown: its tag is not checked.",
         .flip = {MESSAGE, 0, 0}},
        {"a message whose first byte of the tag was changed",
         "A message with a changed tag was shown: not all 16 bytes of the tag "
         "are checked.",
         .flip = {MESSAGE, -16, 0}},
        {"a message with a changed byte in its tag", .flip = {MESSAGE, -8, 3}},
        {"a message whose last byte of the tag was changed",
         .flip = {MESSAGE, -1, 7}},
        {"an empty text with a changed nonce",
         "A forged empty text was shown: a box of 28 bytes has a tag, too, and "
         "it must be checked.",
         .text = "", .flip = {MESSAGE, 0, 0}},
    };

    ATTACK_REFUSE(&harness, cases);
    step("Empty texts, each with one byte of its tag changed.");
    for (int i = 1; i <= KIT_TAG_LEN; i++)
        LINE_CASE_RUN(&harness, -1, "an empty text with a changed tag",
                      cases[4].cause, .one_of_many = true, .text = "",
                      .flip = {MESSAGE, -i, (int)random_below(8)});
    change_each_length(
        false, 1, 70,
        "A message with a changed nonce or tag was shown: a change of any of "
        "their 12 and 16 bytes must be noticed, however long the text is.");
    change_each_length(false, KIT_TEXT_MAX, KIT_TEXT_MAX, cases[1].cause);
}

void a_ticket_bits(void)
{
    static const struct line_case cases[] = {
        {"a ticket whose last byte of the tag was changed",
         "A changed ticket was accepted: its tag is not checked. Refuse it "
         "unless kit_ticket_open returns 0.",
         .flip = {TICKET, -1, 7}},
        {"a ticket whose first byte of the tag was changed",
         .flip = {TICKET, -16, 0}},
        {"a ticket with a changed byte in its tag", .flip = {TICKET, -9, 4}},
        {"a ticket with a changed nonce", .flip = {TICKET, 4, 1}},
        {"a ticket with a changed byte of text", .flip = {TICKET, 13, 0}},
        {"a good line", "A good line is not shown.", .shown = true},
        {"the next line of this chat, whose ticket has a changed last byte",
         "A changed ticket was mistaken for the good one of the same chat: "
         "compare the whole ticket.",
         .same_chat = true, .flip = {TICKET, -1, 0}},
        {"the next line of this chat, whose ticket has a changed first byte",
         .same_chat = true, .flip = {TICKET, 0, 0}},
        {"the next line of this chat, whose ticket has a changed byte of text",
         .same_chat = true, .flip = {TICKET, 40, 0}},
    };

    char ticket[32], what[64];

    LINE_CASES_RUN(&harness, cases);
    step("More tickets, with 8 to 47 more bytes and a changed one.");
    for (int len = 1; len <= 40; len++) {
        snprintf(ticket, sizeof ticket, "{\"x\":\"$%d\",$rest", len);
        snprintf(what, sizeof what, "a ticket with %d more bytes", 7 + len);
        LINE_CASE_RUN(&harness, -1, what, cases[0].cause, .one_of_many = true,
                      .ticket = ticket,
                      .flip = {TICKET, -1 - (int)random_below(KIT_TAG_LEN),
                               (int)random_below(8)});
    }
}

void a_renumbered(void)
{
    static const struct line_case cases[] = {
        {"a line with seq 1 that was changed to 2",
         "A changed seq was accepted: the seq of the line must be part of the "
         "associated data.",
         .seq = "2", .ad = "$alice>$me#1"},
        {"a line with seq 1 that was changed to 2147483647",
         .seq = "2147483647", .ad = "$alice>$me#1"},
        {"a message that was sealed without a number",
         "A message was shown whose associated data had no seq: open it with "
         "\"$alice>$me#$seq\", and refuse it if that fails.",
         .ad = "$alice>$me"},
        {.ad = "$alice>$me#"},
        {"a message that was sealed with another number",
         "A message was shown whose associated data had another seq: open it "
         "with \"$alice>$me#$seq\", and refuse it if that fails.",
         .ad = "$alice>$me#0"},
        {.ad = "$alice>$me#3"},
        {"the ticket of one chat with the message of another",
         "The ticket of one chat was accepted with the message of another: "
         "derive the key from the secret in this ticket.",
         .key = "$other"},
    };

    ATTACK_REFUSE(&harness, cases);
}

/* --- Other encodings ------------------------------------------------------ */

/* Sends the box of an empty text whose tag is cut to LEN bytes. */
static void send_cut_tag(size_t len)
{
    uint8_t box[KIT_LINE_MAX];
    char what[64];
    size_t box_len;

    random_token(harness.secret);
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "", 0);
    must(kit_base64_decode(box, sizeof box, &box_len, crafted.message,
                           strlen(crafted.message)) == 0);
    must(kit_base64_encode(crafted.message, sizeof crafted.message, box,
                           KIT_NONCE_LEN + len) == 0);
    craft_assemble(&crafted);
    snprintf(what, sizeof what, "an empty text with %zu bytes of its tag", len);
    LINE_CASE_RUN(
        &harness, -1, what,
        "A shortened tag was accepted: your own code compares only "
        "the bytes that came. Refuse a box of less than 28 bytes, and "
        "compare all 16 of its tag (kit_box_open does both).",
        .crafted = &crafted);
}

void a_short_boxes(void)
{
    static const int lengths[] = {0, 1, 11, 12, 15, 16, 27};
    static const char cause[] = "A box of less than 28 bytes was accepted: it "
                                "cannot hold a nonce and a tag.";
    char bytes[8], whats[2][64];

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const struct line_case cases[] = {
            {whats[0], cause, .text = bytes, .unsealed = MESSAGE},
            {whats[1], cause, .ticket = bytes, .unsealed = TICKET},
        };

        snprintf(bytes, sizeof bytes, "$%d", lengths[i]);
        snprintf(whats[0], 64, "a %d-byte box as its message", lengths[i]);
        snprintf(whats[1], 64, "a %d-byte box as its senderinfo", lengths[i]);
        LINE_CASES_RUN(&harness, cases);
    }
    send_cut_tag(0);
    send_cut_tag(1);
    send_cut_tag(KIT_TAG_LEN - 1);
}
