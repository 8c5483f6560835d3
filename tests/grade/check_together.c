/* SPDX-License-Identifier: MIT */
/* Together: both programs of the submission and the real server. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/wire.h"
#include "tests/grade/checks.h"
#include "tests/grade/mock_receiver.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"
#include "tests/support/forgery.h"

static char names[2][33], password[129];
static char url[128];

/* Runs chat-server with the arguments MORE, which end with NULL. */
static struct program *run_server(char *const more[])
{
    char path[PATH_SIZE];
    char *argv[16] = {path};

    path_format(path, "%s/kit/chat-server", workspace.folder);
    for (int i = 0; more[i] != NULL; i++)
        argv[i + 1] = more[i];
    return program_start_ours("the real server", argv, "detect_leaks=0");
}

/*
 * Waits until P prints "listening on ...". Sets OUT to the last word of that
 * line. Returns false if P ends or the time is over.
 */
static bool wait_ready(char *out, size_t size, struct program *p,
                       struct stream *stream)
{
    const char *line;

    do
        line = program_read_line(p, stream, program_deadline());
    while (line != NULL && strncmp(line, "listening on ", 13) != 0);
    snprintf(out, size, "%s", line != NULL ? strrchr(line, ' ') + 1 : "");
    return line != NULL;
}

static void start_server(void)
{
    char *import[] = {"import", "--scrypt-ln", "10", "--db",
                      "db",     "roster.csv",  NULL};
    char *serve[] = {"serve", "--db", "db", "--port", "0", NULL};
    struct program *p;
    FILE *roster;

    random_names(names, 2);
    random_token(password);
    workspace_write_password(password);
    roster = fopen("roster.csv", "w");
    must(roster != NULL);
    fprintf(roster, "name,password\n%s,%s\n%s,%s\n", names[0], password,
            names[1], password);
    must(fclose(roster) == 0);
    must(user_own("roster.csv") == 0);
    p = run_server(import);
    must(program_wait_exit(p) == 0);
    step("The real server starts, with the accounts %s and %s.", names[0],
         names[1]);
    p = run_server(serve);
    must(wait_ready(url, sizeof url, p, &p->out));
}

/* Runs the submission's PROGRAM on BACKEND as USER, with two more arguments. */
static struct program *start(const char *role, const char *backend,
                             const char *program, const char *user,
                             const char *one, const char *two)
{
    char path[PATH_SIZE];
    char *argv[] = {path,       "--server",   url,
                    "--user",   (char *)user, "--password-file",
                    "password", (char *)one,  (char *)two,
                    NULL};

    path_format(path, "%s/%s/%s", workspace.folder, backend, program);
    step("%s starts on %s, as %s.", role, backend, user);
    return program_start_client(role, argv, "detect_leaks=0");
}

/* Whether port 4444 of this machine is free now. */
static bool default_port_is_free(void)
{
    uint16_t port = KIT_PORT_DEFAULT;
    int fd = tcp_try_listen("127.0.0.1", &port, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/*
 * Starts the receiver on port 4444, for senders that ignore the port in message
 * 4. If another program uses that port, or takes it in the meantime, starts it
 * on any free port.
 */
static struct program *start_receiver(const char *backend)
{
    static const char *const ports[] = {"4444", "0"};
    char where[128];

    for (int i = default_port_is_free() ? 0 : 1;; i++) {
        struct program *p = start("Your receiver", backend, "receiver",
                                  names[1], "--port", ports[i]);

        if (wait_ready(where, sizeof where, p, &p->err))
            return p;
        if (i == 1)
            program_fail(p, "\"listening on\"");
        program_free(p);
    }
}

static void chat_with(const char *from, const char *to)
{
    struct program *sender, *receiver;
    char texts[3][64], wanted[256];
    bool failed;

    start_server();
    receiver = start_receiver(to);
    sender = start("Your sender", from, "sender", names[0], names[1], NULL);
    for (int i = 0; i < 3; i++) {
        random_text(texts[i]);
        step("%s types: %s", names[0], texts[i]);
        program_write(sender, texts[i], strlen(texts[i]));
        program_write(sender, "\n", 1);
    }
    failed = program_wait_exit(sender) != 0;
    (void)program_read_all(receiver, 0);
    if (failed && strstr(receiver->err.bytes, "refused: ") == NULL)
        program_fail(sender, "the sender sends everything and exits with 0");
    for (int i = 0; i < 3; i++) {
        const char *line =
            program_read_line(receiver, &receiver->out,
                              failed ? kit_ticks() : program_deadline());

        snprintf(wanted, sizeof wanted, "%s: %s", names[0], texts[i]);
        if (line != NULL && strcmp(line, wanted) == 0)
            continue;
        expected("%s", wanted);
        got("%s; the receiver's last words: %s",
            line != NULL ? printable(line, strlen(line)) : "nothing",
            program_stderr_tail(receiver));
        fail("Your receiver does not show what your sender sends, although "
             "each passes alone. If the receiver refused a line, its last "
             "words (see \"got\") name the step; make trace draws such a "
             "chat.");
    }
    program_check_sanitizer(receiver);
}

void t_own(void)
{
    chat_with(config.crypto, config.crypto);
}

void t_to_other(void)
{
    chat_with(config.crypto, config.other_crypto);
}

void t_from_other(void)
{
    chat_with(config.other_crypto, config.crypto);
}
