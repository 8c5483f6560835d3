/* SPDX-License-Identifier: MIT */
/* A chat from end to end, with every combination of backends. */
#include <signal.h>

#include "tests/e2e/chat.h"

/* USER of BUILD sends TEXT to RECEIVER. */
static void say(const char *build, const char *user, const char *receiver,
                const char *text)
{
    ck_assert_int_eq(fixture_say(&chat, build, user, receiver, text), 0);
}

/* Three bits of _I choose the backends of server, sender and receiver. */
START_TEST(all_pairs)
{
    static const char texts[] = "hello bob\n"
                                "\n"
                                "caf\xc3\xa9 \xf0\x9f\x94\x91\n"
                                "back\\slash\n"
                                "\x1b[2J\xff\n"
                                "no newline at the end";
    static const char *const shown[] = {
        "alice: hello bob",
        "alice: ",
        "alice: caf\xc3\xa9 \xf0\x9f\x94\x91",
        "alice: back\\\\slash",
        "alice: \\x1b[2J\\xff",
        "alice: no newline at the end",
    };
    struct process *bob;

    fixture_serve(&chat, fixture_builds[_i & 1]);
    bob = fixture_receiver(&chat, fixture_builds[_i >> 1 & 1], "bob");
    say(fixture_builds[_i >> 2], "alice", "bob", texts);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        fixture_expect(bob, shown[i]);
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_ptr_null(process_line(bob, &bob->out));
    process_end(bob);
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), 0);
}
END_TEST

/* A receiver shows the texts of two senders. Alice and Bob send and receive. */
START_TEST(several)
{
    struct process *bob, *alice;

    fixture_serve(&chat, fixture_builds[0]);
    bob = fixture_receiver(&chat, fixture_builds[0], "bob");
    alice = fixture_receiver(&chat, fixture_builds[1], "alice");
    say(fixture_builds[0], "carol", "bob", "one\n");
    fixture_expect(bob, "carol: one");
    say(fixture_builds[0], "bob", "alice", "two\n");
    fixture_expect(alice, "bob: two");
    say(fixture_builds[1], "alice", "bob", "three\n");
    fixture_expect(bob, "alice: three");
    process_end(bob);
    process_end(alice);
}
END_TEST

/*
 * The server dies between the receiver's message 2 and the sender's message 3.
 * A new server with the same database knows the session and issues tickets.
 */
START_TEST(crash)
{
    struct process *bob;

    fixture_serve(&chat, fixture_builds[0]);
    bob = fixture_receiver(&chat, fixture_builds[0], "bob");
    ck_assert_int_eq(process_kill(chat.server, SIGKILL), -SIGKILL);
    process_end(chat.server);
    fixture_serve(&chat, fixture_builds[1]);
    say(fixture_builds[1], "alice", "bob", "still\n");
    fixture_expect(bob, "alice: still");
    process_end(bob);
}
END_TEST

TEST_SUITE(chat, 60, chat_begin, chat_end)
{
    tcase_add_loop_test(tcase, all_pairs, 0, 8);
    tcase_add_tests(tcase, several, crash);
}
