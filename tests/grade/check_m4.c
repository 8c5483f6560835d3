/* SPDX-License-Identifier: MIT */
/* Messages 3 and 4 of the sender: what it asks, and answers it accepts. */
#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/port_owner.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"

static struct sender_harness harness;

/*
 * Runs the sender again. VALUE is the JSON text of "receiver" in message 4; if
 * it is empty, message 4 has no "receiver". Returns whether the sender
 * connects.
 */
static bool connects_with_receiver(const char *value)
{
    bool connects;

    if (value[0] == '\0')
        step("The sender runs again. Message 4 has no \"receiver\".");
    else
        step("The sender runs again. Message 4 has \"receiver\": %s.", value);
    strcpy(harness.m4.receiver, value);
    sender_set_answer(&harness);
    sender_start(&harness);
    sender_type(&harness, "hello", 5);
    connects = sender_connects(&harness);
    if (connects)
        sender_accept(&harness);
    program_free(harness.program);
    if (connects)
        mock_receiver_hang_up(&harness.connection);
    return connects;
}

/*
 * The sender FIRST refused a good message 4 and exited. Fails the check if it
 * did so because of "receiver": without that member, the sender connects.
 */
static void try_other_receivers(const struct program *first)
{
    char own[40];

    if (!connects_with_receiver(""))
        return;
    see_todo("1");
    expected("a connection to the receiver");
    got("a connection only without \"receiver\" in message 4; with it:  %s",
        program_stderr_tail(first));
    if (connects_with_receiver("\"someone-else\""))
        fail("An answer about another receiver is accepted, and one about the "
             "right receiver is not. strcmp returns 0 if the names are the "
             "same, and so does kit_json_same_or_missing.");
    snprintf(own, sizeof own, "\"%s\"", harness.sender);
    if (connects_with_receiver(own))
        fail(
            "\"receiver\" in message 4 is compared with the sender's own name. "
            "Compare it with chat->receiver, not with chat->sender.");
    fail("Only an answer without \"receiver\" is accepted. Compare the name "
         "with kit_json_same_or_missing, which returns 0 if all is well, or "
         "with strcmp: == compares addresses.");
}

/*
 * The sender has exited. Fails the check if it has refused message 4, which is
 * good.
 */
static void explain_refusal(void)
{
    struct program *first = harness.program;
    const char *words = first->err.bytes;
    const char *refused = strstr(words, "refused: ");

    if (strstr(words, "message 4 was not understood") == NULL ||
        strstr(words, "refused: TODO") != NULL)
        return;
    try_other_receivers(first);
    harness.program = first;
    if (refused == NULL || strstr(words, ": kit_") != NULL)
        return;
    program_check_sanitizer(first);
    see_todo("1");
    expected("a connection to the receiver");
    got("it exits; its last words: %s", program_stderr_tail(first));
    fail("Your sender refuses a good message 4 (\"%s\"): its ip_addr is an "
         "address, and its other members are valid, too. The functions that "
         "read them return 0 for success: refuse the message only if one "
         "returns something else. Check the spelling of the members, too.",
         printable(refused, strcspn(refused, "\n")));
}

void m4_connects(void)
{
    sender_setup_and_start(&harness);
    sender_type(&harness, "hello", 5);
    if (!sender_connects(&harness) && harness.program->pid == 0)
        explain_refusal();
    sender_accept(&harness);
}

/* Fails the check unless message 3, which is JSON, has NAME with VALUE. */
static void expect_member(const cJSON *m3, const char *name, const char *value)
{
    const char *is = kit_json_string(m3, name);

    if (is != NULL && strcmp(is, value) == 0)
        return;
    expected("\"%s\": \"%s\"", name, value);
    got("%s", is != NULL ? printable(is, strlen(is)) : "no such string");
    fail("Message 3 has the wrong \"%s\": it must contain your name, your "
         "token and the receiver.",
         name);
}

/* With "port" in message 1, the server would direct chats to the sender. */
static void note_port(void)
{
    const char *text = harness.server.login.requests[0];

    if (kit_json_has(kit_json_object(text, strlen(text)), "port"))
        note("Message 1 of your sender contains a port: only a receiver, which "
             "listens, sends one.");
}

void m4_request(void)
{
    const char *text;
    cJSON *m3;

    sender_setup_and_start(&harness);
    sender_type_and_accept(&harness);
    text = harness.server.userinfo.requests[0];
    step("Message 3 was:");
    detail("%s", printable(text, strlen(text)));
    if (strstr(text, harness.password) != NULL) {
        expected("username, token and receiver");
        got("the password too");
        fail(
            "Message 3 contains the password: it must contain only the token.");
    }
    m3 = kit_json_object(text, strlen(text));
    expect_member(m3, "username", harness.sender);
    expect_member(m3, "token", harness.token);
    expect_member(m3, "receiver", harness.receiver);
    note_port();
}

/* Runs the sender, which must accept the answers of the server. */
static void expect_run(void)
{
    sender_start(&harness);
    sender_type_and_accept(&harness);
    sender_new_secrets(&harness);
}

void m4_optional(void)
{
    sender_setup(&harness);
    step("Message 4 has no \"receiver\".");
    program_set_activity("message 4 has no \"receiver\", which is optional");
    harness.m4.receiver[0] = '\0';
    sender_set_answer(&harness);
    expect_run();
    step("Message 2 has no \"expires_in\".");
    program_set_activity("message 2 has no \"expires_in\", which is optional");
    mock_server_set_answer(&harness.server, &harness.server.login, 200,
                           "{\"token\":\"%s\"}", harness.token);
    expect_run();
    step("Message 4 has no \"port\".");
    program_set_activity("message 4 has no \"port\", which is optional");
    if (harness.receiver_side.default_fd < 0)
        mock_receiver_open_default(&harness.receiver_side, 0);
    if (harness.receiver_side.default_fd < 0 && user_is_separate() &&
        !port_is_of(user_id(), harness.receiver_side.ip, KIT_PORT_DEFAULT))
        no_verdict("another program uses port %d: end it", KIT_PORT_DEFAULT);
    if (harness.receiver_side.default_fd < 0)
        fail_as(PORT_USED, "Port 4444 is in use on this machine: stop your own "
                           "receiver and grade again.");
    harness.m4.port[0] = '\0';
    sender_set_answer(&harness);
    expect_run();
}

void m4_new_secret_each_run(void)
{
    struct m5 m5;
    char text[64];

    sender_setup_and_start(&harness);
    random_text(text);
    sender_type_and_open(&m5, &harness, text, strlen(text));
    sender_expect_exit(&harness, true);
    step("The sender runs again, and the server has another secret for it:");
    sender_new_secrets(&harness);
    sender_start(&harness);
    random_text(text);
    sender_type(&harness, text, strlen(text));
    sender_accept(&harness);
    if (mock_server_count(&harness.server, &harness.server.userinfo) < 2) {
        expected("a second message 3");
        got("only one request for two runs");
        fail("Your sender did not ask for a new secret: it uses an old key "
             "again.");
    }
    sender_read_m5(&m5, &harness);
    m5_open(&m5, &harness.inputs, text, strlen(text));
}
