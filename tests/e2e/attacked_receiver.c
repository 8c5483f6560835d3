/* SPDX-License-Identifier: MIT */
/* A receiver that the test attacks, between a forged token and the fence. */
#include "tests/e2e/attacked_receiver.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/tcp.h"

#define FENCE "00000000aaaaaaaa-secret-of-carol"

struct attacked attacked;

void attacked_start(const char *extra)
{
    attacked.bob = fixture_receiver(&attacked.fixture, fixture_builds[0],
                                    "solution", "bob", extra, &attacked.where);
}

void attacked_begin(void)
{
    fixture_open(&attacked.fixture);
    http_server_open(&attacked.oracle, 200, "{\"token\":\"" TOKEN "\"}");
    attacked.fixture.url = attacked.oracle.url;
    attacked.fences = 0;
}

void attacked_end(void)
{
    process_end(attacked.bob);
    attacked.bob = NULL;
    http_server_close(&attacked.oracle);
    fixture_close(&attacked.fixture);
}

void attacked_fence(void)
{
    struct forgery fence;
    char text[32], wanted[64];
    int fd = tcp_connect_to(attacked.where);

    snprintf(text, sizeof text, "fence %ld", ++attacked.fences);
    snprintf(wanted, sizeof wanted, "carol: fence %ld", attacked.fences);
    forgery_good(&fence, TOKEN, "carol", FENCE, attacked.fences, text);
    tcp_send(fd, fence.line, strlen(fence.line));
    fixture_expect(attacked.bob, wanted);
    close(fd);
}

void attacked_refuses(const char *line)
{
    int fd = tcp_connect_to(attacked.where);
    const char *said;

    tcp_send(fd, line, strlen(line));
    ck_assert_uint_eq(tcp_drain(fd), 0);
    while ((said = process_line(attacked.bob, &attacked.bob->err)) != NULL &&
           strncmp(said, "refused: ", 9) != 0)
        ;
    ck_assert_ptr_nonnull(said);
    attacked_fence();
}

void attacked_shows(const char *line, const char *text)
{
    int fd = tcp_connect_to(attacked.where);
    char wanted[128];

    tcp_send(fd, line, strlen(line));
    snprintf(wanted, sizeof wanted, "alice: %s", text);
    fixture_expect(attacked.bob, wanted);
    close(fd);
    attacked_fence();
}

const char *attacked_line(int64_t seq, const char *text)
{
    forgery_good(&attacked.made, TOKEN, "alice", SECRET, seq, text);
    return attacked.made.line;
}
