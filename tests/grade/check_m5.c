/* SPDX-License-Identifier: MIT */
/* Message 5 from the sender: its line, ticket, box and texts. */
#include <stdio.h>
#include <string.h>

#include "tests/grade/checks.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"
#include "tests/support/forgery.h"

static struct sender_harness harness;

/* --- The line ------------------------------------------------------------- */

void m5_line(void)
{
    /* Boxes with and without padding, one with every base64 character. */
    static const size_t lengths[] = {20, 21, 22, 400};
    char text[401];
    struct m5 m5;

    /* Slow, but if memory is used after a library freed it, the report has the
       line that called the library. */
    harness.asan = "detect_leaks=0:fast_unwind_on_malloc=0";
    sender_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        random_letters(text, lengths[i]);
        sender_type(&harness, text, lengths[i]);
        sender_read_m5(&m5, &harness);
    }
}

/* --- The ticket ----------------------------------------------------------- */

static void expect_ticket(void)
{
    struct m5 m5;

    sender_type(&harness, "hello", 5);
    sender_read_m5(&m5, &harness);
    if (strcmp(m5.senderinfo, harness.senderinfo) == 0)
        return;
    detail_difference(harness.senderinfo, strlen(harness.senderinfo),
                      m5.senderinfo, strlen(m5.senderinfo));
    expected("senderinfo of %zu characters, as in message 4",
             strlen(harness.senderinfo));
    got("%zu characters: %s", strlen(m5.senderinfo),
        printable(m5.senderinfo, strlen(m5.senderinfo)));
    if (strchr(m5.senderinfo, '\\') != NULL)
        fail("The escapes in message 4 were not decoded: read its members with "
             "the functions of lib/members.h.");
    fail("Send senderinfo exactly as the server gave it.");
}

/*
 * Writes VALUE to JSON, of SIZE bytes, as a string with escapes: its first
 * character as \u00hh, and each slash as \/.
 */
static void escape(char *json, size_t size, const char *value)
{
    size_t n = (size_t)snprintf(json, size, "\"\\u%04x", (unsigned)*value);

    for (const char *p = value + 1; *p != '\0'; p++)
        n += (size_t)snprintf(json + n, size - n, *p == '/' ? "\\/" : "%c", *p);
    snprintf(json + n, size - n, "\"");
}

void m5_ticket(void)
{
    char text[741];

    sender_setup_and_start(&harness);
    expect_ticket();
    sender_expect_exit(&harness, true);
    /* The sender cannot open a ticket, so any box of that length will do. */
    step("The sender runs again, with a ticket of the maximum length.");
    sender_new_secrets(&harness);
    random_letters(text, sizeof text - 1);
    forgery_seal(harness.senderinfo, sizeof harness.senderinfo, harness.secret,
                 "x", "", text, sizeof text - 1);
    step("Its JSON has escapes, which have to be decoded.");
    program_set_activity("message 4 has escapes in its strings");
    escape(harness.m4.senderinfo, sizeof harness.m4.senderinfo,
           harness.senderinfo);
    sender_set_answer(&harness);
    sender_start(&harness);
    expect_ticket();
}

/* --- The box -------------------------------------------------------------- */

void m5_box(void)
{
    static const char blocks[] =
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct m5 m5;
    char text[64];

    sender_setup_and_start(&harness);
    /* Equal blocks reveal ECB mode; see diagnose_box.c. */
    sender_type_and_open(&m5, &harness, blocks, sizeof blocks - 1);
    /* Up to seq 17, which has two digits and looks different in hex. */
    for (int i = 2; i <= 17; i++) {
        random_text(text);
        sender_type_and_open(&m5, &harness, text, strlen(text));
    }
}

void m5_seq(void)
{
    enum { LINES = 300 }; /* seq must not be stored in a byte */
    struct m5 m5;
    long long last = 0;

    sender_setup_and_start(&harness);
    for (int i = 0; i < LINES; i++) {
        char text[64];

        random_text(text);
        sender_type(&harness, text, strlen(text));
        sender_read_m5(&m5, &harness);
        expected(i == 0 ? "seq 1" : "a seq greater than %lld", last);
        got("seq %lld", m5.seq);
        if (i == 0 && m5.seq != 1)
            fail("seq is %lld, expected 1.", m5.seq);
        if (m5.seq == last)
            fail("seq is %lld twice: the receiver will refuse the second.",
                 m5.seq);
        if (m5.seq < last)
            fail("seq goes back, from %lld to %lld: the receiver will refuse "
                 "it.",
                 last, m5.seq);
        last = m5.seq;
    }
}

/* --- Other secrets -------------------------------------------------------- */

void m5_secrets(void)
{
    static const size_t lengths[] = {16, 65, 128};
    struct m5 m5;

    sender_setup(&harness);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        program_set_activity("secret and token have %zu characters",
                             lengths[i]);
        step("Secret and token have %zu characters of any kind.", lengths[i]);
        if (lengths[i] == KIT_TOKEN_MAX) {
            step("The names have %d characters.", KIT_NAME_MAX);
            random_letters(harness.names[0], KIT_NAME_MAX);
            random_letters(harness.names[1], KIT_NAME_MAX);
            harness.names[1][0] = '9'; /* so that they differ */
        }
        sender_new_secrets(&harness);
        random_printable(harness.token, lengths[i]);
        random_printable(harness.secret, lengths[i]);
        snprintf(harness.m4.secret, sizeof harness.m4.secret, "\"%s\"",
                 harness.secret);
        sender_set_answer(&harness);
        sender_start(&harness);
        sender_type_and_open(&m5, &harness, "any secret", 10);
        sender_expect_exit(&harness, true);
    }
}

/* --- Texts ---------------------------------------------------------------- */

/* An empty line of input is an empty text, which is sent, too. */
static void expect_empty_text(void)
{
    struct m5 m5;

    sender_type(&harness, "", 0);
    sender_type(&harness, "after", 5);
    sender_read_m5(&m5, &harness);
    if (m5.len == 12 + 5 + 16) {
        expected("a box of 28 bytes for the empty line");
        got("the box of the line after it");
        fail("An empty line was not sent: it is a text of 0 bytes.");
    }
    m5_open(&m5, &harness.inputs, "", 0);
    sender_read_m5(&m5, &harness);
    m5_open(&m5, &harness.inputs, "after", 5);
}

void m5_lengths(void)
{
    static const size_t lengths[] = {1, 64, 65, 1023, 1024, 4095, 4096};
    static char text[KIT_TEXT_MAX + 1];
    struct m5 m5;

    sender_setup_and_start(&harness);
    program_set_activity("a text has 0 bytes");
    expect_empty_text();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        program_set_activity("a text has %zu bytes", lengths[i]);
        random_letters(text, lengths[i]);
        sender_type_and_open(&m5, &harness, text, lengths[i]);
    }
    sender_expect_exit(&harness, true);
}

void m5_bytes(void)
{
    static const char utf8[] = "Gr\xc3\xbc\xc3\x9f"
                               "e \xe2\x82\xac \xf0\x9f\x94\x91 \"quoted\" \\ "
                               "back, {\"json\":1}, 100% %s%n";
    static const char *const plain[] = {
        "  two in front, two behind  ", "quit", "exit", "\t.\t", "/quit",
        "a carriage return\r"};
    char bytes[256];
    size_t n = 0;
    struct m5 m5;

    sender_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        program_set_activity("the text is \"%s\"",
                             printable(plain[i], strlen(plain[i])));
        sender_type_and_open(&m5, &harness, plain[i], strlen(plain[i]));
    }
    program_set_activity("a text has bytes of every kind");
    sender_type_and_open(&m5, &harness, utf8, sizeof utf8 - 1);
    for (int i = 0; i < 256; i++) {
        if (i != '\n')
            bytes[n++] = (char)i;
    }
    step("Now every byte except the newline, beginning with the zero byte:");
    sender_type_and_open(&m5, &harness, bytes, n);
}

void m5_too_long(void)
{
    static char text[KIT_TEXT_MAX + 2];
    struct m5 m5;
    size_t len;
    const char *line;

    sender_setup_and_start(&harness);
    random_letters(text, KIT_TEXT_MAX + 1);
    sender_type(&harness, text, KIT_TEXT_MAX + 1);
    sender_type(&harness, "after", 5);
    program_close_input(harness.program);
    line = sender_next_line(&len, &harness);
    if (line != NULL) {
        step("It sends a line of %zu bytes.", len);
        m5_parse(&m5, line, len);
        if (m5.len != 12 + 5 + 16) {
            expected("nothing from a text of %d bytes", KIT_TEXT_MAX + 1);
            got("a box of %zu bytes", m5.len);
            fail("A text of more than 4096 bytes was truncated or split: print "
                 "an error instead.");
        }
        m5_open(&m5, &harness.inputs, "after", 5);
    }
    sender_expect_exit(&harness, false);
}
