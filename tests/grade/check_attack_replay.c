/* SPDX-License-Identifier: MIT */
/* Attacks on the receiver: lines that come again, or too late. */
#include <stdio.h>
#include <unistd.h>

#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

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
                      "A changed message was shown late in a chat: check "
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
            "it was stored in a type that is too small for it.",
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
        {"the line with seq 3, which was delayed, after the one with seq 5",
         "seq 3 was shown after seq 5: accept only a seq greater than the last "
         "one, which is the seq of the last text (chat->seq = m->seq), not the "
         "number of texts.",
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
                  "check what kit_box_open returns for every line.",
                  .flip = {MESSAGE, KIT_NONCE_LEN, 0});
}
