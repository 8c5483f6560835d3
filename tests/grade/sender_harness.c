/* SPDX-License-Identifier: MIT */
#include "tests/grade/sender_harness.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"
#include "tests/grade/workspace.h"
#include "tests/support/forgery.h"

/* Sets h->m4 to a correct message 4. */
static void set_m4(struct sender_harness *h)
{
    struct m4 *m4 = &h->m4;

    snprintf(m4->ip_addr, sizeof m4->ip_addr, "\"%s\"", h->receiver_side.ip);
    snprintf(m4->port, sizeof m4->port, "%u", (unsigned)h->receiver_side.port);
    snprintf(m4->secret, sizeof m4->secret, "\"%s\"", h->secret);
    snprintf(m4->senderinfo, sizeof m4->senderinfo, "\"%s\"", h->senderinfo);
    snprintf(m4->receiver, sizeof m4->receiver, "\"%s\"", h->receiver);
    m4->more[0] = '\0';
}

/* Makes the ticket and message 4 for h->secret. */
static void set_chat(struct sender_harness *h)
{
    char bob_token[129], json[FORGERY_JSON];

    random_token(bob_token);
    forgery_json(json, h->sender, h->secret, (long long)time(NULL) + 3600);
    forgery_ticket_for(h->senderinfo, bob_token, h->receiver, json);
    h->inputs = (struct box_inputs){.secret = h->secret,
                                    .last_secret = h->last_secret,
                                    .token = h->token,
                                    .password = h->password,
                                    .sender = h->sender,
                                    .receiver = h->receiver,
                                    .senderinfo = h->senderinfo};
    set_m4(h);
    sender_set_answer(h);
}

void sender_new_chat(struct sender_harness *h)
{
    memcpy(h->last_secret, h->secret, sizeof h->last_secret);
    random_token(h->secret);
    set_chat(h);
}

void sender_similar_chat(struct sender_harness *h, size_t at)
{
    memcpy(h->last_secret, h->secret, sizeof h->last_secret);
    h->secret[at] = h->secret[at] == '0' ? '1' : '0';
    set_chat(h);
}

void sender_new_secrets(struct sender_harness *h)
{
    random_token(h->token);
    sender_new_chat(h);
}

void sender_setup(struct sender_harness *h)
{
    random_names(h->names, 2);
    h->sender = h->names[0];
    h->receiver = h->names[1];
    random_printable(h->password, 20);
    workspace_write_password(h->password);
    mock_receiver_open(&h->receiver_side, h->rcvbuf);
    mock_server_start(&h->server, h->tls);
    sender_new_secrets(h);
}

/* Appends "NAME":VALUE to BODY, unless VALUE is empty. */
static void add_member(char *body, size_t size, const char *name,
                       const char *value)
{
    size_t n = strlen(body);

    if (value[0] != '\0')
        snprintf(body + n, size - n, "%s\"%s\":%s", n > 1 ? "," : "", name,
                 value);
}

void sender_set_answer(struct sender_harness *h)
{
    char body[MOCK_SERVER_BODY] = "{";

    add_member(body, sizeof body, "ip_addr", h->m4.ip_addr);
    add_member(body, sizeof body, "port", h->m4.port);
    add_member(body, sizeof body, "secret", h->m4.secret);
    add_member(body, sizeof body, "senderinfo", h->m4.senderinfo);
    add_member(body, sizeof body, "receiver", h->m4.receiver);
    add_member(body, sizeof body, "more", h->m4.more);
    mock_server_set_answer(&h->server, &h->server.login, 200,
                           "{\"token\":\"%s\",\"expires_in\":43200}", h->token);
    mock_server_set_answer(&h->server, &h->server.userinfo,
                           h->server.userinfo.status, "%s}", body);
}

static void show_m4(const struct m4 *m4)
{
    const struct {
        const char *name, *value;
    } all[] = {{"ip_addr", m4->ip_addr},
               {"port", m4->port},
               {"secret", m4->secret},
               {"senderinfo", m4->senderinfo},
               {"receiver", m4->receiver}};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        detail_text(all[i].name, all[i].value[0] != '\0' ? all[i].value : "-",
                    all[i].value[0] != '\0' ? strlen(all[i].value) : 1);
}

void sender_start(struct sender_harness *h)
{
    char path[PATH_SIZE];
    char *argv[12] = {path,       "--server",         h->server.url,
                      "--user",   (char *)h->sender,  "--password-file",
                      "password", (char *)h->receiver};
    int argc = 8;

    if (h->cacert != NULL) {
        argv[argc++] = "--cacert";
        argv[argc++] = (char *)h->cacert;
    }
    h->connection.fd = -1;
    path_format(path, "%s/%s/sender", workspace.folder, config.crypto);
    step("Your sender starts: sender --server %s --user %s %s", h->server.url,
         h->sender, h->receiver);
    step("The server answers its login (1) with a token (2), and its request "
         "for %s (3) with message 4:",
         h->receiver);
    show_m4(&h->m4);
    h->program = program_start_client(
        "Your sender", argv, h->asan != NULL ? h->asan : "detect_leaks=0");
    if (h->first_pid == 0)
        h->first_pid = program_own_pid(h->program);
}

/* Whether message 4 names the port of the mock receiver. */
static bool names_port(const struct sender_harness *h)
{
    char port[8];

    snprintf(port, sizeof port, "%u", (unsigned)h->receiver_side.port);
    return strcmp(h->m4.port, port) == 0;
}

void sender_accept(struct sender_harness *h)
{
    mock_receiver_accept(&h->connection, &h->receiver_side, h->program);
    step("It connects to the receiver at %s port %u.", h->receiver_side.ip,
         h->connection.via_default_port ? 4444u
                                        : (unsigned)h->receiver_side.port);
    if (h->connection.via_default_port && names_port(h))
        note("Message 4 names port %u, but your sender connects to 4444. If "
             "two receivers run on one machine, it may find the wrong one.",
             (unsigned)h->receiver_side.port);
}

void sender_setup_and_start(struct sender_harness *h)
{
    sender_setup(h);
    sender_start(h);
}

void sender_type_and_accept(struct sender_harness *h)
{
    sender_type(h, "hello", 5);
    sender_accept(h);
}

void sender_type(struct sender_harness *h, const char *text, size_t len)
{
    step("%s types: %s", h->sender, printable(text, len));
    program_write(h->program, text, len);
    program_write(h->program, "\n", 1);
}

bool sender_connects(struct sender_harness *h)
{
    int64_t end = program_deadline();
    struct pollfd both[] = {
        {.fd = h->receiver_side.named_fd, .events = POLLIN},
        {.fd = h->receiver_side.default_fd, .events = POLLIN}};
    enum event event;

    do
        event = program_poll(h->program, both, 2, end);
    while (event == EVENT_OUTPUT);
    return event == EVENT_READY || mock_receiver_has_peer(&h->receiver_side);
}

const char *sender_next_line(size_t *len, struct sender_harness *h)
{
    if (h->connection.fd < 0 && !sender_connects(h))
        return NULL;
    if (h->connection.fd < 0)
        sender_accept(h);
    return mock_receiver_line(len, &h->connection, h->program);
}

void sender_read_m5(struct m5 *m5, struct sender_harness *h)
{
    size_t len;
    const char *line;

    if (h->connection.fd < 0)
        sender_accept(h);
    while ((line = mock_receiver_line(&len, &h->connection, h->program)) ==
           NULL) {
        step("It closes the connection.");
        mock_receiver_hang_up(&h->connection);
        if (!sender_connects(h))
            program_fail(h->program, "a line of message 5");
        sender_accept(h);
    }
    step("It sends a line of %zu bytes:", len);
    detail_text("line", line, len);
    m5_parse(m5, line, len);
    m5_show(m5);
}

void sender_type_and_open(struct m5 *m5, struct sender_harness *h,
                          const char *text, size_t len)
{
    sender_type(h, text, len);
    sender_read_m5(m5, h);
    m5_open(m5, &h->inputs, text, len);
}

void sender_expect_exit(struct sender_harness *h, bool success)
{
    int code;

    step("Its input ends.");
    code =
        mock_receiver_wait_exit(&h->connection, &h->receiver_side, h->program);
    detail("exit code %d; standard error: %s", code,
           program_stderr_tail(h->program));
    if ((code == 0) == success)
        return;
    expected("exit code %s", success ? "0" : "other than 0");
    got("%d; on standard error: %s", code, program_stderr_tail(h->program));
    if (success)
        fail("Your sender sent everything, but exited with %d, which means "
             "failure.",
             code);
    fail("Your sender did not send everything, but exited with 0, which means "
         "success.");
}

void sender_expect_refusal(struct sender_harness *h, const char *what,
                           const char *cause)
{
    int code;

    sender_start(h);
    program_write(h->program, "nobody should read this\n", 24);
    program_close_input(h->program);
    expected("a message on standard error, an exit code other than 0, and no "
             "connection to the receiver");
    if (sender_connects(h)) {
        program_check_sanitizer(h->program);
        step("It connects to the receiver anyway.");
        got("a connection to the receiver, after %s", what);
        fail("%s", cause);
    }
    code = program_wait_exit(h->program);
    detail("exit code %d; standard error: %s", code,
           program_stderr_tail(h->program));
    if (code == 0) {
        got("exit code 0 after %s", what);
        fail("Your sender exits with 0, which means success, after %s.", what);
    }
    if (h->program->err.len == 0) {
        got("exit code %d, and nothing on standard error", code);
        fail("Your sender exits without an error message after %s: the user "
             "does not learn why.",
             what);
    }
    program_free(h->program);
    h->program = NULL;
}

void sender_expect_accepted(struct sender_harness *h)
{
    step("The sender runs once more, with a correct answer.");
    program_set_activity("the answer is correct again");
    sender_new_secrets(h);
    sender_start(h);
    sender_type_and_accept(h);
}
