/* SPDX-License-Identifier: MIT */
/* Attacks: tickets and messages that nobody has sealed, or for others. */
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/grade/chance.h"
#include "tests/grade/checks.h"
#include "tests/grade/forge.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

static struct post post;
static struct forged f;

static void base64_of(char *out, const char *text)
{
    must(kit_base64_encode(out, KIT_SEALED_SIZE, text, strlen(text)) == 0);
}

/* Writes the line with RAW, which is JSON itself, as its senderinfo. */
static void write_raw_ticket(const char *raw)
{
    f.len =
        (size_t)snprintf(f.line, sizeof f.line,
                         "{\"senderinfo\":%s,\"seq\":%s,\"message\":\"%s\"}\n",
                         raw, f.seq, f.message);
}

void a_outer_name(void)
{
    post_begin(&post);
    post_good(&f, &post, post.mallory, post.secret, 1, "I am somebody else",
              18);
    f.len = (size_t)snprintf(
        f.line, sizeof f.line,
        "{\"username\":\"%s\",\"sender\":\"%s\",\"from\":\"%s\","
        "\"senderinfo\":\"%s\",\"seq\":%s,\"message\":\"%s\"}\n",
        post.alice, post.alice, post.alice, f.ticket, f.seq, f.message);
    post_accepts(&post, &f, "a line of mallory's that calls itself alice's",
                 post.mallory, "I am somebody else", 18,
                 "Mallory was shown as alice: the name comes from the ticket, "
                 "never from the line around it.");
}

void a_clear_ticket(void)
{
    static const char cause[] = "A ticket that nobody sealed was accepted.";
    char json[FORGE_JSON], raw[KIT_SEALED_SIZE + 2], coded[KIT_SEALED_SIZE];

    post_begin(&post);
    forge_ticket_json(json, post.alice, post.secret, 0);
    post_good(&f, &post, post.alice, post.secret, 1, "clear", 5);
    write_raw_ticket(json);
    post_refuses(&post, &f, "a ticket as an object in clear", cause);
    base64_of(coded, json);
    snprintf(raw, sizeof raw, "\"%s\"", coded);
    write_raw_ticket(raw);
    post_refuses(&post, &f, "a ticket that is only base64", cause);
    /* Between 12 bytes of nonce and 16 of tag, as if it were sealed. */
    snprintf(json, sizeof json,
             "............{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"%s\"}................",
             post.alice, post.secret);
    base64_of(coded, json);
    snprintf(raw, sizeof raw, "\"%s\"", coded);
    write_raw_ticket(raw);
    post_refuses(&post, &f, "a ticket in clear between nonce and tag", cause);
}

void a_clear_message(void)
{
    static const char cause[] = "An unsealed message was shown.";

    post_begin(&post);
    post_good(&f, &post, post.alice, post.secret, 1, "x", 1);
    strcpy(f.message, "this text was never sealed by anybody");
    post_write(&f);
    post_refuses(&post, &f, "a message in clear", cause);
    base64_of(f.message, "this text was never sealed by anybody");
    post_write(&f);
    post_refuses(&post, &f, "a message that is only base64", cause);
    base64_of(f.message, "............this text was never "
                         "sealed................");
    post_write(&f);
    post_refuses(&post, &f, "a message in clear between nonce and tag", cause);
}

void a_others_ticket(void)
{
    char json[FORGE_JSON], ad[KIT_AD_SIZE], right[KIT_AD_SIZE], other[129];

    post_begin(&post);
    forge_ticket_json(json, post.alice, post.secret, 0);
    snprintf(right, sizeof right, "senderinfo>%s", post.me);
    snprintf(ad, sizeof ad, "senderinfo>%s", post.carol);
    post_good(&f, &post, post.alice, post.secret, 1, "others", 6);

    post_seal(&f, "senderinfo", post.token, KIT_LABEL_TICKET, ad, json,
              strlen(json));
    post_write(&f);
    post_refuses(&post, &f, "a ticket for another receiver",
                 "A ticket for another receiver was accepted: its associated "
                 "data is \"senderinfo>\" and your own name.");
    post_seal(&f, "senderinfo", post.token, KIT_LABEL_TICKET, "", json,
              strlen(json));
    post_write(&f);
    post_refuses(&post, &f, "a ticket without associated data",
                 "A ticket without associated data was accepted: it is "
                 "\"senderinfo>\" and your own name.");
    post_seal(&f, "senderinfo", post.token, KIT_LABEL_MESSAGE, right, json,
              strlen(json));
    post_write(&f);
    post_refuses(&post, &f, "a ticket under the label \"message\"",
                 "A ticket under another label was accepted.");
    chance_token(other);
    post_seal(&f, "senderinfo", other, KIT_LABEL_TICKET, right, json,
              strlen(json));
    post_write(&f);
    post_refuses(&post, &f, "a ticket under another token",
                 "A ticket that another token sealed was accepted.");
}
