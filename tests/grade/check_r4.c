/* SPDX-License-Identifier: MIT */
/* The receiver and tickets: what it must accept. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/grade/checks.h"
#include "tests/grade/diagnose_receiver.h"
#include "tests/grade/line_case.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* --- A good line ---------------------------------------------------------- */

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
        diagnose_not_shown(&harness, &crafted, wanted);
    step("It shows: %s", printable(line, strlen(line)));
    if (strcmp(line, wanted) != 0) {
        expected("%s", wanted);
        got("%s", printable(line, strlen(line)));
        detail_difference(wanted, strlen(wanted), line, strlen(line));
        see_todo("7");
        if (strlen(line) == strlen(harness.alice) + 2 &&
            strncmp(line, wanted, strlen(line)) == 0)
            diagnose_empty(&harness);
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            fail("More than the text is shown: m->text.len must be "
                 "m->box.len - KIT_TAG_LEN (kit_box_open sets it).");
        if (strncmp(line, wanted, strlen(line)) == 0)
            fail("Not all of the text is shown: m->text.len must be "
                 "m->box.len - KIT_TAG_LEN (kit_box_open sets it).");
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
        if (receiver_shows(&harness, &crafted))
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

/* Senders' names: like the receiver's, unusual, and of the maximum length. */
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
