/* SPDX-License-Identifier: MIT */
/* What comes twice, or too late: the receiver shows it at most once. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/e2e/attacked_receiver.h"
#include "tests/support/forgery.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

START_TEST(replays)
{
    int fd;

    attacked_start(NULL);
    attacked_shows(good(1, "one"), "one");
    attacked_refuses(attacked.f.line);

    /* On the connection that it came on first, too. */
    fd = tcp_connect_to(attacked.where);
    good(2, "two");
    tcp_send(fd, attacked.f.line, strlen(attacked.f.line));
    fixture_expect(attacked.bob, "alice: two");
    tcp_send(fd, attacked.f.line, strlen(attacked.f.line));
    ck_assert_uint_eq(tcp_drain(fd), 0);
    attacked_fence();

    /* A gap is no fault; what comes late out of it is. */
    attacked_shows(good(5, "five"), "five");
    attacked_refuses(good(3, "three"));
    attacked_refuses(good(5, "another five"));
    attacked_shows(good(6, "six"), "six");
    attacked_shows(good(KIT_SEQ_MAX, "last"), "last");
    attacked_refuses(good(KIT_SEQ_MAX, "after the last"));
}
END_TEST

/* A new secret of the same pair begins at 1 again. */
START_TEST(second_chat)
{
    attacked_start(NULL);
    attacked_shows(good(7, "seven"), "seven");
    forgery_good(&attacked.f, TOKEN, "alice", "another-secret-of-alice", 1,
                 "anew");
    attacked_shows(attacked.f.line, "anew");
    attacked_refuses(attacked.f.line);
    attacked_shows(good(8, "eight"), "eight");
}
END_TEST

/* Whatever does not open must not count either. */
START_TEST(forged_seq)
{
    attacked_start(NULL);
    good(1, "one");
    snprintf(attacked.f.seq, sizeof attacked.f.seq, "%d", KIT_SEQ_MAX);
    attacked_refuses(forgery_line(&attacked.f));
    attacked_shows(good(1, "one"), "one");
}
END_TEST

/* A ticket is good until 300 s after its exp, and not a second longer. */
START_TEST(expiry)
{
    static const struct {
        int from_now;
        bool is_good;
    } cases[] = {
        {3600, true}, {0, true}, {-295, true}, {-301, false}, {-86400, false}};
    char json[256];

    attacked_start(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(json, sizeof json,
                 "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.1\","
                 "\"secret\":\"" SECRET "\",\"exp\":%lld}",
                 (long long)time(NULL) + cases[i].from_now);
        good((long)i + 1, "in time");
        forgery_ticket(&attacked.f, TOKEN, json);
        if (cases[i].is_good)
            attacked_shows(forgery_line(&attacked.f), "in time");
        else
            attacked_refuses(forgery_line(&attacked.f));
    }
}
END_TEST

TEST_SUITE(replay)
{
    Suite *suite = suite_create("replay");
    TCase *tcase = suite_add_case(suite, "replay");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, attacked_begin, attacked_end);
    tcase_add_tests(tcase, replays, second_chat, forged_seq, expiry);
    return suite;
}
