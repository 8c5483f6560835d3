/* SPDX-License-Identifier: MIT */
/* A chat from end to end, on every choice of backends. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/wire.h"
#include "tests/e2e/chat.h"
#include "tests/support/suites.h"

/* Server, sender and receiver on the backends that three bits of _I name. */
START_TEST(all_pairs)
{
    static const char texts[] = "hello bob\n"
                                "\n"
                                "caf\xc3\xa9 \xf0\x9f\x94\x91\n"
                                "back\\slash\n"
                                "\x1b[2J\xff\n"
                                "no newline at the end";
    const char *server = fixture_builds[_i & 1];
    const char *to = fixture_builds[_i >> 1 & 1],
               *from = fixture_builds[_i >> 2];
    struct process *bob;

    fixture_serve(&chat, server);
    bob = fixture_receiver(&chat, to, "solution", "bob", NULL, NULL);
    ck_assert_int_eq(
        fixture_say(&chat, from, "alice", "bob", texts, sizeof texts - 1), 0);
    fixture_expect(bob, "alice: hello bob");
    fixture_expect(bob, "alice: ");
    fixture_expect(bob, "alice: caf\xc3\xa9 \xf0\x9f\x94\x91");
    fixture_expect(bob, "alice: back\\\\slash");
    fixture_expect(bob, "alice: \\x1b[2J\\xff");
    fixture_expect(bob, "alice: no newline at the end");

    /* It ends when it is told to, and says nothing more. */
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_ptr_null(process_line(bob, &bob->out));
    process_end(bob);
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), 0);
}
END_TEST

/* Every length that fits arrives whole; one byte more is not sent at all. */
START_TEST(lengths)
{
    static const size_t sizes[] = {1, 64, 65, 1023, 1024, KIT_TEXT_MAX};
    static char text[3 * KIT_TEXT_MAX], wanted[KIT_TEXT_MAX + 64];
    struct process *bob;

    fixture_serve(&chat, fixture_builds[0]);
    bob = fixture_receiver(&chat, fixture_builds[1], "solution", "bob", NULL,
                           NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(text, 'a' + (int)i, sizes[i]);
        text[sizes[i]] = '\n';
        ck_assert_int_eq(fixture_say(&chat, fixture_builds[0], "alice", "bob",
                                     text, sizes[i] + 1),
                         0);
        snprintf(wanted, sizeof wanted, "alice: %.*s", (int)sizes[i], text);
        fixture_expect(bob, wanted);
    }

    /* The lines around one that is too long go, and the exit code tells. */
    memset(text, 'x', sizeof text);
    memcpy(text, "before\n", 7);
    memcpy(text + 7 + KIT_TEXT_MAX + 1, "\nafter\n", 7);
    ck_assert_int_eq(fixture_say(&chat, fixture_builds[0], "alice", "bob", text,
                                 7 + KIT_TEXT_MAX + 1 + 7),
                     65);
    fixture_expect(bob, "alice: before");
    fixture_expect(bob, "alice: after");
    process_end(bob);
}
END_TEST

/* Two senders at once, and one user who sends and receives. */
START_TEST(several)
{
    struct process *bob, *alice;

    fixture_serve(&chat, fixture_builds[0]);
    bob = fixture_receiver(&chat, fixture_builds[0], "solution", "bob", NULL,
                           NULL);
    alice = fixture_receiver(&chat, fixture_builds[1], "solution", "alice",
                             NULL, NULL);
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "carol", "bob", "one\n", 4), 0);
    fixture_expect(bob, "carol: one");
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "bob", "alice", "two\n", 4), 0);
    fixture_expect(alice, "bob: two");
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[1], "alice", "bob", "three\n", 6), 0);
    fixture_expect(bob, "alice: three");
    process_end(bob);
    process_end(alice);
}
END_TEST

/*
 * The server dies between the receiver's message 2 and the sender's message
 * 3; the next one, on the same file, knows the session and seals for it.
 */
START_TEST(crash)
{
    struct process *bob;

    fixture_serve(&chat, fixture_builds[0]);
    bob = fixture_receiver(&chat, fixture_builds[0], "solution", "bob", NULL,
                           NULL);
    ck_assert_int_eq(process_kill(chat.server, SIGKILL), -SIGKILL);
    process_end(chat.server);
    fixture_serve(&chat, fixture_builds[1]);
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[1], "alice", "bob", "still\n", 6), 0);
    fixture_expect(bob, "alice: still");
    process_end(bob);
}
END_TEST

TEST_SUITE(chat)
{
    Suite *suite = suite_create("chat");
    TCase *tcase = suite_add_case(suite, "chat");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, chat_begin, chat_end);
    tcase_add_loop_test(tcase, all_pairs, 0, 8);
    tcase_add_tests(tcase, lengths, several, crash);
    return suite;
}
