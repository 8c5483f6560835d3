/* SPDX-License-Identifier: MIT */
/*
 * Programs that are started with a standard stream closed ("2>&-"): the next
 * socket or file must not take its place, and no text may be lost without an
 * error.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/wire.h"
#include "tests/e2e/chat.h"
#include "tests/support/suites.h"

static void setup(void)
{
    chat_begin();
    fixture_serve(&chat, fixture_builds[0]);
}

static void close_input(void)
{
    close(STDIN_FILENO);
}

static void close_output(void)
{
    close(STDOUT_FILENO);
}

static void close_errors(void)
{
    close(STDERR_FILENO);
}

/* Starts PROGRAM of a backend for USER, with BEFORE done in the child. */
static struct process *start(const char *program, const char *user,
                             const char *last, void (*before)(void))
{
    const struct process_way way = {.before = before};
    char *argv[] = {fixture_path(&chat, fixture_builds[1], program),
                    "--server",
                    (char *)chat.url,
                    "--user",
                    (char *)user,
                    "--password-file",
                    fixture_path(&chat, chat.dir, user),
                    (char *)last,
                    NULL};

    return process_start_in(argv, &way);
}

/* The sender has something to complain about, and no place to do it. */
START_TEST(errors_stay_out_of_the_chat)
{
    struct process *bob = fixture_receiver(&chat, fixture_builds[0], "solution",
                                           "bob", NULL, NULL);
    struct process *alice =
        start("solution/sender", "alice", "bob", close_errors);
    char too_long[KIT_TEXT_MAX + 2];

    memset(too_long, 'x', sizeof too_long);
    too_long[sizeof too_long - 1] = '\n';
    process_write(alice, too_long, sizeof too_long);
    process_write(alice, "hello\n", 6);
    process_exits(alice, EX_DATAERR);
    fixture_expect(bob, "alice: hello");
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_ptr_null(strstr(bob->err.bytes, "refused"));
    process_end(alice);
    process_end(bob);
}
END_TEST

START_TEST(sender_without_input)
{
    struct process *p = start("solution/sender", "alice", "bob", close_input);

    process_exits(p, EX_NOINPUT);
    ck_assert_uint_gt(p->err.len, 0);
    process_end(p);
}
END_TEST

static void read_a_folder(void)
{
    dup2(open("/", O_RDONLY), STDIN_FILENO);
}

/* A read error is not reported as a text that is too long. */
START_TEST(input_breaks)
{
    struct process *bob = fixture_receiver(&chat, fixture_builds[0], "solution",
                                           "bob", NULL, NULL);
    struct process *alice =
        start("solution/sender", "alice", "bob", read_a_folder);

    process_exits(alice, EX_IOERR);
    process_end(alice);
    process_end(bob);
}
END_TEST

/* It fails before it logs in, so that no sender can find it. */
START_TEST(receiver_without_output)
{
    struct process *p = start("solution/receiver", "bob", NULL, close_output);

    process_exits(p, EX_IOERR);
    ck_assert_uint_gt(p->err.len, 0);
    process_end(p);
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "alice", "bob", "", 0),
        EX_NOUSER);
}
END_TEST

/* An output that breaks later is not the end of the session. */
START_TEST(output_breaks)
{
    struct process *bob = fixture_receiver(&chat, fixture_builds[0], "solution",
                                           "bob", NULL, NULL);

    close(bob->out.fd);
    bob->out.fd = -1;
    (void)fixture_say(&chat, fixture_builds[0], "alice", "bob", "hello\n", 6);
    process_exits(bob, EX_IOERR);
    process_end(bob);
}
END_TEST

/* What each program may lack, and does its work all the same. */
static const struct {
    void (*before)(void);
    const char *argv[4]; /* behind --db; the server's if there are none */
} works[] = {
    {close_input, {"serve", "--port", "0"}},
    {close_errors, {"serve", "--port", "0"}},
    {close_input, {"users"}},
    {close_errors, {"users"}},
};

START_TEST(server_works_without)
{
    const struct process_way way = {.before = works[_i].before};
    char *argv[8] = {fixture_path(&chat, fixture_builds[1], "chat-server"),
                     (char *)works[_i].argv[0], "--db", chat.db};
    struct process *p;

    for (int i = 1; i < 4; i++)
        argv[3 + i] = (char *)works[_i].argv[i];
    process_end(chat.server);
    chat.server = p = process_start_in(argv, &way);
    if (works[_i].argv[1] == NULL) {
        process_exits(p, EX_OK);
        ck_assert_ptr_nonnull(strstr(p->out.bytes, "alice"));
        return;
    }
    chat.url = process_ready(p, &p->out);
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "alice", "bob", "", 0),
        EX_NOUSER);
    ck_assert_int_eq(process_kill(p, SIGTERM), EX_OK);
}
END_TEST

/* A command that cannot print its result must not exit with 0. */
START_TEST(users_without_output)
{
    const struct process_way way = {.before = close_output};
    char *argv[] = {fixture_path(&chat, fixture_builds[1], "chat-server"),
                    "users", "--db", chat.db, NULL};
    struct process *p = process_start_in(argv, &way);

    process_exits(p, EX_IOERR);
    process_end(p);
}
END_TEST

TEST_SUITE(streams)
{
    Suite *suite = suite_create("streams");
    TCase *tcase = suite_add_case(suite, "streams");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, chat_end);
    tcase_add_tests(tcase, errors_stay_out_of_the_chat, sender_without_input,
                    input_breaks, receiver_without_output, output_breaks);
    tcase_add_loop_test(tcase, server_works_without, 0,
                        sizeof works / sizeof works[0]);
    tcase_add_test(tcase, users_without_output);
    return suite;
}
