/* SPDX-License-Identifier: MIT */
/* The receiver and messages: what it must show, and how. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* Sends line SEQ of SENDER's chat on FD. It must be shown. */
static void expect_shown_on(int fd, const char *sender, const char *secret,
                            int64_t seq, const void *text, size_t len,
                            const char *cause)
{
    char what[64];

    snprintf(what, sizeof what, "number %" PRId64 " of %s", seq, sender);
    program_set_activity("it gets %s", what);
    craft_good(&crafted, &harness, sender, secret, seq, text, len);
    craft_describe(&crafted, what);
    receiver_send(fd, crafted.line, crafted.len);
    receiver_expect_text(&harness, fd, sender, text, len, cause);
    program_check_sanitizer(harness.program);
}

void r5_in_order(void)
{
    char text[64];
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    for (int i = 1; i <= 20; i++) {
        random_text(text);
        expect_shown_on(
            fd, harness.alice, harness.secret, i, text, strlen(text),
            "A line after the first on one connection is not shown.");
    }
}

void r5_two_senders(void)
{
    char again[129];
    int one, two;

    receiver_setup_and_start(&harness);
    random_printable(harness.secret, KIT_TOKEN_MAX);
    one = receiver_connect(&harness);
    two = receiver_connect(&harness);
    for (int i = 1; i <= 3; i++) {
        expect_shown_on(
            one, harness.alice, harness.secret, i, "from one", 8,
            "With two connections, a line on the first one is not shown.");
        expect_shown_on(
            two, harness.carol, harness.sentinel_secret, i, "from two", 8,
            "With two connections, a line on the second one is not shown.");
    }
    step("%s begins a second chat: another secret, and seq 1 again.",
         harness.alice);
    /* A secret that differs only in its last character. */
    strcpy(again, harness.secret);
    again[KIT_TOKEN_MAX - 1] = again[KIT_TOKEN_MAX - 1] == '0' ? '1' : '0';
    expect_shown_on(
        two, harness.alice, again, 1, "anew", 4,
        "seq 1 under a new secret was refused: keep the key and the last "
        "seq for each secret, not for each sender or connection.");
    expect_shown_on(
        one, harness.alice, harness.secret, 4, "go on", 5,
        "The first chat of this sender does not continue after the second "
        "one has begun.");
}

void r5_gaps(void)
{
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    expect_shown_on(
        fd, harness.alice, harness.secret, 2, "two", 3,
        "The first line of a chat must be shown even if it has seq 2.");
    expect_shown_on(fd, harness.alice, harness.secret, 5, "five", 4,
                    "seq 5 after 2 must be shown (you may report the gap).");
    expect_shown_on(
        fd, harness.alice, harness.secret, KIT_SEQ_MAX, "last", 4,
        "seq 2147483647 must be shown: it is the maximum, and valid.");
}

void r5_lengths(void)
{
    static const size_t lengths[] = {0, 1, 255, 1023, 1024, 2048, 4095, 4096};
    static char text[KIT_TEXT_MAX + 1];
    char cause[128];
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        random_letters(text, lengths[i]);
        snprintf(cause, sizeof cause,
                 "A text of %zu bytes is not shown completely: a text has 0 to "
                 "4096 bytes.",
                 lengths[i]);
        expect_shown_on(fd, harness.alice, harness.secret, (long)i + 1, text,
                        lengths[i], cause);
    }
}

/* A text, and the cause if it is shown differently. */
struct sample {
    const char *text;
    size_t len;
    const char *cause;
};

#define SAMPLE(text, cause)                                                    \
    {                                                                          \
        text, sizeof(text) - 1, cause                                          \
    }

static void expect_samples_shown(const struct sample *samples, size_t count)
{
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    for (size_t i = 0; i < count; i++)
        expect_shown_on(fd, harness.alice, harness.secret, (long)i + 1,
                        samples[i].text, samples[i].len, samples[i].cause);
}

void r5_control_bytes(void)
{
    static const char raw[] = "Control bytes in a text were printed unchanged: "
                              "show them as \\xhh (kit_show_message).";
    static const char no_utf8[] =
        "Bytes that are not UTF-8 must be shown as \\xhh (kit_show_message).";
    const struct sample samples[] = {
        SAMPLE("\033[2J\033[H", "A message cleared your terminal: show control "
                                "bytes as \\xhh (kit_show_message)."),
        SAMPLE("hello\r\nmallory: forged",
               "A message with a line break in it forged a second line: show "
               "control bytes as \\xhh (kit_show_message)."),
        SAMPLE("\007\b\t\177", raw),
        SAMPLE("zero\0byte", "A text ends at its length, not at a zero byte: "
                             "show a zero byte as \\x00."),
        SAMPLE("c1 \xc2\x9b"
               "2J",
               raw),
        SAMPLE("\xff\xfe bad utf-8 \xc3", no_utf8),
        SAMPLE("dot \xc0\xae, half \xed\xa0\x80, more \xf4\x90\x80\x80",
               no_utf8),
    };

    expect_samples_shown(samples, sizeof samples / sizeof samples[0]);
}

void r5_format(void)
{
    const struct sample samples[] = {
        SAMPLE("100% sure %s%s%s%n%n",
               "The text was used as a format string: printf(\"%s\", text)."),
        SAMPLE("%p %x %d", "The text was used as a format string."),
        SAMPLE("%%", "The text was used as a format string: %% became %."),
    };

    expect_samples_shown(samples, sizeof samples / sizeof samples[0]);
}

void r5_unicode(void)
{
    static const char unseen[] =
        "Invisible characters and changes of text direction must be shown as "
        "\\xhh for each byte (section 6).";
    const struct sample samples[] = {
        SAMPLE("Gr\xc3\xbc\xc3\x9f"
               "e, \xe2\x82\xac 5, \xf0\x9f\x94\x91",
               "Valid UTF-8 must be shown unchanged."),
        SAMPLE("  two in front, two behind  ",
               "The text was trimmed: show the spaces, too."),
        SAMPLE("quit", "A text was executed as a command: show it."),
        SAMPLE("back\\slash", "A backslash must be shown as two, to tell the "
                              "text \\x1b from a control byte."),
        SAMPLE("right\xe2\x80\xaeleft \xe2\x80\x8b \xef\xbb\xbf", unseen),
        SAMPLE(
            "\xd8\x9c \xe2\x80\xa8 \xe2\x81\xa6 \xef\xbf\xb9 \xf3\xa0\x81\x81",
            unseen),
    };

    expect_samples_shown(samples, sizeof samples / sizeof samples[0]);
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
    receiver_send(fd, all, len);
    for (int i = 1; i <= 3; i++)
        receiver_expect_text(
            &harness, fd, harness.alice, "piece", 5,
            "Several lines came in one piece, but not all were shown: split "
            "what you read at each newline.");
    step("One line comes byte by byte.");
    craft_good(&crafted, &harness, harness.alice, harness.secret, 4, "slow", 4);
    for (size_t i = 0; i < crafted.len; i++)
        receiver_send(fd, crafted.line + i, 1);
    receiver_expect_text(&harness, fd, harness.alice, "slow", 4,
                         "A line that came in many pieces was not shown: read "
                         "on until the newline.");
    program_check_sanitizer(harness.program);
}
