/* SPDX-License-Identifier: MIT */
/* Message 5: the line, the ticket in it, the box, the numbers, the nonces. */
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "tests/grade/chance.h"
#include "tests/grade/chat.h"
#include "tests/grade/checks.h"
#include "tests/grade/forge.h"
#include "tests/grade/transcript.h"

static struct chat chat;

void m5_line(void)
{
    /* With and without padding, and with every character of base64. */
    static const size_t lengths[] = {20, 21, 22, 400};
    char text[401];
    struct m5 m5;

    chat_begin(&chat);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        chance_fill(text, lengths[i]);
        chat_type(&chat, text, lengths[i]);
        chat_read(&m5, &chat);
    }
}

/* --- The ticket ----------------------------------------------------------- */

static void expect_ticket(void)
{
    struct m5 m5;

    chat_type(&chat, "hello", 5);
    chat_read(&m5, &chat);
    if (strcmp(m5.senderinfo, chat.senderinfo) == 0)
        return;
    detail_differ(chat.senderinfo, strlen(chat.senderinfo), m5.senderinfo,
                  strlen(m5.senderinfo));
    expected("senderinfo of %zu characters, as in message 4",
             strlen(chat.senderinfo));
    got("%zu characters: %s", strlen(m5.senderinfo),
        shown(m5.senderinfo, strlen(m5.senderinfo)));
    fail("Send senderinfo exactly as the server gave it.");
}

void m5_ticket(void)
{
    char text[741];

    chat_begin(&chat);
    expect_ticket();
    chat_exits(&chat, true);
    /* Only its length is the protocol's; what is in it is the receiver's. */
    step("Another run, with the longest ticket there may be.");
    chat_renew(&chat);
    chance_fill(text, sizeof text - 1);
    forge_sealed(chat.senderinfo, chat.secret, "x", "", text, sizeof text - 1);
    snprintf(chat.m4.senderinfo, sizeof chat.m4.senderinfo, "\"%s\"",
             chat.senderinfo);
    chat_serve(&chat);
    chat_start(&chat);
    expect_ticket();
}

/* --- The box -------------------------------------------------------------- */

void m5_box(void)
{
    static const char blocks[] =
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct m5 m5;
    char text[64];

    chat_begin(&chat);
    /* Equal blocks show what hides no pattern; see the opener's last words. */
    chat_say(&m5, &chat, blocks, sizeof blocks - 1);
    chance_text(text);
    chat_say(&m5, &chat, text, strlen(text));
}

void m5_seq(void)
{
    struct m5 m5;
    long long last = 0;

    chat_begin(&chat);
    for (int i = 0; i < 4; i++) {
        char text[64];

        chance_text(text);
        chat_type(&chat, text, strlen(text));
        chat_read(&m5, &chat);
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

/* --- Nonces --------------------------------------------------------------- */

enum { NONCES = 8, OF_A_RUN = 4 };

/* The first run of zero bytes in N, at least 5 long; or of what I says. */
static bool has_zeros(const uint8_t *n)
{
    int zeros = 0;

    for (int i = 0; i < KIT_NONCE_LEN; i++) {
        zeros = n[i] == 0 ? zeros + 1 : 0;
        if (zeros == 5)
            return true;
    }
    return false;
}

static int different(const uint8_t *a, const uint8_t *b)
{
    int n = 0;

    for (int i = 0; i < KIT_NONCE_LEN; i++)
        n += a[i] != b[i];
    return n;
}

static const char no_counter[] =
    "Nonces must be 12 random bytes; a counter starts again after a restart, "
    "and a clock can be set back.";

static void find_repeated(uint8_t nonces[NONCES][KIT_NONCE_LEN])
{
    static const uint8_t zero[KIT_NONCE_LEN];

    for (int i = 1; i < NONCES; i++) {
        for (int j = 0; j < i; j++) {
            if (different(nonces[i], nonces[j]) != 0)
                continue;
            expected("a nonce of its own for every text");
            got("the same in line %d and line %d", j + 1, i + 1);
            if (different(nonces[i], zero) != 0 && i / OF_A_RUN != j / OF_A_RUN)
                fail("%s", no_counter);
            if (different(nonces[i], zero) == 0)
                fail("The nonce is always zero. One nonce sealed two texts "
                     "under one key: anyone can XOR them. Draw 12 fresh "
                     "random bytes per message.");
            fail("The nonce is random but used again for line %d. One nonce "
                 "sealed two texts under one key: anyone can XOR them. Draw "
                 "12 fresh random bytes per message.",
                 i + 1);
        }
    }
}

/* Bytes that are the same in every nonce, from FIRST to LAST; or none. */
static bool find_constant(int *first, int *last,
                          uint8_t nonces[NONCES][KIT_NONCE_LEN])
{
    *first = -1;
    for (int at = 0; at < KIT_NONCE_LEN; at++) {
        int same = 0;

        for (int i = 1; i < NONCES; i++)
            same += nonces[i][at] == nonces[0][at];
        if (same < NONCES - 1)
            continue;
        if (*first < 0)
            *first = at;
        *last = at;
    }
    return *first >= 0;
}

static void find_counter(uint8_t nonces[NONCES][KIT_NONCE_LEN])
{
    for (int i = 1; i < NONCES; i++) {
        int n = different(nonces[i], nonces[i - 1]);

        if (n >= 5 && !has_zeros(nonces[i]))
            continue;
        expected("12 bytes that differ from those before");
        got("%d of 12 bytes differ between line %d and line %d", n, i, i + 1);
        fail("%s", no_counter);
    }
}

void m5_nonces(void)
{
    uint8_t nonces[NONCES][KIT_NONCE_LEN];
    int first, last;

    chat_prepare(&chat);
    for (int i = 0; i < NONCES; i++) {
        struct m5 m5;
        char text[64];

        if (i % OF_A_RUN == 0) {
            chat_start(&chat);
        }
        chance_text(text);
        chat_say(&m5, &chat, text, strlen(text));
        memcpy(nonces[i], m5.box, KIT_NONCE_LEN);
        if (i % OF_A_RUN == OF_A_RUN - 1)
            chat_exits(&chat, true);
    }
    step("The nonces of these lines:");
    for (int i = 0; i < NONCES; i++) {
        char hex[3 * KIT_NONCE_LEN + 1] = "";

        for (int k = 0; k < KIT_NONCE_LEN; k++)
            snprintf(hex + 3 * k, 4, "%02x ", nonces[i][k]);
        detail("line %d: %s", i + 1, hex);
    }
    find_repeated(nonces);
    if (find_constant(&first, &last, nonces) && !has_zeros(nonces[0])) {
        expected("12 random bytes");
        got("the same bytes %d to %d in every nonce", first + 1, last + 1);
        /* What was never set is filled with one byte by the compiler. */
        if (nonces[0][first] != nonces[0][last])
            fail("%s", no_counter);
        fail("Bytes %d..%d of the nonce are always the same: they were never "
             "set.",
             first + 1, last + 1);
    }
    find_counter(nonces);
}
