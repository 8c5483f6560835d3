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
    attacked_shows(attacked_line(1, "one"), "one");
    attacked_refuses(attacked.made.line);

    /* On the connection that it came on first, too. */
    fd = tcp_connect_to(attacked.where);
    attacked_line(2, "two");
    tcp_send(fd, attacked.made.line, strlen(attacked.made.line));
    fixture_expect(attacked.bob, "alice: two");
    tcp_send(fd, attacked.made.line, strlen(attacked.made.line));
    ck_assert_uint_eq(tcp_drain(fd), 0);
    attacked_fence();

    /* A gap is no fault; what comes late out of it is. */
    attacked_shows(attacked_line(5, "five"), "five");
    attacked_refuses(attacked_line(3, "three"));
    attacked_refuses(attacked_line(5, "another five"));
    attacked_shows(attacked_line(6, "six"), "six");
    attacked_shows(attacked_line(KIT_SEQ_MAX, "last"), "last");
    attacked_refuses(attacked_line(KIT_SEQ_MAX, "after the last"));
}
END_TEST

/* A new secret of the same pair begins at 1 again. */
START_TEST(second_chat)
{
    attacked_start(NULL);
    attacked_shows(attacked_line(7, "seven"), "seven");
    forgery_good(&attacked.made, TOKEN, "alice", "another-secret-of-alice", 1,
                 "anew");
    attacked_shows(attacked.made.line, "anew");
    attacked_refuses(attacked.made.line);
    attacked_shows(attacked_line(8, "eight"), "eight");
}
END_TEST

/* Whatever does not open must not count either. */
START_TEST(forged_seq)
{
    attacked_start(NULL);
    attacked_line(1, "one");
    snprintf(attacked.made.seq, sizeof attacked.made.seq, "%d", KIT_SEQ_MAX);
    attacked_refuses(forgery_line(&attacked.made));
    attacked_shows(attacked_line(1, "one"), "one");
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
        attacked_line((long)i + 1, "in time");
        forgery_ticket(&attacked.made, TOKEN, json);
        if (cases[i].is_good)
            attacked_shows(forgery_line(&attacked.made), "in time");
        else
            attacked_refuses(forgery_line(&attacked.made));
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
