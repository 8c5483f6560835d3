/* SPDX-License-Identifier: MIT */
/*
 * A client and a server in Python, written from the text of the protocol by
 * somebody who has not seen this code: each talks to each of ours.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/e2e/chat.h"
#include "tests/support/suites.h"

#define CLIENT "tests/interop/client.py"

/* Starts the Python client; WORDS up to a NULL. */
static struct process *python(char *const words[])
{
    char *argv[16] = {"python3", "-B", CLIENT, NULL};

    for (size_t i = 0; i < 12 && words[i] != NULL; i++)
        argv[3 + i] = words[i];
    return process_start(argv);
}

/* Their arbitrator, with our accounts. */
static void their_server(void)
{
    char *accounts = fixture_file(
        &chat, "accounts", "alice:alice-pw\nbob:bob-pw\ncarol:carol-pw\n");
    char *words[] = {"serve", "--accounts", accounts, NULL};

    chat.server = python(words);
    chat.url = process_ready(chat.server, &chat.server->out);
}

static struct process *their_receiver(void)
{
    char *words[] = {"receive",
                     "--server",
                     (char *)chat.url,
                     "--user",
                     "bob",
                     "--password-file",
                     fixture_path(&chat, chat.dir, "bob"),
                     NULL};
    struct process *p = python(words);

    process_ready(p, &p->err);
    return p;
}

static void their_sender(const char *text)
{
    char *words[] = {"send",
                     "--server",
                     (char *)chat.url,
                     "--user",
                     "alice",
                     "--password-file",
                     fixture_path(&chat, chat.dir, "alice"),
                     "bob",
                     NULL};
    struct process *p = python(words);

    process_write(p, text, strlen(text));
    process_exits(p, 0);
    process_end(p);
}

/* Their server or ours, their receiver or ours, their sender or ours. */
START_TEST(mixed)
{
    static const char text[] = "one\n\n\x1b two \\\n";
    bool theirs[] = {_i & 1, _i & 2, _i & 4};
    struct process *bob;

    if (theirs[0])
        their_server();
    else
        fixture_serve(&chat, fixture_builds[0]);
    bob = theirs[1] ? their_receiver()
                    : fixture_receiver(&chat, fixture_builds[0], "solution",
                                       "bob", NULL, NULL);
    if (theirs[2])
        their_sender(text);
    else
        ck_assert_int_eq(fixture_say(&chat, fixture_builds[1], "alice", "bob",
                                     text, sizeof text - 1),
                         0);
    fixture_expect(bob, "alice: one");
    fixture_expect(bob, "alice: ");
    fixture_expect(bob, "alice: \\x1b two \\\\");
    process_end(bob);
}
END_TEST

/* Their own check against the vectors: whoever mends them learns of it. */
START_TEST(vectors)
{
    char *words[] = {"selftest", "tests/vectors/protocol_vectors.json", NULL};
    struct process *p = python(words);

    process_exits(p, 0);
    process_end(p);
}
END_TEST

TEST_SUITE(interop)
{
    Suite *suite = suite_create("interop");
    TCase *tcase = suite_add_case(suite, "interop");

    tcase_set_timeout(tcase, 60);
    if (!process_has("python3")) {
        printf("skipped: interop (python3 is absent)\n");
        return suite;
    }
    tcase_add_checked_fixture(tcase, chat_begin, chat_end);
    tcase_add_loop_test(tcase, mixed, 1, 8);
    tcase_add_test(tcase, vectors);
    return suite;
}
