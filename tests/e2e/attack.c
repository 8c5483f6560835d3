/* SPDX-License-Identifier: MIT */
/* A receiver that the test attacks, between a forged token and the fence. */
#include "tests/e2e/attack.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FENCE "00000000aaaaaaaa-secret-of-carol"

struct attack attack;

void start_bob(const char *extra)
{
    attack.bob = stage_receiver(&attack.stage, stage_builds[0], "solution",
                                "bob", extra, &attack.where);
}

void attack_begin(void)
{
    stage_open(&attack.stage);
    oracle_open(&attack.oracle, 200, "{\"token\":\"" TOKEN "\"}");
    attack.stage.url = attack.oracle.url;
    attack.fences = 0;
}

void attack_end(void)
{
    process_end(attack.bob);
    attack.bob = NULL;
    oracle_close(&attack.oracle);
    stage_close(&attack.stage);
}

void expect_fence(void)
{
    struct forgery fence;
    char text[32], wanted[64];
    int fd = raw_connect(attack.where);

    snprintf(text, sizeof text, "fence %ld", ++attack.fences);
    snprintf(wanted, sizeof wanted, "carol: fence %ld", attack.fences);
    forge_good(&fence, TOKEN, "carol", FENCE, attack.fences, text);
    raw_send(fd, fence.line, strlen(fence.line));
    stage_expect(attack.bob, wanted);
    close(fd);
}

void refuse(const char *line)
{
    int fd = raw_connect(attack.where);
    const char *said;

    raw_send(fd, line, strlen(line));
    ck_assert_uint_eq(raw_ended(fd), 0);
    while ((said = process_line(attack.bob, &attack.bob->err)) != NULL &&
           strncmp(said, "refused: ", 9) != 0)
        ;
    ck_assert_ptr_nonnull(said);
    expect_fence();
}

void accept_line(const char *line, const char *text)
{
    int fd = raw_connect(attack.where);
    char wanted[128];

    raw_send(fd, line, strlen(line));
    snprintf(wanted, sizeof wanted, "alice: %s", text);
    stage_expect(attack.bob, wanted);
    close(fd);
    expect_fence();
}

const char *good(int64_t seq, const char *text)
{
    forge_good(&attack.f, TOKEN, "alice", SECRET, seq, text);
    return attack.f.line;
}
