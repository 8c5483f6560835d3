/* SPDX-License-Identifier: MIT */
/* Attacks on the receiver: lines that an attacker changes, replays, forges. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base64.h"
#include "lib/chats.h"
#include "lib/clock.h"
#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"
#include "tests/support/forgery.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/*
 * The receiver must refuse each of these lines when it continues a chat, and
 * again when it begins one. The chat comes first: R5-02 is about several.
 */
static void refuse(const struct line_case *cases, size_t count)
{
    const char *what = "", *cause = "";

    LINE_CASE_RUN(&harness, -1, "a good line", "A good line was refused.",
                  .shown = true);
    for (size_t i = 0; i < count; i++) {
        struct line_case next = cases[i];

        what = next.what != NULL ? next.what : what;
        cause = next.cause != NULL ? next.cause : cause;
        next.what = what;
        next.cause = cause;
        next.same_chat = true;
        line_cases_run(&harness, -1, &next, 1);
    }
    step("The same lines, each in a new chat.");
    line_cases_run(&harness, -1, cases, count);
}

#define REFUSE(cases) refuse(cases, sizeof(cases) / sizeof(cases)[0])

/* --- Changed lines -------------------------------------------------------- */

/*
 * Sends lines with one changed byte, with texts of FIRST to LAST bytes: a byte
 * of the text, or one of the nonce or the tag.
 */
static void change_each_length(bool of_text, int first, int last,
                               const char *cause)
{
    char text[8], what[64];

    step("More such lines: the text has %d to %d bytes.", first, last);
    for (int len = first; len <= last; len++) {
        int at = of_text ? KIT_NONCE_LEN + (int)random_below((uint32_t)len)
                 : random_below(3) == 0 ? (int)random_below(KIT_NONCE_LEN)
                                        : -1 - (int)random_below(KIT_TAG_LEN);

        snprintf(text, sizeof text, "$%d", len);
        snprintf(what, sizeof what, "a text of %d bytes, changed at byte %d",
                 len, at);
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

        /* Each chat has another sender: see R5-02 for two chats of one. */
        snprintf(sender, sizeof sender, "late%d", good[i]);
        random_token(harness.secret);
        harness.alice_seq = 0;
        step("A chat has %d good lines, and then a changed one.", good[i]);
        for (int k = 0; k < good[i]; k++)
            LINE_CASE_RUN(&harness, -1, "the next good line of a chat",
                          "A good line was refused.", .one_of_many = true,
                          .shown = true, .same_chat = true, .sender = sender);
        LINE_CASE_RUN(&harness, -1, "a changed line of the same chat",
                      "A changed message was shown late in a chat: look at "
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
         "kit_box_open returns? Own code must set the tag (or OpenSSL returns "
         "success) and check it before the text is used.",
         .flip = {MESSAGE, 12, 0}},
        {"a message with a changed byte in its text", .text = "pay 100 to bob",
         .flip = {MESSAGE, 16, 5}},
        {"a message whose last byte of text was changed",
         .flip = {MESSAGE, -17, 7}},
    };

    REFUSE(cases);
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

    REFUSE(cases);
    step("Empty texts, each with one byte of its tag changed.");
    for (int i = 1; i <= KIT_TAG_LEN; i++)
        LINE_CASE_RUN(&harness, -1, "an empty text with a changed tag",
                      cases[4].cause, .one_of_many = true, .text = "",
                      .flip = {MESSAGE, -i, (int)random_below(8)});
    change_each_length(false, 1, 70,
                       "A message with a changed nonce or tag was shown: all "
                       "12 and 16 bytes count, whatever the length.");
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
         "A changed ticket was taken for the good one of the same chat: "
         "compare all of it.",
         .same_chat = true, .flip = {TICKET, -1, 0}},
        {"the next line of this chat, whose ticket has a changed first byte",
         .same_chat = true, .flip = {TICKET, 0, 0}},
        {"the next line of this chat, whose ticket has a changed byte of text",
         .same_chat = true, .flip = {TICKET, 40, 0}},
    };

    char ticket[32], what[64];

    LINE_CASES_RUN(&harness, cases);
    step("More tickets, with 1 to 40 more bytes and a changed one.");
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
        {.ad = "$alice>$me#0"},
        {.ad = "$alice>$me#3"},
        {"the ticket of one chat with the message of another",
         "The ticket of one chat was accepted with the message of another: "
         "derive the key from the secret in this ticket.",
         .key = "$other"},
    };

    REFUSE(cases);
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

/* --- Replays -------------------------------------------------------------- */

void a_replay(void)
{
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    LINE_CASE_RUN(&harness, fd, "a good line", "A good line is not shown.",
                  .shown = true, .keep = true, .same_chat = true);
    LINE_CASE_RUN(
        &harness, fd, "the same line again, on the same connection",
        "The same message was shown twice: store its number once the box has "
        "opened (chat->seq = m->seq), and refuse m->seq <= chat->seq.",
        .again = true);
}

/* The line that was kept comes again, after another one was refused. */
#define FIRST_LINE_AGAIN                                                       \
    {                                                                          \
        "the first line again",                                                \
            "A replay was shown after another line had been refused: a line "  \
            "that is refused must change nothing in chat. Set chat->seq only " \
            "after the box has opened.",                                       \
            .again = true                                                      \
    }

static void replay_after_refusals(void)
{
    static const struct line_case cases[] = {
        FIRST_LINE_AGAIN,
        {"a changed line of the same chat", "", .either = true,
         .same_chat = true, .flip = {MESSAGE, KIT_NONCE_LEN, 0}},
        FIRST_LINE_AGAIN,
        {"a changed line of the same chat, with seq 2147483647", "",
         .either = true, .same_chat = true, .seq = "2147483647",
         .flip = {MESSAGE, -1, 0}},
        FIRST_LINE_AGAIN,
        {"a changed empty text of the same chat", "", .either = true,
         .same_chat = true, .text = "", .flip = {MESSAGE, -1, 0}},
        FIRST_LINE_AGAIN,
        {"a line of the same chat with a changed ticket", "", .either = true,
         .same_chat = true, .flip = {TICKET, -1, 0}},
        FIRST_LINE_AGAIN,
        {"a line of the same chat with seq 0", "", .either = true,
         .same_chat = true, .seq = "0"},
        FIRST_LINE_AGAIN,
        {"a line of the same chat with an expired ticket", "", .either = true,
         .same_chat = true, .expires_in = -4000},
        FIRST_LINE_AGAIN,
        {"a line that is not JSON", "", .either = true, .same_chat = true,
         .line = "hello"},
        FIRST_LINE_AGAIN,
        {"a line of the same chat whose ticket names the receiver", "",
         .either = true, .same_chat = true, .sender = "$me"},
        FIRST_LINE_AGAIN,
        {"a changed line of another chat", "", .either = true,
         .sender = "$mallory", .flip = {MESSAGE, KIT_NONCE_LEN, 0}},
        FIRST_LINE_AGAIN,
    };

    LINE_CASES_RUN(&harness, cases);
}

void a_replay_elsewhere(void)
{
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    LINE_CASE_RUN(&harness, fd, "a good line", "A good line is not shown.",
                  .shown = true, .keep = true);
    LINE_CASE_RUN(
        &harness, -1, "the same line on a second connection",
        "A replay on a second connection was shown: remember the last seq for "
        "each secret, not for each connection (and children of fork() do not "
        "share the table).",
        .again = true);
    line_cases_run(&harness, -1, &(const struct line_case)FIRST_LINE_AGAIN, 1);
    close(fd);
    (void)receiver_wait_closed(&harness, fd);
    LINE_CASE_RUN(
        &harness, -1, "the same line after the first connection was closed",
        "A replay was shown after the first connection was closed: remember "
        "the last seq for as long as your program runs.",
        .again = true);
    replay_after_refusals();
}

/* Numbers just beyond the range of uint8_t, int16_t, uint16_t and float. */
static const char *const large[] = {"300",      "40000",    "70000",
                                    "16777216", "16777217", "2147483646"};

enum { LARGE = sizeof large / sizeof large[0] };

static void change_after_large_numbers(void)
{
    static const char *const next[LARGE] = {
        "301", "40001", "70001", "16777217", "16777218", "2147483647"};

    for (int i = 0; i < LARGE; i++) {
        char sender[16];

        snprintf(sender, sizeof sender, "large%d", i);
        LINE_CASE_RUN(&harness, -1, "a line with a large seq in a new chat",
                      "A line with a large seq was refused.", .shown = true,
                      .one_of_many = true, .sender = sender, .seq = large[i]);
        LINE_CASE_RUN(&harness, -1, "a changed line after one with a large seq",
                      "A changed message was shown late in a chat: look at "
                      "what kit_box_open returns for every line.",
                      .same_chat = true, .sender = sender, .seq = next[i],
                      .flip = {MESSAGE, KIT_NONCE_LEN, 0});
    }
}

void a_large_numbers(void)
{
    receiver_setup_and_start(&harness);
    for (int i = 0; i < LARGE; i++) {
        int fd = receiver_connect(&harness);

        LINE_CASE_RUN(&harness, fd, "a line with a greater seq",
                      "A line with a greater seq was refused: the last seq is "
                      "kept in a type that is too small for it.",
                      .shown = true, .keep = true, .same_chat = true,
                      .seq = large[i]);
        LINE_CASE_RUN(
            &harness, fd, "the same line again",
            "The same message was shown twice: the last seq was not stored, or "
            "in a type that is too small for it.",
            .again = true);
        close(fd);
    }
    change_after_large_numbers();
}

void a_late(void)
{
    static const struct line_case cases[] = {
        {"a good line", "A good line is not shown.", .shown = true, .seq = "2"},
        {.shown = true, .same_chat = true, .seq = "5"},
        {"message 3, which was delayed, after message 5",
         "Message 3 was shown after 5: accept only a greater seq than the last "
         "one, and that is the seq of the last text (chat->seq = m->seq), not "
         "how many there were.",
         .same_chat = true, .seq = "3"},
    };

    receiver_setup_and_start(&harness);
    line_cases_run(&harness, receiver_connect(&harness), cases, 3);
}

/* Begins one more chat, number I, on FD. Each sender has 60 chats. */
static void begin_chat(int fd, int i)
{
    char secret[129], sender[33];

    random_token(secret);
    snprintf(sender, sizeof sender, "sender%d", i / 60);
    craft_good(&crafted, &harness, sender, secret, 1, "hello", 5);
    tcp_send(fd, crafted.line, crafted.len);
    receiver_expect_text(&harness, fd, sender, "hello", 5,
                         "A new chat was refused: there must be room for 64 "
                         "chats of one sender and 1,024 in all.");
}

void a_many_chats(void)
{
    enum { CHATS = 360 };
    int fd;

    LINE_CASE_RUN(&harness, -1, "a good line", "A good line was refused.",
                  .shown = true, .keep = true, .expires_in = 600);
    step("%d other chats begin, from %d senders.", CHATS, CHATS / 60);
    fd = receiver_connect(&harness);
    for (int i = 0; i < CHATS; i++)
        begin_chat(fd, i);
    close(fd);
    LINE_CASE_RUN(
        &harness, -1, "the very first line again",
        "A replay was shown after other chats had begun: never forget a secret "
        "that is still valid.",
        .again = true);
    LINE_CASE_RUN(&harness, -1, "a changed line of one more chat",
                  "A changed message was shown after many chats had begun: "
                  "look at what kit_box_open returns for every line.",
                  .flip = {MESSAGE, KIT_NONCE_LEN, 0});
}

/* --- Forged messages ------------------------------------------------------ */

/*
 * A receiver that tries a second key, or other associated data, when a box does
 * not open: the mistakes of mistakes.h are what it may try.
 */
static void refuse_mistakes(bool ticket)
{
    char cause[128], wrong[MISTAKE_AD_SIZE], names[72];
    struct box_inputs in = {.ticket = ticket,
                            .secret = harness.secret,
                            .token = harness.token,
                            .password = harness.password,
                            .sender = harness.alice,
                            .receiver = harness.me,
                            .senderinfo = "",
                            .seq = 7};

    snprintf(names, sizeof names, "%s>%s", in.sender, in.receiver);
    snprintf(cause, sizeof cause,
             "A %s was accepted that was sealed with another key or other "
             "associated data: try one of each.",
             ticket ? "ticket" : "message");
    step("%ss follow, each sealed with one of the usual mistakes.",
         ticket ? "Ticket" : "Message");
    for (int i = 1; i < mistake_key_count + mistake_ad_count - 1; i++) {
        int key = i < mistake_key_count ? i : 0;
        int ad = i < mistake_key_count ? 0 : i - mistake_key_count + 1;

        random_token(harness.secret);
        mistake_ad(wrong, ad, &in);
        if (ad != 0 && !ticket && strncmp(wrong, names, strlen(names)) == 0)
            continue; /* see A-07 */
        if (craft_mistake(&crafted, &harness, &in, key, ad))
            LINE_CASE_RUN(&harness, -1, "a box sealed with a mistake", cause,
                          .one_of_many = true, .crafted = &crafted);
    }
}

void a_reflected(void)
{
    static const struct line_case cases[] = {
        {"a message that the receiver itself sealed, reflected to it",
         "Your own message came back and was shown as another user's: the AD "
         "is the sender's name, then the receiver's.",
         .ad = "$me>$alice#$seq"},
        {"a message sealed without associated data",
         "A message without associated data was shown: names and seq are not "
         "protected.",
         .ad = ""},
        {"a message sealed in another sender's name",
         "A message that was sealed in another sender's name was shown.",
         .ad = "$mallory>$me#$seq"},
        {"a line whose ticket names the receiver as the sender",
         "A ticket with your own name was accepted: it is your own message, "
         "reflected to you. Compare it with strcmp: == compares addresses.",
         .sender = "$me"},
        {"the same without exp", .sender = "$me", .exp = ""},
        {"the same with another address", .sender = "$me",
         .ticket = "{\"username\":\"$me\",\"ip_addr\":\"192.0.2.7\","
                   "\"secret\":\"$secret\",\"exp\":$exp}"},
    };

    REFUSE(cases);
    refuse_mistakes(false);
}

void a_locked_out(void)
{
    static const char locked[] =
        "One forged line locked its sender out: change nothing in chat before "
        "the "
        "box has opened, and nothing if it does not open (set chat->seq last).";
    static const struct line_case cases[] = {
        {"a line with a good ticket, seq 2147483647 and garbage",
         "A message sealed under a wrong key was shown.", .seq = "2147483647",
         .key = "$token", .text = "garbage"},
        {"the next good line of the same chat", locked, .shown = true,
         .same_chat = true, .seq = "1"},
        {"a line of this chat with seq 2147483647 and garbage",
         "A message sealed under a wrong key was shown.", .same_chat = true,
         .seq = "2147483647", .key = "$token", .text = "garbage"},
        {"the next good line of the same chat", locked, .shown = true,
         .same_chat = true, .seq = "2"},
        {"an empty text of this chat with seq 2147483647 and a changed tag",
         "A changed message was shown.", .same_chat = true, .text = "",
         .seq = "2147483647", .flip = {MESSAGE, -1, 0}},
        {"the next good line of the same chat", locked, .shown = true,
         .same_chat = true, .seq = "3"},
    };
    char text[8];

    LINE_CASES_RUN(&harness, cases);
    step("Texts of 1 to 40 bytes follow, with seq 2147483647 and a changed "
         "byte.");
    for (int len = 1; len <= 40; len++) {
        snprintf(text, sizeof text, "$%d", len);
        LINE_CASE_RUN(&harness, -1, "a changed line of this chat",
                      "A changed message was shown.", .one_of_many = true,
                      .same_chat = true, .seq = "2147483647", .text = text,
                      .flip = {MESSAGE, KIT_NONCE_LEN, 0});
    }
    LINE_CASE_RUN(&harness, -1, "the next good line of the same chat", locked,
                  .shown = true, .same_chat = true, .seq = "4");
}

void a_outer_name(void)
{
    static const char line[] = "{\"username\":\"$alice\",\"sender\":\"$alice\","
                               "\"from\":\"$alice\",$rest";
    static const struct line_case cases[] = {
        {"a line of mallory's that claims to be alice's",
         "Mallory was shown as alice: the name comes from the ticket, never "
         "from the line outside it.",
         .shown = true, .sender = "$mallory", .line = line},
        {"the next line of this chat, which claims the same", .shown = true,
         .same_chat = true, .sender = "$mallory", .line = line},
    };

    LINE_CASES_RUN(&harness, cases);
}

void a_clear_message(void)
{
    static const struct line_case cases[] = {
        {"an unsealed message",
         "An unsealed message was shown: show nothing unless kit_box_open "
         "returns 0.",
         .line = "{\"senderinfo\":\"$senderinfo\",\"seq\":$seq,"
                 "\"message\":\"this text was never sealed by anybody\"}"},
        {"an unsealed message in base64",
         .text = "this text was never sealed by anybody", .unsealed = MESSAGE},
        {"an unsealed message between a nonce and a tag",
         .text = "............this text was never sealed................",
         .unsealed = MESSAGE},
    };

    REFUSE(cases);
}

/* --- Forged tickets ------------------------------------------------------- */

void a_clear_ticket(void)
{
    static const struct line_case cases[] = {
        {"an unsealed ticket, as a JSON object",
         "An unsealed ticket was accepted: accept none unless kit_ticket_open "
         "returns 0.",
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
         "A ticket was accepted that was sealed under another label than "
         "\"senderinfo\".",
         .ticket_label = KIT_LABEL_MESSAGE},
        {"a ticket that was sealed under another token",
         "A ticket was accepted that was sealed under another token than "
         "yours.",
         .ticket_token = other},
    };

    random_token(other);
    LINE_CASES_RUN(&harness, cases);
    refuse_mistakes(true);
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
 * A chat begins in the last seconds of its ticket, or later if the clock moves
 * on too fast: then again. Its next line comes after the end of the ticket.
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
 * Begins chats until there are 64 of alice, with tickets that have expired but
 * are still accepted. The last may be refused, but none may be forgotten.
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
         "exp $exp was treated as missing: if exp is present, it must be a "
         "number of seconds.",
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
