/* SPDX-License-Identifier: MIT */
/* The receiver and messages: what it must show, and how. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* What most checks send, for the transcript. */
static const char a_line[] = "number $seq of $sender";

/* Sends COUNT lines on one connection. */
static void run_on_one(const struct line_case *cases, size_t count)
{
    receiver_setup_and_start(&harness);
    line_cases_run(&harness, receiver_connect(&harness), cases, count);
}

/* RUN_ON_ONE: the same for an array. */
#define RUN_ON_ONE(cases) run_on_one(cases, sizeof(cases) / sizeof(cases)[0])

void r5_in_order(void)
{
    char text[64];
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    for (int i = 1; i <= 20; i++) {
        random_text(text);
        LINE_CASE_RUN(&harness, fd, a_line,
                      i == 10 ? "seq 10 after 9 was refused: compare numbers, "
                                "not their digits."
                              : "A line after the first on one connection is "
                                "not shown.",
                      .shown = true, .same_chat = true, .text = text);
    }
}

/* Begins chats on FD whose secrets differ only a little from the last one. */
static void show_similar_secrets(int fd)
{
    char *secret = harness.secret;
    size_t last = strlen(secret) - 1;
    char similar[4][129];

    for (int i = 0; i < 4; i++)
        memcpy(similar[i], secret, sizeof similar[i]);
    similar[0][last] = secret[last] == '0' ? '1' : '0';
    similar[1][0] = secret[0] == '0' ? '1' : '0';
    similar[2][last] = '\0';
    for (size_t i = 0; i <= last; i++)
        similar[3][i] = (char)toupper((unsigned char)secret[i]);
    for (int i = 0; i < 4; i++) {
        memcpy(secret, similar[i], sizeof similar[i]);
        LINE_CASE_RUN(&harness, fd, a_line,
                      "The secret of a new chat was mistaken for a similar "
                      "one: derive the key from all of the secret in this "
                      "ticket, and compare keys with all their bytes.",
                      .shown = true, .same_chat = true, .seq = "1",
                      .text = "a similar secret");
    }
}

void r5_two_senders(void)
{
    static const struct line_case one_by_one[] = {
        {a_line, "A good line is not shown.", .shown = true, .sender = "zoe",
         .seq = "1"},
        {a_line,
         "seq 1 under another secret was refused: each chat has its own last "
         "seq (chat->seq).",
         .shown = true, .sender = "$mallory", .seq = "1"},
    };
    char seq[8], first[129];
    int one, two;

    receiver_setup_and_start(&harness);
    LINE_CASES_RUN(&harness, one_by_one);
    random_token(harness.secret);
    one = receiver_connect(&harness);
    two = receiver_connect(&harness);
    for (int i = 1; i <= 3; i++) {
        snprintf(seq, sizeof seq, "%d", i);
        LINE_CASE_RUN(
            &harness, one, a_line,
            "With two connections, a line on the first one is not shown: keep "
            "name, key and seq in chat, and not in one variable for all chats.",
            .shown = true, .same_chat = true, .seq = seq, .text = "from one");
        LINE_CASE_RUN(
            &harness, two, a_line,
            "With two connections, a line on the second one is not shown: wait "
            "for all connections at the same time (poll).",
            .shown = true, .same_chat = true, .sender = "$carol",
            .secret = "$other", .seq = seq, .text = "from two");
    }
    step("%s begins a second chat: another secret, and seq 1 again.",
         harness.alice);
    memcpy(first, harness.secret, sizeof first);
    random_token(harness.secret);
    LINE_CASE_RUN(
        &harness, two, a_line,
        "seq 1 under a new secret was refused: keep the key and the last seq "
        "for each secret, not for each sender or connection.",
        .shown = true, .same_chat = true, .seq = "1", .text = "a new chat");
    show_similar_secrets(two);
    memcpy(harness.secret, first, sizeof first);
    LINE_CASE_RUN(&harness, one, a_line,
                  "The first chat of this sender does not continue after the "
                  "second one has begun.",
                  .shown = true, .same_chat = true, .seq = "4",
                  .text = "go on");
}

void r5_gaps(void)
{
    static const struct line_case cases[] = {
        {a_line, "The first line of a chat must be shown even if it has seq 2.",
         .shown = true, .same_chat = true, .seq = "2"},
        {.cause = "seq 5 after 2 must be shown (you may report the gap).",
         .shown = true,
         .same_chat = true,
         .seq = "5"},
        {.cause = "seq 2147483647 must be shown: it is the maximum, and valid.",
         .shown = true,
         .same_chat = true,
         .seq = "2147483647"},
    };

    RUN_ON_ONE(cases);
}

void r5_lengths(void)
{
    static const int lengths[] = {0, 1, 255, 1023, 1024, 2048, 4095, 4096};
    char text[8], what[32], cause[128];
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        snprintf(text, sizeof text, "$%d", lengths[i]);
        snprintf(cause, sizeof cause,
                 "A text of %d bytes is not shown completely: a text has 0 to "
                 "4096 bytes.",
                 lengths[i]);
        snprintf(what, sizeof what, "a text of %d bytes", lengths[i]);
        LINE_CASE_RUN(&harness, fd, what, cause, .shown = true,
                      .same_chat = true, .text = text);
    }
}

/* --- Texts that must be escaped, and texts that must be shown unchanged --- */

/* A line with TEXT, the next one of its chat; CAUSE may be NULL. */
#define TEXT(text_, cause_)                                                    \
    {                                                                          \
        a_line, cause_, .shown = true, .same_chat = true, .text = text_        \
    }

void r5_control_bytes(void)
{
    static const char raw[] = "Control bytes in a text were printed unchanged: "
                              "show them as \\xhh (kit_show_message).";
    static const struct line_case cases[] = {
        TEXT("\033[2J\033[H", "A message cleared your terminal: show control "
                              "bytes as \\xhh (kit_show_message)."),
        TEXT("hello\r\nmallory: forged",
             "A message with a line break in it forged a second line: show "
             "control bytes as \\xhh (kit_show_message)."),
        TEXT("\007\b\t\177", raw),
        TEXT("zero${zero}byte", "A text ends at its length, not at a zero "
                                "byte: show a zero byte as \\x00."),
        TEXT("c1 \xc2\x9b"
             "2J",
             raw),
        TEXT("\xff\xfe bad utf-8 \xc3", "Bytes that are not UTF-8 must be "
                                        "shown as \\xhh (kit_show_message)."),
        TEXT("dot \xc0\xae, half \xed\xa0\x80, more \xf4\x90\x80\x80", NULL),
    };

    RUN_ON_ONE(cases);
}

void r5_format(void)
{
    static const struct line_case cases[] = {
        TEXT("100% sure %s%s%s%n%n",
             "The text was used as a format string: printf(\"%s\", text)."),
        TEXT("%p %x %d", "The text was used as a format string."),
        TEXT("%%", "The text was used as a format string: %% became %."),
    };

    RUN_ON_ONE(cases);
}

void r5_unicode(void)
{
    static const struct line_case cases[] = {
        TEXT("Gr\xc3\xbc\xc3\x9f"
             "e, \xe2\x82\xac 5, \xf0\x9f\x94\x91",
             "Valid UTF-8 must be shown unchanged."),
        TEXT("  two in front, two behind  ",
             "The text was trimmed: show the spaces, too."),
        TEXT("quit", "A text was executed as a command: show it."),
        TEXT("back\\slash", "A backslash must be shown as two, to tell the "
                            "text \\x1b from a control byte."),
        TEXT("right\xe2\x80\xaeleft \xe2\x80\x8b \xef\xbb\xbf",
             "Invisible characters and changes of text direction must be shown "
             "as \\xhh for each byte (section 6)."),
        TEXT("\xd8\x9c \xe2\x80\xa8 \xe2\x81\xa6 \xef\xbf\xb9 \xf3\xa0\x81\x81",
             NULL),
    };

    RUN_ON_ONE(cases);
}

void r5_pieces(void)
{
    static char all[4 * CRAFT_LINE_MAX];
    size_t len = 0;
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    step("Three lines come in one piece.");
    for (long i = 1; i <= 3; i++) {
        craft_good(&crafted, &harness, harness.alice, harness.secret, i,
                   "piece", 5);
        memcpy(all + len, crafted.line, crafted.len);
        len += crafted.len;
    }
    tcp_send(fd, all, len);
    for (int i = 1; i <= 3; i++)
        receiver_expect_text(
            &harness, fd, harness.alice, "piece", 5,
            "Several lines came in one piece, but not all were shown. In TODO "
            "4, use len: a line has no terminating zero. (If your own code "
            "reads from the connection, split what it reads at each newline.)");
    step("One line comes byte by byte.");
    craft_good(&crafted, &harness, harness.alice, harness.secret, 4, "slow", 4);
    for (size_t i = 0; i < crafted.len; i++)
        tcp_send(fd, crafted.line + i, 1);
    receiver_expect_text(&harness, fd, harness.alice, "slow", 4,
                         "A line that came in many pieces was not shown: read "
                         "on until the newline.");
    program_check_sanitizer(harness.program);
}
