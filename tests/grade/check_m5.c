/* SPDX-License-Identifier: MIT */
/* Message 5 from the sender: the line, its ticket, box, and seq. */
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/seal.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

void m5_line(void)
{
    /* Boxes with and without padding, one with every base64 character. */
    static const size_t lengths[] = {20, 21, 22, 400};
    char text[401];
    struct m5 m5;

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
    fail("Send senderinfo exactly as the server gave it.");
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
    seal_derived(harness.senderinfo, sizeof harness.senderinfo, harness.secret,
                 "x", "", text, sizeof text - 1);
    snprintf(harness.m4.senderinfo, sizeof harness.m4.senderinfo, "\"%s\"",
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
    /* Up to a seq that has two digits and differs in hex. */
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
            step("The names have %d.", KIT_NAME_MAX);
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
