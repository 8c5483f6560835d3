/* SPDX-License-Identifier: MIT */
/* What comes twice, or too late: the receiver shows it at most once. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/e2e/attack.h"

START_TEST(replays)
{
    int fd;

    start_bob(NULL);
    accept_line(good(1, "one"), "one");
    refuse(attack.f.line);

    /* On the connection that it came on first, too. */
    fd = raw_connect(attack.where);
    good(2, "two");
    raw_send(fd, attack.f.line, strlen(attack.f.line));
    stage_expect(attack.bob, "alice: two");
    raw_send(fd, attack.f.line, strlen(attack.f.line));
    ck_assert_uint_eq(raw_ended(fd), 0);
    expect_fence();

    /* A gap is no fault; what comes late out of it is. */
    accept_line(good(5, "five"), "five");
    refuse(good(3, "three"));
    refuse(good(5, "another five"));
    accept_line(good(6, "six"), "six");
    accept_line(good(KIT_SEQ_MAX, "last"), "last");
    refuse(good(KIT_SEQ_MAX, "after the last"));
}
END_TEST

/* A new secret of the same pair begins at 1 again. */
START_TEST(second_chat)
{
    start_bob(NULL);
    accept_line(good(7, "seven"), "seven");
    forge_good(&attack.f, TOKEN, "alice", "another-secret-of-alice", 1, "anew");
    accept_line(attack.f.line, "anew");
    refuse(attack.f.line);
    accept_line(good(8, "eight"), "eight");
}
END_TEST

/* Whatever does not open must not count either. */
START_TEST(forged_seq)
{
    start_bob(NULL);
    good(1, "one");
    snprintf(attack.f.seq, sizeof attack.f.seq, "%d", KIT_SEQ_MAX);
    refuse(forge_line(&attack.f));
    accept_line(good(1, "one"), "one");
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

    start_bob(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(json, sizeof json,
                 "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.1\","
                 "\"secret\":\"" SECRET "\",\"exp\":%lld}",
                 (long long)time(NULL) + cases[i].from_now);
        good((long)i + 1, "in time");
        forge_ticket(&attack.f, TOKEN, json);
        if (cases[i].is_good)
            accept_line(forge_line(&attack.f), "in time");
        else
            refuse(forge_line(&attack.f));
    }
}
END_TEST

Suite *replay_suite(void);

Suite *replay_suite(void)
{
    Suite *suite = suite_create("replay");
    TCase *tcase = tcase_create("replay");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, attack_begin, attack_end);
    tcase_add_test(tcase, replays);
    tcase_add_test(tcase, second_chat);
    tcase_add_test(tcase, forged_seq);
    tcase_add_test(tcase, expiry);
    suite_add_tcase(suite, tcase);
    return suite;
}
