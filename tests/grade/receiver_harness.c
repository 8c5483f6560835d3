/* SPDX-License-Identifier: MIT */
#include "tests/grade/receiver_harness.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/show.h"
#include "tests/grade/mock_receiver.h"
#include "tests/grade/port_owner.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"
#include "tests/support/forgery.h"

/* --- The receiver --------------------------------------------------------- */

void receiver_setup(struct receiver_harness *h)
{
    random_names(h->names, 4);
    h->me = h->names[0];
    h->alice = h->names[1];
    h->mallory = h->names[2];
    h->carol = h->names[3];
    random_printable(h->password, 20);
    random_token(h->token);
    random_token(h->secret);
    random_token(h->sentinel_secret);
    /* As if the real server, which adds 3,600 s, had made it a while ago. */
    h->exp = (long long)time(NULL) + 1800 + random_below(1500);
    workspace_write_password(h->password);
    mock_server_start(&h->server, NULL);
    mock_server_set_answer(&h->server, &h->server.login, 200,
                           "{\"token\":\"%s\",\"expires_in\":43200}", h->token);
}

/* Waits for "listening on ADDR:PORT" and stores that address. */
static void wait_ready(struct receiver_harness *h)
{
    struct program *p = h->program;
    int64_t end = program_deadline();
    const char *line, *colon = NULL;

    do
        line = program_read_line(p, &p->err, end);
    while (line != NULL && strncmp(line, "listening on ", 13) != 0);
    if (line != NULL)
        colon = strrchr(line, ':');
    if (line == NULL && p->pid == 0)
        program_fail(p, "\"listening on ADDR:PORT\" on standard error");
    if (colon == NULL) {
        expected("\"listening on ADDR:PORT\" on standard error");
        got("%s", program_stderr_tail(p));
        fail_as(TIME_OUT,
                "Your receiver does not print \"listening on ADDR:PORT\".");
    }
    snprintf(h->ip, sizeof h->ip, "%.*s", (int)(colon - line - 13), line + 13);
    if (strncmp(h->ip, "127.", 4) != 0 || !kit_is_address(h->ip)) {
        expected(
            "an address of the loopback device: listening on 127.0.0.1:PORT");
        got("%s", printable(line, strlen(line)));
        fail("Your receiver does not listen on the local address of its login "
             "connection.");
    }
    h->port = (uint16_t)atoi(colon + 1);
    if (user_is_separate() && !port_is_of(user_id(), h->ip, h->port)) {
        expected("a port on which your receiver listens");
        got("%s", printable(line, strlen(line)));
        fail("Your receiver announces a port on which it does not listen: "
             "print the one from getsockname.");
    }
}

void receiver_launch(struct receiver_harness *h)
{
    char path[PATH_SIZE];
    char *argv[] = {path,          "--server",
                    h->server.url, "--user",
                    (char *)h->me, "--password-file",
                    "password",    "--port",
                    "0",           h->strict ? "--strict-ip" : NULL,
                    NULL};

    path_format(path, "%s/%s/receiver", workspace.folder, config.crypto);
    step("Your receiver starts: receiver --server %s --user %s, and logs in.",
         h->server.url, h->me);
    h->program = program_start_client(
        "Your receiver", argv, h->asan != NULL ? h->asan : "detect_leaks=0");
}

void receiver_start(struct receiver_harness *h)
{
    receiver_launch(h);
    wait_ready(h);
}

void receiver_setup_and_start(struct receiver_harness *h)
{
    receiver_setup(h);
    receiver_start(h);
}

void receiver_restart(struct receiver_harness *h)
{
    (void)program_poll_one(h->program, -1, 0, 0);
    program_free(h->program);
    receiver_start(h);
}

/* --- Connections ---------------------------------------------------------- */

int receiver_connect(struct receiver_harness *h)
{
    int fd = tcp_try_connect(h->ip, h->port);
    int64_t end = kit_ticks() + RECEIVER_EXIT_MS;

    if (fd >= 0)
        return fd;
    /* It may be crashing: wait for its last words. */
    (void)program_read_all(h->program, end);
    if (h->program->pid == 0)
        program_fail(h->program, "it keeps listening");
    expected("a connection to %s port %u", h->ip, (unsigned)h->port);
    got("%s", strerror(errno));
    fail_as(REFUSED, "Your receiver no longer accepts connections: keep the "
                     "listening socket open, accept again and again, and close "
                     "each connection that has ended.");
}

enum receiver_end receiver_wait_closed(struct receiver_harness *h, int fd)
{
    int64_t end = kit_ticks() + (h->keeps_open ? 0 : 1000);
    char byte;
    enum event event;

    do
        event = program_poll_one(h->program, fd, POLLIN, end);
    while (event == EVENT_OUTPUT);
    if (event == EVENT_READY) {
        ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

        return n > 0 ? STAYS_OPEN : n < 0 ? WAS_RESET : CLOSED_NORMALLY;
    }
    h->keeps_open = true;
    return STAYS_OPEN;
}

/* --- Lines that must be shown, or refused --------------------------------- */

void receiver_send_sentinel(struct receiver_harness *h, const char *cause)
{
    static struct crafted_m5 crafted;
    char text[64];
    int fd = receiver_connect(h);

    random_text(text);
    h->sentinel_seq++;
    craft_good(&crafted, h, h->carol, h->sentinel_secret, h->sentinel_seq, text,
               strlen(text));
    step("A good line from %s follows, number %ld.", h->carol, h->sentinel_seq);
    tcp_send(fd, crafted.line, crafted.len);
    receiver_expect_only(
        h, receiver_expected_line(h->carol, text, strlen(text)), cause);
    close(fd);
}

/* --- What it prints, and what it should have printed ---------------------- */

const char *receiver_expected_line(const char *sender, const void *text,
                                   size_t len)
{
    static char line[40 + KIT_SHOWN_SIZE(KIT_TEXT_MAX)];
    int n = snprintf(line, sizeof line, "%s: ", sender);

    kit_show(line + n, sizeof line - (size_t)n, text, len);
    return line;
}

_Noreturn void receiver_fail_silent(struct receiver_harness *h,
                                    const char *wanted, const char *cause)
{
    struct program *p = h->program;
    const char *rest = p->out.bytes + p->out.taken;

    expected("%s", printable(wanted, strlen(wanted)));
    if (p->pid == 0)
        program_fail(p, wanted);
    if (strstr(rest, wanted) != NULL) {
        got("the same, but without a newline");
        fail("The newline after the message is missing or was not flushed.");
    }
    program_terminate(p, kit_ticks() + RECEIVER_EXIT_MS);
    if (strstr(rest, wanted) != NULL) {
        got("nothing until the receiver was stopped; then it came");
        fail("Nothing appeared until exit: fflush after each line.");
    }
    detail("standard error: %s", program_stderr_tail(p));
    got("nothing on standard output; on standard error: %s",
        program_stderr_tail(p));
    fail("%s", cause);
}

void receiver_expect_address(const struct receiver_harness *h)
{
    const char *words = h->program->err.bytes;

    /* kit_chats_check_peer prints this about chat->ip_addr. */
    if (strstr(words, " logged in from , but ") == NULL)
        return;
    see_todo("5");
    expected("the address in the ticket, in chat->ip_addr");
    got("none; on standard error: %s", program_stderr_tail(h->program));
    fail("chat->ip_addr is empty, so it cannot be compared with the peer's "
         "address: read \"ip_addr\" of the ticket into it (kit_json_address).");
}

/* Whether LINE, which was just read, was shown before. */
static bool was_shown(const struct stream *out, const char *line)
{
    size_t len = strlen(line);
    const char *last = out->bytes + out->taken - len - 1;
    const char *at = strstr(out->bytes, line);

    while (at != NULL && at < last && at[len] != '\n')
        at = strstr(at + 1, line);
    return len > 0 && at != NULL && at < last;
}

/* Fails the check because LINE is not the line WANTED. */
static _Noreturn void fail_other_line(struct receiver_harness *h,
                                      const char *wanted, const char *line,
                                      const char *cause)
{
    struct stream *out = &h->program->out;
    size_t len = strlen(line), wanted_len = strlen(wanted);
    bool at_end =
        len > wanted_len && strcmp(line + len - wanted_len, wanted) == 0;

    expected("%s", printable(wanted, wanted_len));
    got("%s", printable(line, len));
    /* If WANTED is there after all, then LINE should not be on stdout. */
    (void)program_poll_one(h->program, -1, 0, kit_ticks() + RECEIVER_GRACE_MS);
    if (was_shown(out, line))
        fail("A text is shown twice: on_line shows it already, so "
             "do not call kit_show_message in a TODO.");
    if (at_end || strstr(out->bytes + out->taken, wanted) != NULL)
        fail(
            "Only messages belong on standard output. This came before one: %s",
            len == 0 ? "an empty line"
                     : printable(line, at_end ? len - wanted_len : len));
    detail_difference(wanted, wanted_len, line, len);
    fail("%s", cause);
}

const char *receiver_next_line(struct receiver_harness *h, int fd)
{
    struct program *p = h->program;
    int64_t end = program_deadline();
    const char *line;

    while ((line = program_read_line(p, &p->out, 0)) == NULL && p->pid != 0) {
        switch (program_poll_one(p, fd, POLLIN, end)) {
        case EVENT_TIMEOUT:
            return NULL;
        case EVENT_READY:
            /* It closed the connection, so it has printed the line or soon
             * will. */
            fd = -1;
            end = kit_ticks() + RECEIVER_GRACE_MS;
            break;
        default:
            break;
        }
    }
    return line;
}

void receiver_expect_text(struct receiver_harness *h, int fd,
                          const char *sender, const void *text, size_t len,
                          const char *cause)
{
    const char *wanted = receiver_expected_line(sender, text, len);
    const char *line = receiver_next_line(h, fd);
    const char *words = program_last_words(h->program);
    char refused[700];

    snprintf(refused, sizeof refused, "%s Its last words: %s", cause, words);
    if (line == NULL)
        receiver_fail_silent(
            h, wanted, strncmp(words, "refused: ", 9) == 0 ? refused : cause);
    step("It shows: %s", printable(line, strlen(line)));
    if (strcmp(line, wanted) != 0)
        fail_other_line(h, wanted, line, cause);
}

/*
 * Whether OUTPUT shows a message with a text. A receiver that ignores that a
 * box does not open shows an empty text: "alice: ".
 */
static bool has_text(const char *output)
{
    const char *colon = strstr(output, ": ");

    return colon != NULL && colon[2] != '\0' && colon[2] != '\n';
}

bool receiver_shows(struct receiver_harness *h, const struct crafted_m5 *line)
{
    size_t before = h->program->out.len;
    int fd = receiver_connect(h);

    tcp_send(fd, line->line, line->len);
    shutdown(fd, SHUT_WR); /* so that the receiver closes it, too */
    (void)receiver_wait_closed(h, fd);
    close(fd);
    /* It has printed the line before it closed the connection. */
    (void)program_read_all(h->program, 0);
    return has_text(h->program->out.bytes + before);
}

void receiver_expect_only(struct receiver_harness *h, const char *wanted,
                          const char *cause)
{
    struct program *p = h->program;
    const char *line = program_read_line(p, &p->out, program_deadline());
    char after[900];
    size_t len;

    while (cause == NULL && line != NULL && strcmp(line, wanted) != 0)
        line = program_read_line(p, &p->out, program_deadline());
    if (line == NULL && p->pid == 0)
        program_fail(p, "it continues, and shows the next good line");
    if (line == NULL && strcmp(program_last_words(p), "refused: replay") == 0)
        receiver_fail_silent(h, wanted,
                             "A good line of another sender is refused: each "
                             "chat has its own last seq, chat->seq.");
    if (line == NULL && strncmp(program_last_words(p), "refused: ", 9) == 0) {
        snprintf(after, sizeof after,
                 "The next good line, of another sender, was refused, too "
                 "(\"%s\"): what happened before must not matter for it. Keep "
                 "name, key and seq in chat, not in a variable for all chats.",
                 program_last_words(p));
        receiver_fail_silent(h, wanted, after);
    }
    if (line == NULL)
        receiver_fail_silent(h, wanted,
                             "After this line, your receiver shows no more "
                             "messages: does it still wait for this peer?");
    if (strcmp(line, wanted) == 0)
        return;
    len = strlen(line);
    expected("only the next good line: %s", wanted);
    got("%s", printable(line, len));
    if (len > strlen(wanted) &&
        strcmp(line + len - strlen(wanted), wanted) == 0)
        fail("A refused line left \"%s\" on stdout: print nothing before all "
             "checks (kit_show_message prints name and text).",
             printable(line, len - strlen(wanted)));
    if (strncmp(line, "refused", 7) == 0)
        fail("The refusal is on standard output. Only messages belong there: "
             "print it on standard error.");
    fail("%s", cause);
}
