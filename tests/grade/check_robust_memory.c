/* SPDX-License-Identifier: MIT */
/* Robustness: the growth of memory, and leaks of secrets. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/grade/checks.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/secret_leaks.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

enum { FEW = 300, MANY = 4000, BATCH = 50, GROWTH_KB = 8192 };

/* Changes the line to one that is refused, in one of three ways. */
static void spoil(int i)
{
    switch (i % 3) {
    case 0:
        craft_flip_bit(crafted.message, 12, 0);
        craft_assemble(&crafted);
        break;
    case 1:
        crafted.len = (size_t)snprintf(crafted.line, sizeof crafted.line,
                                       "{\"seq\":0}\n");
        break;
    default:
        craft_good(&crafted, &harness, harness.me, harness.secret, i, "own", 3);
    }
}

/*
 * Runs the receiver with COUNT good lines and a tenth as many bad ones. Returns
 * its memory in KiB.
 */
static long run_many(int count)
{
    struct program *p;
    int fd;

    harness.leaks = true;
    receiver_start(&harness);
    p = harness.program;
    harness.alice_seq = 0;
    step("%d good lines, and a bad one for every ten.", count);
    fd = receiver_connect(&harness);
    for (int i = 1; i <= count; i++) {
        craft_good(&crafted, &harness, harness.alice, harness.secret, i, "text",
                   4);
        receiver_send(fd, crafted.line, crafted.len);
        if (receiver_next_line(&harness, fd) == NULL)
            program_fail(p, "it shows every good line");
        if (i % 10 == 0) {
            int bad = receiver_connect(&harness);

            spoil(i / 10);
            receiver_send(bad, crafted.line, crafted.len);
            (void)receiver_wait_closed(&harness, bad);
            close(bad);
        }
    }
    close(fd);
    if (p->pid > 0)
        kill(p->pid, SIGTERM);
    while (program_poll_one(p, -1, 0, program_deadline()) == EVENT_OUTPUT)
        ;
    program_check_sanitizer(p);
    detail("its memory: %ld KiB", p->rss);
    return p->rss;
}

void x_memory(void)
{
    long few, many;

    receiver_setup(&harness);
    few = run_many(FEW);
    many = run_many(MANY);
    if (many - few <= GROWTH_KB)
        return;
    expected("no more memory for %d lines than for %d", MANY, FEW);
    got("%ld KiB more", many - few);
    fail("After %d more lines, memory grew by %ld MB: each one leaves "
         "something in memory.",
         MANY - FEW, (many - few) / 1024);
}

void x_nothing_leaks(void)
{
    const struct secret_name leaks[] = {{"secret", harness.secret},
                                        {"token", harness.token},
                                        {"password", harness.password},
                                        {NULL, NULL}};

    receiver_setup_and_start(&harness);
    craft_next(&crafted, &harness, "first");
    receiver_expect_accepted(&harness, &crafted, "a good line", harness.alice,
                             "first", 5, "A good line was refused.");
    craft_flip_bit(crafted.message, 12, 0);
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted, "a forged line",
                            "A forged line was shown.");
    secret_leaks_in_process(harness.program, leaks);
    secret_leaks_in_output(harness.program, leaks);
    secret_leaks_in_files(leaks);
}
