/* SPDX-License-Identifier: MIT */
/* Playing server, senders and attacker for a receiver under test. */
#include "tests/grade/post.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/show.h"
#include "tests/grade/chance.h"
#include "tests/grade/door.h"
#include "tests/grade/forge.h"
#include "tests/grade/lab.h"
#include "tests/grade/transcript.h"

/* --- The receiver --------------------------------------------------------- */

void post_prepare(struct post *post)
{
    chance_names(post->names, 4);
    post->me = post->names[0];
    post->alice = post->names[1];
    post->mallory = post->names[2];
    post->carol = post->names[3];
    chance_str16(post->password, 20);
    chance_token(post->token);
    chance_token(post->secret);
    chance_token(post->fence_secret);
    forge_password_file(post->password);
    arbiter_open(&post->arbiter, NULL);
    arbiter_say(&post->arbiter, &post->arbiter.login, 200,
                "{\"token\":\"%s\",\"expires_in\":43200}", post->token);
}

/* Waits for "listening on ADDR:PORT" and keeps where that is. */
static void wait_ready(struct post *post)
{
    struct program *p = post->program;
    int64_t end = program_deadline();
    const char *line, *colon = NULL;

    do
        line = program_line(p, &p->err, end);
    while (line != NULL && strncmp(line, "listening on ", 13) != 0);
    if (line != NULL)
        colon = strrchr(line, ':');
    if (line == NULL && p->pid == 0)
        program_died(p, "\"listening on ADDR:PORT\" on standard error");
    if (colon == NULL) {
        expected("\"listening on ADDR:PORT\" on standard error");
        got("%s", program_said(p));
        fail_as(TIME_OUT, "Your receiver does not say that it is ready.");
    }
    snprintf(post->ip, sizeof post->ip, "%.*s", (int)(colon - line - 13),
             line + 13);
    if (strncmp(post->ip, "127.", 4) != 0 || !kit_is_address(post->ip)) {
        expected("an address of this machine: listening on 127.0.0.1:PORT");
        got("%s", shown(line, strlen(line)));
        fail("Your receiver does not listen on the address that its login "
             "connection had.");
    }
    post->port = (uint16_t)atoi(colon + 1);
}

void post_run(struct post *post)
{
    char path[LAB_PATH];
    char *argv[] = {path,
                    "--server",
                    post->arbiter.url,
                    "--user",
                    (char *)post->me,
                    "--password-file",
                    "password",
                    "--port",
                    "0",
                    post->strict ? "--strict-ip" : NULL,
                    NULL};

    lab_path(path, "%s/%s/receiver", lab.work, lab.crypto);
    step("Your receiver starts: receiver --server %s --user %s, and logs in.",
         post->arbiter.url, post->me);
    post->program = program_start("Your receiver", argv,
                                  post->leaks ? "" : "detect_leaks=0");
}

void post_start(struct post *post)
{
    post_run(post);
    wait_ready(post);
}

void post_begin(struct post *post)
{
    post_prepare(post);
    post_start(post);
}

void post_again(struct post *post)
{
    (void)program_turn(post->program, -1, 0, 0);
    program_end(post->program);
    post_start(post);
}

/* --- Connections ---------------------------------------------------------- */

int post_call(struct post *post)
{
    int fd = socket_call(post->ip, post->port, NULL);
    int64_t end = kit_ticks() + POST_ENDING_MS;

    if (fd >= 0)
        return fd;
    /* It may be about to end, and to say why. */
    while (program_turn(post->program, -1, 0, end) == EVENT_HEARD)
        ;
    if (post->program->pid == 0)
        program_died(post->program, "it goes on listening");
    expected("a connection to %s port %u", post->ip, (unsigned)post->port);
    got("%s", strerror(errno));
    fail_as(REFUSED, "Your receiver does not let anybody connect any more.");
}

void post_send(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        at += n;
        len -= (size_t)n;
    }
}

bool post_settle(struct post *post, int fd)
{
    int64_t end = kit_ticks() + (post->keeps_open ? 0 : 1000);
    char byte;
    enum event event;

    do
        event = program_turn(post->program, fd, POLLIN, end);
    while (event == EVENT_HEARD);
    if (event == EVENT_READY)
        return recv(fd, &byte, 1, MSG_DONTWAIT) <= 0;
    post->keeps_open = true;
    return false;
}

/* --- Lines that come and lines that do not -------------------------------- */

void post_fence(struct post *post, const char *cause)
{
    static struct forged f;
    char text[64];
    int fd = post_call(post);

    chance_text(text);
    post->fences++;
    post_good(&f, post, post->carol, post->fence_secret, post->fences, text,
              strlen(text));
    step("A good line of %s follows, number %ld.", post->carol, post->fences);
    post_send(fd, f.line, f.len);
    post_only(post, post_shown(post->carol, text, strlen(text)), cause);
    close(fd);
}

void post_refuses(struct post *post, const struct forged *f, const char *what,
                  const char *cause)
{
    int fd = post_call(post);

    program_while("it gets %s", what);
    post_show(f, what);
    post_send(fd, f->line, f->len);
    detail("the connection %s",
           post_settle(post, fd) ? "is closed" : "stays open");
    post_fence(post, cause);
    detail("on standard error: %s", program_said(post->program));
    close(fd);
    program_clean(post->program);
}

void post_accepts(struct post *post, const struct forged *f, const char *what,
                  const char *sender, const void *text, size_t len,
                  const char *cause)
{
    int fd = post_call(post);

    program_while("it gets %s", what);
    post_show(f, what);
    post_send(fd, f->line, f->len);
    post_expect(post, fd, sender, text, len, cause);
    close(fd);
    program_clean(post->program);
}
