/* SPDX-License-Identifier: MIT */
/* Attacks: tickets that the server sealed, and that are none all the same. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/grade/chance.h"
#include "tests/grade/checks.h"
#include "tests/grade/forge.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

static struct post post;
static struct forged f;

/* --- Names ---------------------------------------------------------------- */

/* A line under a ticket in which JSON stands for the name, RAW in its AD. */
static void with_name(const char *json_name, const char *raw)
{
    char json[FORGE_JSON], ad[FORGE_JSON];

    post_good(&f, &post, post.alice, post.secret, 1, "who?", 4);
    forge_ticket_json(json, json_name, post.secret, 0);
    post_ticket_of(&f, &post, json);
    snprintf(ad, sizeof ad, "%s>%s#1", raw, post.me);
    post_seal(&f, "message", post.secret, KIT_LABEL_MESSAGE, ad, "who?", 4);
    post_write(&f);
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

    chance_fill(longer, 33);
    chance_fill(longest, 200);
    post_begin(&post);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        chance_token(post.secret);
        with_name(all[i].json, all[i].raw);
        snprintf(cause, sizeof cause,
                 "What is no NAME was taken for one: %s (kit_is_name).",
                 all[i].what);
        post_refuses(&post, &f, all[i].what, cause);
    }
}

/* --- Secrets and JSON ----------------------------------------------------- */

/* Secrets that are no STR16; the longest first, as it may end the program. */
static void refuses_secrets(void)
{
    static const size_t lengths[] = {400, 129, 15, 0};
    char secret[401] = "", json[FORGE_JSON], what[64];

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        chance_fill(secret, lengths[i]);
        forge_ticket_json(json, post.alice, secret, 0);
        post_good(&f, &post, post.alice, secret, 1, "who?", 4);
        post_ticket_of(&f, &post, json);
        post_write(&f);
        snprintf(what, sizeof what, "a ticket with a secret of %zu characters",
                 lengths[i]);
        post_refuses(&post, &f, what,
                     "What is no secret was taken for one: it has 16 to 128 "
                     "characters (kit_is_token).");
    }
}

/* JSON of a ticket with a new secret, TAIL instead of its last brace. */
static void ticket_with_tail(char json[FORGE_JSON], const char *tail)
{
    size_t len;

    chance_token(post.secret);
    forge_ticket_json(json, post.alice, post.secret, 0);
    len = strlen(json) - 1;
    snprintf(json + len, FORGE_JSON - len, "%s", tail);
}

void a_bad_tickets(void)
{
    static const char *const tails[] = {"}x", "}{}",
                                        ",\"ip_addr\":\"127.0.0.1\"}"};
    char json[FORGE_JSON], address[401];

    post_begin(&post);
    refuses_secrets();
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        ticket_with_tail(json, tails[i]);
        post_says(&f, &post, json, "who?");
        post_refuses(&post, &f,
                     i < 2 ? "a ticket with something behind its object"
                           : "a ticket with two members \"ip_addr\"",
                     "The text of a ticket is one JSON object to the letter, "
                     "like a line (kit_json_object).");
    }
    /* Refused or not: it must do no harm. So the text is forged as well. */
    chance_fill(address, 400);
    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"ip_addr\":\"%s\",\"secret\":\"%s\"}",
             post.alice, address, post.secret);
    post_says(&f, &post, json, "who?");
    post_flip(f.message, 12, 0);
    post_write(&f);
    post_refuses(&post, &f, "a ticket with an ip_addr of 400 characters",
                 "A forged line was shown.");
}

/* --- When a ticket ends --------------------------------------------------- */

/* An exp that is no number of seconds, or one long ago, is not "no exp". */
static void refuses_exp(const char *format)
{
    char json[FORGE_JSON], exp[40], tail[56], what[80], cause[128];

    snprintf(exp, sizeof exp, format, (long long)time(NULL) - 1000);
    snprintf(tail, sizeof tail, ",\"exp\":%s}", exp);
    ticket_with_tail(json, tail);
    post_says(&f, &post, json, "who?");
    snprintf(what, sizeof what, "a ticket with exp %s", exp);
    snprintf(cause, sizeof cause,
             "exp %s was taken for none: where it is given, it is a number of "
             "seconds.",
             exp);
    post_refuses(&post, &f, what, cause);
}

/* A line is remembered as long as its ticket is accepted. */
static void remembers_to_the_end(void)
{
    struct forged first;

    chance_token(post.secret);
    post_good(&first, &post, post.alice, post.secret, 1, "skew", 4);
    post_ticket(&first, &post, post.alice, post.secret,
                (long long)time(NULL) - 100);
    post_write(&first);
    post_accepts(&post, &first, "a ticket that ended 100 s ago", post.alice,
                 "skew", 4,
                 "A ticket is good for 300 s after exp (KIT_CLOCK_SKEW).");
    /* Whoever forgets does it when there is something new to remember. */
    chance_token(post.secret);
    post_good(&f, &post, post.mallory, post.secret, 1, "new", 3);
    post_accepts(&post, &f, "a line of a new chat", post.mallory, "new", 3,
                 "A good line was refused.");
    post_refuses(&post, &first, "the first line again",
                 "Replay was shown between exp and exp + 300: a seq is to be "
                 "remembered as long as its ticket is accepted.");
}

void a_expired(void)
{
    static const int ends[] = {-302, -400, -3600, -86000};
    static const char *const no_exp[] = {"\"%lld\"", "null", "0", "-1",
                                         "%lld.5"};
    char secret[129], text[64], what[64], cause[96];

    post_begin(&post);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        chance_token(secret);
        chance_text(text);
        post_good(&f, &post, post.alice, secret, 1, text, strlen(text));
        post_ticket(&f, &post, post.alice, secret,
                    (long long)time(NULL) + ends[i]);
        post_write(&f);
        snprintf(what, sizeof what, "a ticket that ended %d s ago", -ends[i]);
        snprintf(cause, sizeof cause,
                 "A ticket that ended %d s ago was accepted: it is good until "
                 "exp + 300.",
                 -ends[i]);
        post_refuses(&post, &f, what, cause);
    }
    for (size_t i = 0; i < sizeof no_exp / sizeof no_exp[0]; i++)
        refuses_exp(no_exp[i]);
    remembers_to_the_end();
}
