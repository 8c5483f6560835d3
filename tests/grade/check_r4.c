/* SPDX-License-Identifier: MIT */
/* The receiver and its ticket: what must be accepted. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/chance.h"
#include "tests/grade/checks.h"
#include "tests/grade/diagnose.h"
#include "tests/grade/forge.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

static struct post post;
static struct forged f;

/* --- A good line, and what is taken instead of it ------------------------- */

/* What it said last on standard error, when it did not show a good line. */
static const char *last_words(const struct program *p)
{
    static char said[600];
    const char *last;

    snprintf(said, sizeof said, "%s", program_said(p));
    last = strrchr(said, '|');
    return last != NULL ? last + 2 : said;
}

/* Whether it shows what has an exp. */
static bool shows_with_exp(void)
{
    int fd = post_call(&post);

    step("It gets the same with a ticket that ends in an hour.");
    post_ticket(&f, &post, post.alice, post.secret,
                (long long)time(NULL) + 3600);
    post_write(&f);
    post_send(fd, f.line, f.len);
    return post_hear(&post, fd) != NULL;
}

/* A good line was not shown: a step that is missing, or another way to seal? */
static _Noreturn void not_shown(const char *wanted)
{
    char cause[GUESS_CAUSE] = "", refusal[256];
    struct program *p = post.program;
    const char *said = last_words(p);

    detail("it says: %s", said);
    if (strncmp(said, "refused: TODO ", 14) == 0) {
        expected("%s", wanted);
        got("nothing; on standard error: %s", said);
        fail("%s is not written yet, so every line is refused there.",
             said + 9);
    }
    if (p->pid != 0 && shows_with_exp()) {
        expected("%s", wanted);
        got("nothing; on standard error: %s", said);
        fail("exp is optional: a ticket without one was refused.");
    }
    if (p->pid != 0 && p->err.len > 0 && diagnose(cause, &post)) {
        step("It shows a line that is sealed in another way.");
        expected("%s", wanted);
        got("nothing; on standard error: %s", said);
        fail("What your receiver opens with is not what the sender sealed "
             "with. %s",
             cause);
    }
    snprintf(refusal, sizeof refusal,
             "Your receiver refuses a good line. It says: %.200s", said);
    post_nothing(&post, wanted, refusal);
}

void r4_shows(void)
{
    char text[64], wanted[128];
    const char *line;
    int fd;

    post_begin(&post);
    chance_text(text);
    snprintf(wanted, sizeof wanted, "%s: %s", post.alice, text);
    post_good(&f, &post, post.alice, post.secret, ++post.alices, text,
              strlen(text));
    fd = post_call(&post);
    post_show(&f, "a good line");
    post_send(fd, f.line, f.len);
    line = post_hear(&post, fd);
    if (line == NULL)
        not_shown(wanted);
    step("It shows: %s", shown(line, strlen(line)));
    if (strcmp(line, wanted) != 0) {
        expected("%s", wanted);
        got("%s", shown(line, strlen(line)));
        detail_differ(wanted, strlen(wanted), line, strlen(line));
        fail("A message is shown as \"NAME: text\" and a newline, nothing "
             "else.");
    }
    post_next(&f, &post, "a second one");
    post_send(fd, f.line, f.len);
    post_expect(&post, fd, post.alice, "a second one", 12,
                "A second line on the same connection is not shown.");
    program_clean(post.program);
}

void r4_refused_login(void)
{
    int code;

    post_prepare(&post);
    arbiter_say(&post.arbiter, &post.arbiter.login, 401,
                "{\"error\":\"bad_login\",\"token\":\"%s\"}", post.token);
    step("The server refuses the login, with 401.");
    post_run(&post);
    code = program_wait(post.program);
    detail("exit code %d; standard error: %s", code,
           program_said(post.program));
    expected("a message, and an exit code other than 0");
    got("exit code %d; on standard error: %s", code,
        program_said(post.program));
    if (code == 0 || post.program->err.len == 0)
        fail("The login was refused, and your receiver does not say so.");
}

/* --- Tickets that are good in other ways ---------------------------------- */

void r4_exp(void)
{
    static const struct {
        long long from_now;
        const char *what, *cause;
    } all[] = {
        {3600, "a ticket that ends in an hour",
         "A ticket that is still good was refused: compare exp with the time "
         "in seconds."},
        {2000000000, "a ticket that ends in more than 60 years",
         "exp is a number of seconds that may need more than 31 bits."},
        {4000000000, "a ticket that ends in more than 120 years",
         "exp is a number of seconds that may need more than 32 bits."},
        {-290, "a ticket that ended 290 s ago",
         "A ticket is good for 300 s after exp (KIT_CLOCK_SKEW), since clocks "
         "differ."},
    };
    char secret[129];

    post_begin(&post);
    post_next(&f, &post, "hello");
    post_accepts(&post, &f, "a ticket without exp", post.alice, "hello", 5,
                 "exp is optional: a ticket without one was refused.");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        chance_token(secret);
        post_good(&f, &post, post.alice, secret, 1, "hello", 5);
        post_ticket(&f, &post, post.alice, secret,
                    (long long)time(NULL) + all[i].from_now);
        post_write(&f);
        post_accepts(&post, &f, all[i].what, post.alice, "hello", 5,
                     all[i].cause);
    }
}

void r4_unknown_members(void)
{
    char json[640];

    post_begin(&post);
    snprintf(json, sizeof json,
             " { \"v\" : [1, {\"a\": null}], \"secret\" : \"%s\",\n\t"
             "\"ip_addr\":\"127.0.0.1\", \"username\":\"\\u0%03x%s\" } ",
             post.secret, (unsigned)post.alice[0], post.alice + 1);
    post_says(&f, &post, json, "hello");
    f.len = (size_t)snprintf(
        f.line, sizeof f.line,
        "{ \"v\": {\"senderinfo\": 1}, \"SEQ\": 9, \"Message\": \"x\", "
        "\"message\" : \"%s\", \"seq\" : 1 , "
        "\"senderinfo\":\"%s\", \"more\":\"\\\"seq\\\":9\" }\n",
        f.message, f.ticket);
    post_accepts(&post, &f, "members in another order, and unknown ones",
                 post.alice, "hello", 5,
                 "Unknown members are ignored and their order is free: read "
                 "the line with a JSON library.");
}

void r4_address_is_no_proof(void)
{
    char json[400];

    post_begin(&post);
    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"ip_addr\":\"192.0.2.7\",\"secret\":\"%s\""
             "}",
             post.alice, post.secret);
    post_says(&f, &post, json, "hello");
    post_accepts(&post, &f, "a ticket with another address than the peer's",
                 post.alice, "hello", 5,
                 "An address is a hint, not a proof: a mismatch is noted on "
                 "standard error and the text shown.");
    step("It is ended and starts again, with --strict-ip.");
    post.strict = true;
    post_again(&post);
    post_says(&f, &post, json, "hello");
    post_refuses(&post, &f, "the same line, under --strict-ip",
                 "With --strict-ip an address that differs is a refusal.");
}

void r4_new_token(void)
{
    char old[129];

    post_begin(&post);
    post_next(&f, &post, "first");
    post_accepts(&post, &f, "a good line", post.alice, "first", 5,
                 "A good line was refused.");
    step("The receiver is ended and starts again; the server gives it another "
         "token, as long as may be.");
    memcpy(old, post.token, sizeof old);
    chance_str16(post.token, KIT_TOKEN_MAX);
    arbiter_say(&post.arbiter, &post.arbiter.login, 200, "{\"token\":\"%s\"}",
                post.token);
    post_again(&post);
    post_next(&f, &post, "second");
    post_accepts(&post, &f, "a good line under the new token", post.alice,
                 "second", 6,
                 "After the second login the old key is still used: the token "
                 "of this login opens the tickets.");
    post_next(&f, &post, "third");
    forge_ticket(f.ticket, old, post.me, post.alice, post.secret);
    post_write(&f);
    post_refuses(&post, &f, "a ticket under the token of the run before",
                 "A ticket of an earlier session was accepted: a saved token "
                 "brings old replays back.");
}
