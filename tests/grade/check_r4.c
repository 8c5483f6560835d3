/* SPDX-License-Identifier: MIT */
/* The receiver and tickets: what it must accept. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"
#include "tests/support/forgery.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* --- A good line ---------------------------------------------------------- */

/*
 * Whether OUTPUT shows a message with a text. A receiver that ignores that a
 * box does not open shows an empty one: "alice: ".
 */
static bool has_text(const char *output)
{
    const char *colon = strstr(output, ": ");

    return colon != NULL && colon[2] != '\0' && colon[2] != '\n';
}

/* Whether the receiver shows the crafted line, which has a text. */
static bool shows_crafted(void)
{
    size_t before = harness.program->out.len;
    int fd = receiver_connect(&harness);

    tcp_send(fd, crafted.line, crafted.len);
    shutdown(fd, SHUT_WR); /* so that it closes the connection, too */
    (void)receiver_wait_closed(&harness, fd);
    close(fd);
    /* It has printed the line before it closed the connection. */
    while (program_poll_one(harness.program, -1, 0, 0) == EVENT_OUTPUT)
        ;
    return has_text(harness.program->out.bytes + before);
}

enum { TWO_CAUSES = 2 * MISTAKE_CAUSE };

/*
 * Sends a line whose box IN is sealed with mistakes KEY and AD. If the receiver
 * shows it, returns true and describes them in CAUSE.
 */
static bool try_mistake(char cause[TWO_CAUSES], const struct box_inputs *in,
                        int key, int ad)
{
    size_t n;

    if (!craft_mistake(&crafted, &harness, in, key, ad) || !shows_crafted())
        return false;
    /* The ticket's step also derives the key of the messages. */
    see_todo(key == 0 && !in->ticket ? "7"
             : ad == 0 || in->ticket ? "5"
                                     : "57");
    mistake_key_cause(cause, key, in);
    n = strlen(cause);
    if (n > 0 && ad != 0)
        cause[n++] = ' ';
    mistake_ad_cause(cause + n, ad, in);
    return true;
}

/* Tries all that have exactly MANY mistakes, in a ticket or in a message. */
static bool try_mistakes(char cause[TWO_CAUSES], bool ticket, int many,
                         int64_t end)
{
    const struct box_inputs in = craft_inputs(&harness, ticket, 1);

    for (int key = 0; key < mistake_key_count; key++) {
        for (int ad = 0; ad < mistake_ad_count; ad++) {
            if ((key != 0) + (ad != 0) != many)
                continue;
            random_token(harness.secret);
            if (kit_ticks() > end || harness.program->pid == 0)
                return false;
            if (try_mistake(cause, &in, key, ad))
                return true;
        }
    }
    return false;
}

/*
 * Sends messages and tickets with the usual mistakes. Returns true if the
 * receiver shows one of them; then CAUSE describes its mistakes.
 */
static bool find_mistake(char cause[TWO_CAUSES])
{
    enum { DIAGNOSIS_MS = 8000 };
    int64_t end = kit_ticks() + DIAGNOSIS_MS;

    return try_mistakes(cause, false, 1, end) ||
           try_mistakes(cause, true, 1, end) ||
           try_mistakes(cause, false, 2, end) ||
           try_mistakes(cause, true, 2, end);
}

/* Removes what the receiver has printed after LEN bytes of standard error. */
static void forget_words(size_t len)
{
    struct stream *err = &harness.program->err;

    /* If it has crashed, the report of that is there. */
    if (harness.program->pid == 0)
        return;
    err->len = len;
    err->bytes[len] = '\0';
}

/* The rest of WORDS, the tail of standard error, after "listening on". */
static const char *after_listening(const char *words)
{
    const char *rest = strstr(words, " | ");

    return strncmp(words, "listening on ", 13) == 0 && rest != NULL ? rest + 3
                                                                    : words;
}

/*
 * Fails the check if the same line is shown with a ticket that expires in
 * EXPIRES_IN seconds; if that is 0, with a ticket that has no exp.
 */
static void try_ticket(int expires_in, const char *todo, const char *cause)
{
    if (harness.program->pid == 0)
        return;
    if (expires_in == 0)
        step("It gets the same line with a ticket that has no exp.");
    else
        step("It gets the same line with exp %+d s from now.", expires_in);
    craft_ticket(&crafted, &harness, harness.alice, harness.secret,
                 expires_in == 0 ? 0 : (long long)time(NULL) + expires_in);
    craft_assemble(&crafted);
    if (!shows_crafted())
        return;
    see_todo(todo);
    fail("%s", cause);
}

/*
 * Whether TODO 5 accepts a good ticket. After it, the kit's code notes that the
 * ticket has another address than the peer.
 */
static bool accepts_ticket(void)
{
    size_t before = harness.program->err.len;
    char json[FORGERY_JSON];

    step("It gets the same line with another address in its ticket.");
    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"ip_addr\":\"192.0.2.7\",\"secret\":"
             "\"%s\"}",
             harness.alice, harness.secret);
    craft_ticket_json(&crafted, &harness, json);
    craft_assemble(&crafted);
    return shows_crafted() || strstr(harness.program->err.bytes + before,
                                     " logged in from ") != NULL;
}

/*
 * Fails the check if TODO 5 calls kit_ad_message: the receiver has printed that
 * this was called incorrectly, but does not come to TODO 7.
 */
static void try_ad_of_ticket(const char *words)
{
    if (harness.program->pid == 0 ||
        strstr(words, "kit_ad_message: ") == NULL || accepts_ticket())
        return;
    see_todo("5");
    fail("The ticket is opened with the associated data of a message, from "
         "kit_ad_message: that of a ticket is \"senderinfo>%s\", and "
         "kit_ad_ticket writes it.",
         harness.me);
}

/* What a receiver prints when it refuses a good line, and why it does that. */
static const struct {
    const char *words, *todo, *cause;
} refusals[] = {
    {"refused: expired", "56",
     "Every ticket counts as expired, even one without exp: "
     "chat->good_until was never set. kit_json_good_until sets it, to "
     "KIT_NEVER without exp. Refuse only if now > chat->good_until."},
    {"refused: replay", "6",
     "The first line of a chat counts as a replay. chat->seq is the last "
     "number, 0 in a new chat: refuse if m->seq <= chat->seq, not if it is "
     "greater."},
    {"refused: ticket-json", "5",
     "The ticket opens, but its members are refused: username, ip_addr, exp "
     "and secret, in a JSON object of text.len bytes."},
    {"kit_ad_message: sender is not a NAME", "57",
     "The name of the sender in the associated data is empty: read "
     "\"username\" "
     "of the ticket into chat->sender (kit_json_name), and pass "
     "chat->sender.text to kit_ad_message."},
    {"kit_ad_message: seq is 0", "7",
     "The associated data has chat->seq, the number of the last text: it must "
     "have m->seq, that of this one."},
};

/* Fails the check because a good line was not shown, and finds the cause. */
static _Noreturn void fail_not_shown(const char *wanted)
{
    char cause[TWO_CAUSES] = "", refusal[900];
    struct program *p = harness.program;
    const char *said = program_last_words(p);
    size_t err_len = p->err.len;

    snprintf(refusal, sizeof refusal,
             "Your receiver refuses a good line. Its last words: %s",
             after_listening(program_stderr_tail(p)));
    detail("standard error: %s", said);
    expected("%s", wanted);
    got("nothing; on standard error: %s", said);
    program_check_todo(p);
    try_ticket(
        0, "56",
        "A ticket that is valid for some time was refused, and one "
        "without exp was not. exp is a time in seconds, like now: refuse "
        "only if now > chat->good_until.");
    try_ticket(
        -2 * KIT_CLOCK_SKEW, "6",
        "It shows a line whose ticket has expired, and refuses a good "
        "one: refuse it if now > chat->good_until. Or check_fresh returns the "
        "opposite: 0 means fresh.");
    try_ad_of_ticket(refusal);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        if (strstr(refusal, refusals[i].words) == NULL)
            continue;
        see_todo(refusals[i].todo);
        fail("%s", refusals[i].cause);
    }
    if (p->pid != 0 && p->err.len > 0 && find_mistake(cause)) {
        step("It shows a line that is sealed with a mistake.");
        fail("Your receiver does not open boxes in the way that they are "
             "sealed. %s",
             cause);
    }
    if (strncmp(said, "refused: ", 9) != 0)
        snprintf(
            refusal, sizeof refusal,
            "Your receiver does not show a good line and prints no reason: "
            "each step returns 0 if all is well, and otherwise "
            "kit_refused(\"WORD\"). Its last words: %.99s",
            said);
    forget_words(err_len);
    receiver_fail_silent(&harness, wanted, refusal);
}

/* Fails the check because the text of a good line is shown as an empty one. */
static _Noreturn void fail_empty(void)
{
    const char *said = strstr(harness.program->err.bytes, "refused: ");
    char cause[TWO_CAUSES] = "", words[300] = "";
    bool found;

    if (said != NULL)
        snprintf(words, sizeof words, "%s",
                 printable(said, strcspn(said, "\n")));
    found = find_mistake(cause);
    see_todo("75");
    if (said != NULL)
        fail("It prints \"%s\", but goes on: return -1 after a refusal (return "
             "kit_refused). %s",
             words, cause);
    if (found)
        fail("The box of this line does not open, but your receiver goes on: "
             "return -1 unless kit_box_open returns 0. %s",
             cause);
    fail("Not all of the text is shown. Either the box does not open, and the "
         "result of kit_box_open is ignored, or m->text.len is not set "
         "(kit_box_open sets it).");
}

void r4_shows(void)
{
    char text[64], wanted[128];
    const char *line;
    int fd;

    /* Slow, but if memory is used after a library freed it, the report has the
       line that called the library. */
    harness.asan = "detect_leaks=0:fast_unwind_on_malloc=0";
    receiver_setup_and_start(&harness);
    random_text(text);
    snprintf(wanted, sizeof wanted, "%s: %s", harness.alice, text);
    craft_next(&crafted, &harness, text);
    fd = receiver_connect(&harness);
    craft_describe(&crafted, "a good line");
    tcp_send(fd, crafted.line, crafted.len);
    line = receiver_next_line(&harness, fd);
    if (line == NULL)
        fail_not_shown(wanted);
    step("It shows: %s", printable(line, strlen(line)));
    if (strcmp(line, wanted) != 0) {
        expected("%s", wanted);
        got("%s", printable(line, strlen(line)));
        detail_difference(wanted, strlen(wanted), line, strlen(line));
        see_todo("7");
        if (strlen(line) == strlen(harness.alice) + 2 &&
            strncmp(line, wanted, strlen(line)) == 0)
            fail_empty();
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            fail("More than the text is shown: m->text.len is the length of "
                 "the box without its tag (kit_box_open sets it).");
        if (strncmp(line, wanted, strlen(line)) == 0)
            fail("Not all of the text is shown: m->text.len is the length of "
                 "the box without its tag (kit_box_open sets it).");
        fail("Show a message as \"NAME: text\" and a newline, and nothing "
             "else.");
    }
    craft_next(&crafted, &harness, "a second one");
    tcp_send(fd, crafted.line, crafted.len);
    receiver_expect_text(&harness, fd, harness.alice, "a second one", 12,
                         "A second line on the same connection is not shown.");
    program_check_sanitizer(harness.program);
}

void r4_refused_login(void)
{
    int code;

    receiver_setup(&harness);
    mock_server_set_answer(&harness.server, &harness.server.login, 401,
                           "{\"error\":\"bad_login\",\"token\":\"%s\"}",
                           harness.token);
    step("The server refuses the login with status 401.");
    receiver_launch(&harness);
    code = program_wait_exit(harness.program);
    detail("exit code %d; standard error: %s", code,
           program_stderr_tail(harness.program));
    expected("a message, and an exit code other than 0");
    got("exit code %d; on standard error: %s", code,
        program_stderr_tail(harness.program));
    if (code == 0 || harness.program->err.len == 0)
        fail("The login was refused: your receiver must print an error and "
             "exit with a code other than 0.");
}

/* --- Other valid tickets -------------------------------------------------- */

/*
 * A ticket is still good in the second exp + 300. If the clock moves on while
 * the line is on its way, it is sent again with a new exp.
 */
static void expect_last_second(void)
{
    time_t now;

    do {
        random_token(harness.secret);
        now = time(NULL);
        craft_good(&crafted, &harness, harness.alice, harness.secret, 1,
                   "just in time", 12);
        craft_ticket(&crafted, &harness, harness.alice, harness.secret,
                     (long long)now - KIT_CLOCK_SKEW);
        craft_assemble(&crafted);
        if (shows_crafted())
            return;
    } while (time(NULL) != now);
    craft_describe(&crafted, "a ticket that expired exactly 300 s ago");
    expected("the line is shown");
    got("nothing; on standard error: %s", program_last_words(harness.program));
    fail(
        "A ticket was refused in its last second: it is valid until exp + 300, "
        "so refuse it only if now > chat->good_until.");
}

void r4_exp(void)
{
    static const struct line_case cases[] = {
        {"a ticket without exp",
         "exp is optional: a ticket without one was refused. "
         "kit_json_good_until then sets KIT_NEVER: do not treat a missing exp "
         "as an error, or as 0.",
         .shown = true, .exp = ""},
        {"a ticket that expires in an hour",
         "A valid ticket was refused: compare exp with the current time in "
         "seconds.",
         .shown = true, .expires_in = 3600},
        {"a ticket that expires in more than 60 years",
         "A valid ticket was refused: exp may need more than 31 bits.",
         .shown = true, .expires_in = 2000000000},
        {"a ticket that expires in more than 120 years",
         "A valid ticket was refused: exp may need more than 32 bits.",
         .shown = true, .expires_in = 4000000000},
        {"a ticket that expired 290 s ago",
         "A ticket is valid for 300 s after exp (KIT_CLOCK_SKEW), because "
         "clocks differ.",
         .shown = true, .expires_in = -290},
    };

    LINE_CASES_RUN(&harness, cases);
    expect_last_second();
}

void r4_unknown_members(void)
{
    LINE_CASE_RUN(
        &harness, -1, "members in another order, and unknown members",
        "Unknown members are ignored, members come in any order, and \"SEQ\" "
        "is not \"seq\": read them with the kit_json_ functions.",
        .shown = true, .sender = "bob",
        .ticket = " { \"v\" : [1, {\"a\": null}], \"secret\" : \"$secret\",\n\t"
                  "\"ip_addr\":\"127.0.0.1\", \"EXP\": 1, \"exp\" : $exp,"
                  "\"username\":\"\\u0062ob\" } ",
        .line = "{ \"v\": {\"senderinfo\": 1}, \"SEQ\": 9, \"Message\": \"x\", "
                "\"message\" : \"$message\", \"seq\" : $seq , "
                "\"senderinfo\":\"$senderinfo\", \"more\":\"\\\"seq\\\":9\" }");
}

void r4_address_is_no_proof(void)
{
    static const char other_address[] =
        "{\"username\":\"$alice\",\"ip_addr\":\"192.0.2.7\",\"secret\":"
        "\"$secret\",\"exp\":$exp}";

    LINE_CASE_RUN(&harness, -1, "a ticket with another address than the peer's",
                  "An address is a hint, not a proof: report a mismatch on "
                  "standard error and show the text.",
                  .shown = true, .ticket = other_address);
    receiver_expect_address(&harness);
    step("The receiver is stopped and started again with --strict-ip.");
    harness.strict = true;
    program_set_activity("it has the option --strict-ip");
    receiver_restart(&harness);
    LINE_CASE_RUN(&harness, -1, "the same line, with --strict-ip",
                  "With --strict-ip, a line from an address other than the "
                  "ticket's must be refused.",
                  .ticket = other_address);
}

void r4_new_token(void)
{
    char old[129];

    LINE_CASE_RUN(&harness, -1, "a good line", "A good line was refused.",
                  .shown = true, .same_chat = true);
    step("The receiver is stopped and started again. The server gives it "
         "another token, of the maximum length.");
    memcpy(old, harness.token, sizeof old);
    random_printable(harness.token, KIT_TOKEN_MAX);
    mock_server_set_answer(&harness.server, &harness.server.login, 200,
                           "{\"token\":\"%s\"}", harness.token);
    program_set_activity("its token has %d characters", KIT_TOKEN_MAX);
    receiver_restart(&harness);
    LINE_CASE_RUN(&harness, -1, "a good line under the new token",
                  "After the second login the old key is still used: open "
                  "tickets with the token of the current login.",
                  .shown = true, .same_chat = true);
    LINE_CASE_RUN(&harness, -1, "a ticket under the token of the previous run",
                  "A ticket of an earlier session was accepted: do not save "
                  "tokens, because old messages could then be replayed.",
                  .same_chat = true, .ticket_token = old);
}

/* Names that resemble its own, unusual ones, and the longest ones. */
void r4_long_names(void)
{
    static const char limits[] = "A name may have 32 characters (so the "
                                 "associated data up to 76), and a secret 16 "
                                 "to 128 of any kind, not only hex digits.";
    char start[3], *last;
    const struct line_case names[] = {
        {"a line from a sender whose name begins with the receiver's",
         "A name that only begins like your own was refused: compare the whole "
         "name.",
         .shown = true, .sender = "${me}x"},
        {"a line from a sender whose name is the beginning of the receiver's",
         .shown = true, .sender = start},
        {"a line from a sender with an unusual name",
         "A valid name was refused: a name may begin with a digit and contain "
         "- and _ (section 1, kit_is_name).",
         .shown = true, .sender = "a-b_c"},
        {.shown = true, .sender = "0x"},
        {.shown = true, .sender = "9"},
        {.shown = true, .sender = "a--"},
    };

    receiver_setup_and_start(&harness);
    snprintf(start, sizeof start, "%.2s", harness.me);
    LINE_CASES_RUN(&harness, names);
    step("The receiver is stopped. One whose name has 32 characters starts.");
    random_letters(harness.names[0], KIT_NAME_MAX);
    program_set_activity("its name has %d characters", KIT_NAME_MAX);
    receiver_restart(&harness);
    random_printable(harness.secret, KIT_TOKEN_MIN);
    LINE_CASE_RUN(&harness, -1, "names of 32 and a secret of 16 characters",
                  limits, .shown = true, .same_chat = true, .sender = "9$31");
    random_printable(harness.secret, KIT_TOKEN_MAX);
    LINE_CASE_RUN(
        &harness, -1,
        "names of 32 and a secret of 128 characters, with the maximum seq",
        limits, .shown = true, .same_chat = true, .sender = "9$31",
        .seq = "2147483647");
    last = &harness.secret[KIT_TOKEN_MAX - 1];
    *last = *last == 'x' ? 'y' : 'x';
    LINE_CASE_RUN(&harness, -1, "a secret with another last character", limits,
                  .shown = true, .same_chat = true, .sender = "9$31");
}
