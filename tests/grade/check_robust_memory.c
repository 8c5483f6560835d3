/* SPDX-License-Identifier: MIT */
/* Robustness: what stays in memory, and what gets out of it. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/grade/checks.h"
#include "tests/grade/leaks.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

static struct post post;
static struct forged f;

enum { FEW = 300, MANY = 4000, BATCH = 50, GROWTH_KB = 8192 };

/* A line that is refused: in turn as message 5, by its ticket, by its text. */
static void make_bad(int i)
{
    switch (i % 3) {
    case 0:
        post_flip(f.message, 12, 0);
        post_write(&f);
        break;
    case 1:
        f.len = (size_t)snprintf(f.line, sizeof f.line, "{\"seq\":0}\n");
        break;
    default:
        post_good(&f, &post, post.me, post.secret, i, "own", 3);
    }
}

/* A run with COUNT good lines and a tenth as many bad ones. KiB in the end. */
static long run_many(int count)
{
    struct program *p;
    int fd;

    post.leaks = true;
    post_start(&post);
    p = post.program;
    post.alices = 0;
    step("%d good lines, and a bad one for every ten.", count);
    fd = post_call(&post);
    for (int i = 1; i <= count; i++) {
        post_good(&f, &post, post.alice, post.secret, i, "text", 4);
        post_send(fd, f.line, f.len);
        if (post_hear(&post, fd) == NULL)
            program_died(p, "every good line is shown");
        if (i % 10 == 0) {
            int bad = post_call(&post);

            make_bad(i / 10);
            post_send(bad, f.line, f.len);
            (void)post_settle(&post, bad);
            close(bad);
        }
    }
    close(fd);
    if (p->pid > 0)
        kill(p->pid, SIGTERM);
    while (program_turn(p, -1, 0, program_deadline()) == EVENT_HEARD)
        ;
    program_clean(p);
    detail("its memory: %ld KiB", p->rss);
    return p->rss;
}

void x_memory(void)
{
    long few, many;

    post_prepare(&post);
    few = run_many(FEW);
    many = run_many(MANY);
    if (many - few <= GROWTH_KB)
        return;
    expected("as much memory for %d lines as for %d", MANY, FEW);
    got("%ld KiB more", many - few);
    fail("%d lines grow memory by %ld MB: something is kept of each one.",
         MANY - FEW, (many - few) / 1024);
}

void x_nothing_leaks(void)
{
    const struct leak leaks[] = {{"secret", post.secret},
                                 {"token", post.token},
                                 {"password", post.password},
                                 {NULL, NULL}};

    post_begin(&post);
    post_next(&f, &post, "first");
    post_accepts(&post, &f, "a good line", post.alice, "first", 5,
                 "A good line was refused.");
    post_flip(f.message, 12, 0);
    post_write(&f);
    post_refuses(&post, &f, "a forged line", "A forged line was shown.");
    leaks_in_process(post.program, leaks);
    leaks_in_output(post.program, leaks);
    leaks_in_files(leaks);
}
