/* SPDX-License-Identifier: MIT */
/* Attacks: lines that were modified, truncated or encoded differently. */
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/seal.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* A bit to flip, and the cause if the receiver does not notice. */
struct bit {
    int at, bit;
    const char *what, *cause;
};

static void expect_flips_refused(bool ticket, const struct bit *bits,
                                 size_t count)
{
    receiver_setup_and_start(&harness);
    for (size_t i = 0; i < count; i++) {
        craft_next(&crafted, &harness, "pay 100 to bob");
        craft_flip_bit(ticket ? crafted.ticket : crafted.message, bits[i].at,
                       bits[i].bit);
        craft_assemble(&crafted);
        receiver_expect_refusal(&harness, &crafted, bits[i].what,
                                bits[i].cause);
    }
}

static const char text_changed[] =
    "A changed message was shown. Either the tag was never set (then OpenSSL "
    "returns success), or the text was used before the tag was checked.";

void a_message_bits(void)
{
    static const struct bit bits[] = {
        {12, 0, "a message whose first byte of text was changed", text_changed},
        {16, 5, "a message with a changed byte in its text", text_changed},
        {-17, 7, "a message whose last byte of text was changed", text_changed},
    };

    expect_flips_refused(false, bits, sizeof bits / sizeof bits[0]);
}

void a_nonce_and_tag(void)
{
    static const char tag[] = "A message with a changed tag was shown: not all "
                              "16 bytes of the tag are checked.";
    static const struct bit bits[] = {
        {0, 0, "a message with a changed nonce",
         "A message with a changed nonce was shown: its tag is not checked."},
        {-16, 0, "a message whose first byte of the tag was changed", tag},
        {-8, 3, "a message with a changed byte in its tag", tag},
        {-1, 7, "a message whose last byte of the tag was changed", tag},
    };

    expect_flips_refused(false, bits, sizeof bits / sizeof bits[0]);
}

void a_ticket_bits(void)
{
    static const char changed[] =
        "A changed ticket was accepted: its tag is not checked.";
    static const struct bit bits[] = {
        {-1, 7, "a ticket whose last byte of the tag was changed", changed},
        {-16, 0, "a ticket whose first byte of the tag was changed", changed},
        {-9, 4, "a ticket with a changed byte in its tag", changed},
        {4, 1, "a ticket with a changed nonce", changed},
        {13, 0, "a ticket with a changed byte of text", changed},
    };

    expect_flips_refused(true, bits, sizeof bits / sizeof bits[0]);
}

/* --- Lengths -------------------------------------------------------------- */

void a_short_boxes(void)
{
    static const size_t lengths[] = {0, 1, 11, 12, 15, 16, 27};
    uint8_t bytes[32];
    char what[64];

    receiver_setup_and_start(&harness);
    for (int ticket = 0; ticket < 2; ticket++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            craft_next(&crafted, &harness, "short");
            must(kit_random(bytes, sizeof bytes) == 0);
            must(kit_base64_encode(ticket ? crafted.ticket : crafted.message,
                                   KIT_SEALED_SIZE, bytes, lengths[i]) == 0);
            craft_assemble(&crafted);
            snprintf(what, sizeof what, "a %zu-byte box as its %s", lengths[i],
                     ticket ? "senderinfo" : "message");
            receiver_expect_refusal(&harness, &crafted, what,
                                    "A box of less than 28 bytes was accepted: "
                                    "it cannot hold a nonce and a tag.");
        }
    }
}

/* --- Encodings of base64 -------------------------------------------------- */

/*
 * Changes SEALED to another base64 encoding of the same bytes, number I, or to
 * text that a lax decoder accepts. Returns false if there are no more.
 */
static bool reencode(char *sealed, int i, const char **what)
{
    static const char *const names[] = {
        "unused bits that are not zero",
        "its padding removed",
        "a space",
        "an escaped newline",
        "text after the padding",
        "the URL alphabet",
        "one character too many",
        "a letter that is not ASCII",
    };
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t len = strlen(sealed);
    char *pad = strchr(sealed, '='), *end = sealed + len;

    *what = i < (int)(sizeof names / sizeof names[0]) ? names[i] : NULL;
    must(pad != NULL);
    switch (i) {
    case 0:
        pad[-1] = alphabet[(strchr(alphabet, pad[-1]) - alphabet) ^ 1];
        return true;
    case 1:
        *pad = '\0';
        return true;
    case 2:
        memmove(sealed + 9, sealed + 8, len - 7);
        sealed[8] = ' ';
        return true;
    case 3:
        memmove(sealed + 10, sealed + 8, len - 7);
        memcpy(sealed + 8, "\\n", 2);
        return true;
    case 4:
        strcpy(end, "AAAA");
        return true;
    case 5:
        for (char *p = sealed; *p != '\0'; p++)
            *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
        return true;
    case 6:
        strcpy(end, "A");
        return true;
    case 7:
        memcpy(sealed + 8, "\xc3\xa9", 2);
        return true;
    default:
        return false;
    }
}

/* Whether SEALED has + or / and padding, so that every reencode changes it. */
static bool can_reencode(const char *sealed)
{
    return strpbrk(sealed, "+/") != NULL && strchr(sealed, '=') != NULL;
}

/* Crafts a line whose ticket can_reencode, by adding spaces to its JSON. */
static void craft_reencodable_ticket(void)
{
    char json[TICKET_JSON_MAX];

    craft_good(&crafted, &harness, harness.alice, harness.secret, 1,
               "one encoding", 12);
    seal_ticket_json(json, harness.alice, harness.secret, 0);
    do {
        strcat(json, " ");
        craft_ticket_json(&crafted, &harness, json);
    } while (!can_reencode(crafted.ticket));
}

void a_spellings(void)
{
    const char *what;
    char named[96];

    receiver_setup_and_start(&harness);
    for (int i = 0;; i++) {
        do
            craft_good(&crafted, &harness, harness.alice, harness.secret, 1,
                       "one encoding", 12);
        while (!can_reencode(crafted.message));
        if (!reencode(crafted.message, i, &what))
            return;
        craft_assemble(&crafted);
        snprintf(named, sizeof named, "a message in base64 with %s", what);
        receiver_expect_refusal(&harness, &crafted, named,
                                "Two base64 encodings of one message were "
                                "accepted: decode strictly (kit_box_decode).");
        craft_reencodable_ticket();
        (void)reencode(crafted.ticket, i, &what);
        craft_assemble(&crafted);
        snprintf(named, sizeof named, "a ticket in base64 with %s", what);
        receiver_expect_refusal(&harness, &crafted, named,
                                "Two base64 encodings of one ticket were "
                                "accepted: decode strictly (kit_box_decode).");
        random_token(harness.secret);
    }
}
