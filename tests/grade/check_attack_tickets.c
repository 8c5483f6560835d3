/* SPDX-License-Identifier: MIT */
/* Attacks: tickets that are sealed correctly, but invalid or expired. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/seal.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* --- Names ---------------------------------------------------------------- */

/*
 * Crafts a line with JSON_NAME as the name in the ticket, and RAW as the name
 * in the associated data.
 */
static void craft_with_name(const char *json_name, const char *raw)
{
    char json[TICKET_JSON_MAX], ad[TICKET_JSON_MAX];

    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "who?", 4);
    seal_ticket_json(json, json_name, harness.secret, 0);
    craft_ticket_json(&crafted, &harness, json);
    snprintf(ad, sizeof ad, "%s>%s#1", raw, harness.me);
    craft_seal(&crafted, "message", harness.secret, KIT_LABEL_MESSAGE, ad,
               "who?", 4);
    craft_assemble(&crafted);
}

void a_bad_names(void)
{
    static char longer[34], longest[201];
    const struct {
        const char *json, *raw, *what;
    } all[] = {
        {"", "", "a ticket with an empty name"},
        {"Alice", "Alice", "a ticket with a capital letter in its name"},
        {"alice\\u0000x", "alice", "a ticket with a zero byte in its name"},
        {"al ice", "al ice", "a ticket with a space in its name"},
        {"alice\\n", "alice\n", "a ticket with a newline in its name"},
        {"-alice", "-alice", "a ticket whose name begins with a dash"},
        {"\\u001b[2J", "\033[2J", "a ticket with an escape sequence as name"},
        {longer, longer, "a ticket with a name of 33 characters"},
        {longest, longest, "a ticket with a name of 200 characters"},
    };
    char cause[256];

    random_letters(longer, 33);
    random_letters(longest, 200);
    receiver_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        random_token(harness.secret);
        craft_with_name(all[i].json, all[i].raw);
        snprintf(
            cause, sizeof cause,
            "An invalid name was accepted: %s. Check names with kit_is_name.",
            all[i].what);
        receiver_expect_refusal(&harness, &crafted, all[i].what, cause);
    }
}

/* --- Secrets and JSON ----------------------------------------------------- */

/* Secrets of invalid length. The longest is first, as it may crash it. */
static void expect_secrets_refused(void)
{
    static const size_t lengths[] = {400, 129, 15, 0};
    char secret[401] = "", json[TICKET_JSON_MAX], what[64];

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        random_letters(secret, lengths[i]);
        seal_ticket_json(json, harness.alice, secret, 0);
        craft_good(&crafted, &harness, harness.alice, secret, 1, "who?", 4);
        craft_ticket_json(&crafted, &harness, json);
        craft_assemble(&crafted);
        snprintf(what, sizeof what, "a ticket with a secret of %zu characters",
                 lengths[i]);
        receiver_expect_refusal(&harness, &crafted, what,
                                "An invalid secret was accepted: it must have "
                                "16 to 128 characters (kit_is_token).");
    }
}

/* The JSON of a ticket with a new secret, and with TAIL for its last brace. */
static void make_ticket_with_tail(char json[TICKET_JSON_MAX], const char *tail)
{
    size_t len;

    random_token(harness.secret);
    seal_ticket_json(json, harness.alice, harness.secret, 0);
    len = strlen(json) - 1;
    snprintf(json + len, TICKET_JSON_MAX - len, "%s", tail);
}

void a_bad_tickets(void)
{
    static const char *const tails[] = {"}x", "}{}",
                                        ",\"ip_addr\":\"127.0.0.1\"}"};
    char json[TICKET_JSON_MAX], address[401];

    receiver_setup_and_start(&harness);
    expect_secrets_refused();
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        make_ticket_with_tail(json, tails[i]);
        craft_under_ticket(&crafted, &harness, json, "who?");
        receiver_expect_refusal(&harness, &crafted,
                                i < 2 ? "a ticket with text after its object"
                                      : "a ticket with two members \"ip_addr\"",
                                "The text of a ticket must be exactly one JSON "
                                "object, like a line (kit_json_object).");
    }
    /* The receiver may accept or refuse this ticket, but it must not crash. So
       the message is forged: then the line must be refused in any case. */
    random_letters(address, 400);
    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"ip_addr\":\"%s\",\"secret\":\"%s\"}",
             harness.alice, address, harness.secret);
    craft_under_ticket(&crafted, &harness, json, "who?");
    craft_flip_bit(crafted.message, 12, 0);
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted,
                            "a ticket with an ip_addr of 400 characters",
                            "A forged line was shown.");
}

/* --- Expiry --------------------------------------------------------------- */

/* An invalid exp must not be treated as a missing one. */
static void expect_exp_refused(const char *format)
{
    char json[TICKET_JSON_MAX], exp[40], tail[56], what[80], cause[128];

    snprintf(exp, sizeof exp, format, (long long)time(NULL) - 1000);
    snprintf(tail, sizeof tail, ",\"exp\":%s}", exp);
    make_ticket_with_tail(json, tail);
    craft_under_ticket(&crafted, &harness, json, "who?");
    snprintf(what, sizeof what, "a ticket with exp %s", exp);
    snprintf(cause, sizeof cause,
             "exp %s was treated as missing: if exp is present, it must be a "
             "number of seconds.",
             exp);
    receiver_expect_refusal(&harness, &crafted, what, cause);
}

/* A line must be remembered for as long as its ticket is accepted. */
static void expect_remembered_to_the_end(void)
{
    struct crafted_m5 first;

    random_token(harness.secret);
    craft_good(&first, &harness, harness.alice, harness.secret, 1, "skew", 4);
    craft_ticket(&first, &harness, harness.alice, harness.secret,
                 (long long)time(NULL) - 100);
    craft_assemble(&first);
    receiver_expect_accepted(
        &harness, &first, "a ticket that expired 100 s ago", harness.alice,
        "skew", 4, "A ticket is valid for 300 s after exp (KIT_CLOCK_SKEW).");
    /* A new chat is when a receiver forgets old ones. */
    random_token(harness.secret);
    craft_good(&crafted, &harness, harness.mallory, harness.secret, 1, "new",
               3);
    receiver_expect_accepted(&harness, &crafted, "a line of a new chat",
                             harness.mallory, "new", 3,
                             "A good line was refused.");
    receiver_expect_refusal(
        &harness, &first, "the first line again",
        "A replay was shown between exp and exp + 300: remember a seq for as "
        "long as its ticket is accepted.");
}

void a_expired(void)
{
    static const int ends[] = {-302, -400, -3600, -86000};
    static const char *const no_exp[] = {"\"%lld\"", "null", "0", "-1",
                                         "%lld.5"};
    char secret[129], text[64], what[64], cause[96];

    receiver_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        random_token(secret);
        random_text(text);
        craft_good(&crafted, &harness, harness.alice, secret, 1, text,
                   strlen(text));
        craft_ticket(&crafted, &harness, harness.alice, secret,
                     (long long)time(NULL) + ends[i]);
        craft_assemble(&crafted);
        snprintf(what, sizeof what, "a ticket that expired %d s ago", -ends[i]);
        snprintf(cause, sizeof cause,
                 "A ticket that expired %d s ago was accepted: it is valid "
                 "until exp + 300.",
                 -ends[i]);
        receiver_expect_refusal(&harness, &crafted, what, cause);
    }
    for (size_t i = 0; i < sizeof no_exp / sizeof no_exp[0]; i++)
        expect_exp_refused(no_exp[i]);
    expect_remembered_to_the_end();
}
