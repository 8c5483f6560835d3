/* SPDX-License-Identifier: MIT */
/* Attacks: tickets and messages that are not sealed, or for another user. */
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

static void base64_of(char *out, const char *text)
{
    must(kit_base64_encode(out, KIT_SEALED_SIZE, text, strlen(text)) == 0);
}

/* Assembles the line with RAW, any JSON value, as its senderinfo. */
static void write_raw_ticket(const char *raw)
{
    crafted.len =
        (size_t)snprintf(crafted.line, sizeof crafted.line,
                         "{\"senderinfo\":%s,\"seq\":%s,\"message\":\"%s\"}\n",
                         raw, crafted.seq, crafted.message);
}

void a_outer_name(void)
{
    receiver_setup_and_start(&harness);
    craft_good(&crafted, &harness, harness.mallory, harness.secret, 1,
               "I am somebody else", 18);
    crafted.len = (size_t)snprintf(
        crafted.line, sizeof crafted.line,
        "{\"username\":\"%s\",\"sender\":\"%s\",\"from\":\"%s\",\"senderinfo\":"
        "\"%s\",\"seq\":%s,\"message\":\"%s\"}\n",
        harness.alice, harness.alice, harness.alice, crafted.ticket,
        crafted.seq, crafted.message);
    receiver_expect_accepted(&harness, &crafted,
                             "a line of mallory's that claims to be alice's",
                             harness.mallory, "I am somebody else", 18,
                             "Mallory was shown as alice: the name comes from "
                             "the ticket, never from the line outside it.");
}

void a_clear_ticket(void)
{
    static const char cause[] = "An unsealed ticket was accepted.";
    char json[TICKET_JSON_MAX], raw[KIT_SEALED_SIZE + 2],
        coded[KIT_SEALED_SIZE];

    receiver_setup_and_start(&harness);
    seal_ticket_json(json, harness.alice, harness.secret, 0);
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "clear",
               5);
    write_raw_ticket(json);
    receiver_expect_refusal(&harness, &crafted,
                            "an unsealed ticket, as a JSON object", cause);
    base64_of(coded, json);
    snprintf(raw, sizeof raw, "\"%s\"", coded);
    write_raw_ticket(raw);
    receiver_expect_refusal(&harness, &crafted, "an unsealed ticket in base64",
                            cause);
    /* Between 12 bytes for the nonce and 16 for the tag, like a sealed one. */
    snprintf(json, sizeof json,
             "............{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"%s\"}................",
             harness.alice, harness.secret);
    base64_of(coded, json);
    snprintf(raw, sizeof raw, "\"%s\"", coded);
    write_raw_ticket(raw);
    receiver_expect_refusal(&harness, &crafted,
                            "an unsealed ticket between a nonce and a tag",
                            cause);
}

void a_clear_message(void)
{
    static const char cause[] = "An unsealed message was shown.";

    receiver_setup_and_start(&harness);
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "x", 1);
    strcpy(crafted.message, "this text was never sealed by anybody");
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted, "an unsealed message", cause);
    base64_of(crafted.message, "this text was never sealed by anybody");
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted, "an unsealed message in base64",
                            cause);
    base64_of(crafted.message,
              "............this text was never sealed................");
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted,
                            "an unsealed message between a nonce and a tag",
                            cause);
}

void a_others_ticket(void)
{
    char json[TICKET_JSON_MAX], ad[KIT_AD_SIZE], right[KIT_AD_SIZE], other[129];

    receiver_setup_and_start(&harness);
    seal_ticket_json(json, harness.alice, harness.secret, 0);
    snprintf(right, sizeof right, "senderinfo>%s", harness.me);
    snprintf(ad, sizeof ad, "senderinfo>%s", harness.carol);
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "others",
               6);

    craft_seal(&crafted, "senderinfo", harness.token, KIT_LABEL_TICKET, ad,
               json, strlen(json));
    craft_assemble(&crafted);
    receiver_expect_refusal(
        &harness, &crafted, "a ticket for another receiver",
        "A ticket for another receiver was accepted: its associated data must "
        "be \"senderinfo>\" and your own name.");
    craft_seal(&crafted, "senderinfo", harness.token, KIT_LABEL_TICKET, "",
               json, strlen(json));
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted,
                            "a ticket without associated data",
                            "A ticket without associated data was accepted: it "
                            "must be \"senderinfo>\" and your own name.");
    craft_seal(&crafted, "senderinfo", harness.token, KIT_LABEL_MESSAGE, right,
               json, strlen(json));
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted,
                            "a ticket under the label \"message\"",
                            "A ticket was accepted that was sealed under "
                            "another label than \"senderinfo\".");
    random_token(other);
    craft_seal(&crafted, "senderinfo", other, KIT_LABEL_TICKET, right, json,
               strlen(json));
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted,
                            "a ticket that was sealed under another token",
                            "A ticket was accepted that was sealed under "
                            "another token than yours.");
}
