/* SPDX-License-Identifier: MIT */
/*
 * Programs that are started with a standard stream closed ("2>&-"). A socket or
 * file must not get its descriptor, and no text may be lost without an error.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/wire.h"
#include "tests/e2e/chat.h"

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

static void read_a_folder(void)
{
    dup2(open("/", O_RDONLY), STDIN_FILENO);
}

/* Every program that starts from now on calls BEFORE first, or NULL. */
static void programs_call(void (*before)(void))
{
    static struct process_way way;

    way.before = before;
    chat.way = &way;
}

static struct process *start_sender(void)
{
    return fixture_sender(&chat, fixture_builds[1], "alice", "bob");
}

/* The sender must print an error, but its standard error is closed. */
START_TEST(errors_stay_out_of_the_chat)
{
    struct process *bob = fixture_receiver(&chat, fixture_builds[0], "bob");
    struct process *alice;
    char too_long[KIT_TEXT_MAX + 2];

    programs_call(close_errors);
    alice = start_sender();
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
    programs_call(close_input);
    process_fails(start_sender(), EX_NOINPUT, "");
}
END_TEST

/* A read error is not reported as a text that is too long. */
START_TEST(input_breaks)
{
    struct process *bob = fixture_receiver(&chat, fixture_builds[0], "bob");

    programs_call(read_a_folder);
    process_fails(start_sender(), EX_IOERR, "");
    process_end(bob);
}
END_TEST

/* A receiver without output fails before its login, so no sender finds it. */
START_TEST(receiver_without_output)
{
    programs_call(close_output);
    process_fails(fixture_client(&chat, fixture_builds[1], "solution/receiver",
                                 "bob", NULL),
                  EX_IOERR, "");
    programs_call(NULL);
    process_fails(start_sender(), EX_NOUSER, "");
}
END_TEST

/* A receiver whose output breaks later stops, too. */
START_TEST(output_breaks)
{
    struct process *bob = fixture_receiver(&chat, fixture_builds[0], "bob");

    close(bob->out.fd);
    bob->out.fd = -1;
    (void)fixture_say(&chat, fixture_builds[0], "alice", "bob", "hello\n");
    process_exits(bob, EX_IOERR);
    process_end(bob);
}
END_TEST

/* The server needs neither input nor standard error. */
static void (*const not_needed[])(void) = {close_input, close_errors};

START_TEST(server_works_without)
{
    process_end(chat.server);
    programs_call(not_needed[_i]);
    fixture_serve(&chat, fixture_builds[1]);
    programs_call(NULL);
    process_fails(start_sender(), EX_NOUSER, "");
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), EX_OK);
}
END_TEST

START_TEST(users_works_without)
{
    struct process *p;

    programs_call(not_needed[_i]);
    p = fixture_command(&chat, fixture_builds[1], "users", NULL);
    process_exits(p, EX_OK);
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "alice"));
    process_end(p);
}
END_TEST

/* A command that cannot print its result must not exit with 0. */
START_TEST(users_without_output)
{
    programs_call(close_output);
    process_fails(fixture_command(&chat, fixture_builds[1], "users", NULL),
                  EX_IOERR, "");
}
END_TEST

TEST_SUITE(streams, 60, setup, chat_end)
{
    tcase_add_tests(tcase, errors_stay_out_of_the_chat, sender_without_input,
                    input_breaks, receiver_without_output, output_breaks);
    tcase_add_rows(tcase, server_works_without, not_needed);
    tcase_add_rows(tcase, users_works_without, not_needed);
    tcase_add_test(tcase, users_without_output);
}
