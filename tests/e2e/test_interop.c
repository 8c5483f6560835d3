/* SPDX-License-Identifier: MIT */
/*
 * A client and a server in Python, written from the text of the protocol by an
 * author who has not seen this code. Both of them talk to our programs.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "tests/e2e/chat.h"

#define PYTHON "python3", "-B", "tests/interop/client.py"

static void start_their_server(void)
{
    char *accounts = fixture_file(
        &chat, "accounts", "alice:alice-pw\nbob:bob-pw\ncarol:carol-pw\n");

    chat.server =
        process_words(NULL, PYTHON, "serve", "--accounts", accounts, NULL);
    chat.url = process_ready(chat.server, &chat.server->out);
}

/* Starts COMMAND of the Python client for USER. RECEIVER may be NULL. */
static struct process *start_theirs(const char *command, const char *user,
                                    const char *receiver)
{
    return process_words(NULL, PYTHON, command, "--server", chat.url, "--user",
                         user, "--password-file",
                         fixture_path(&chat, chat.dir, user), receiver, NULL);
}

static struct process *start_their_receiver(void)
{
    struct process *p = start_theirs("receive", "bob", NULL);

    process_ready(p, &p->err);
    return p;
}

/* The server, the receiver and the sender are each in Python or ours. */
START_TEST(mixed)
{
    struct process *bob, *alice;

    if (_i & 1)
        start_their_server();
    else
        fixture_serve(&chat, fixture_builds[0]);
    bob = _i & 2 ? start_their_receiver()
                 : fixture_receiver(&chat, fixture_builds[0], "bob");
    alice = _i & 4 ? start_theirs("send", "alice", "bob")
                   : fixture_sender(&chat, fixture_builds[1], "alice", "bob");
    process_write(alice, "one\n\n\x1b two \\\n", 13);
    process_succeeds(alice);
    fixture_expect(bob, "alice: one");
    fixture_expect(bob, "alice: ");
    fixture_expect(bob, "alice: \\x1b two \\\\");
    process_end(bob);
}
END_TEST

/* The receiver, the sender or both are in Python. */
START_TEST(refused)
{
    struct process *bob, *alice;

    fixture_serve(&chat, fixture_builds[0]);
    bob = _i & 1 ? start_their_receiver()
                 : fixture_receiver(&chat, fixture_builds[0], "bob");
    chat_log_in_again(bob, "bob");
    alice = _i & 2 ? start_theirs("send", "alice", "bob")
                   : fixture_sender(&chat, fixture_builds[1], "alice", "bob");
    process_write(alice, "hello\n", 6);
    process_fails(alice, _i & 2 ? 1 : EX_IOERR, "may not have been shown");
    ck_assert_str_eq(process_line(bob, &bob->err), "refused: ticket");
    ck_assert_uint_eq(bob->out.len, 0);
    process_end(bob);
}
END_TEST

/* The check of the Python client against the vectors. */
START_TEST(vectors)
{
    process_succeeds(process_words(
        NULL, PYTHON, "selftest", "tests/vectors/protocol_vectors.json", NULL));
}
END_TEST

TEST_SUITE(interop, 60, chat_begin, chat_end)
{
    if (!process_has("python3")) {
        printf("skipped: interop (python3 is absent)\n");
        return;
    }
    tcase_add_loop_test(tcase, mixed, 1, 8);
    tcase_add_loop_test(tcase, refused, 1, 4);
    tcase_add_test(tcase, vectors);
}
