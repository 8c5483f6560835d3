/* SPDX-License-Identifier: MIT */
/*
 * The starter is what cut.awk leaves of the solution, has every TODO, and
 * rejects everything.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tests/e2e/chat.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/tcp.h"
#include "tests/support/temp.h"

#define TOKEN  "0123456789abcdef-token-of-bob"
#define SECRET "fedcba9876543210-secret-of-alice"

static const char *const solutions[] = {"solution/sender.c",
                                        "solution/receiver.c"};
static const char *const starters[] = {"starter/sender.c",
                                       "starter/receiver.c"};

/* Runs cut.awk on FILE; it must exit with CODE. Its output is the starter. */
static struct process *cut(const char *file, int code)
{
    struct process *p =
        process_words(NULL, "awk", "-f", "tests/tools/cut.awk", file, NULL);

    process_exits(p, code);
    return p;
}

START_TEST(is_the_cut)
{
    struct process *p = cut(solutions[_i], 0);
    const char *starter = file_read(starters[_i], NULL);

    ck_assert_msg(strcmp(p->out.bytes, starter) == 0,
                  "%s is not the cut of %s: type make sync-starter",
                  starters[_i], solutions[_i]);
    ck_assert_ptr_null(strstr(starter, "SOLUTION"));
    process_end(p);
}
END_TEST

#define END "/* END SOLUTION, starter: b */\n"

/* Unbalanced markers must be an error: else the starter may have answers. */
static const char *const unbalanced_texts[] = {
    "a\n/* BEGIN SOLUTION */\nb\n",
    "a\n" END "b\n",
    "/* BEGIN SOLUTION */\n/* BEGIN SOLUTION */\n" END,
    "/* BEGIN SOLUTION */\n" END END,
    "/* BEGIN SOLUTION\n" END,
    "/* BEGIN SOLUTION */\na\n/* END SOLUTION */\n",
    "// BEGIN SOLUTION\nb\n// END SOLUTION\n",
};

START_TEST(unbalanced)
{
    process_end(cut(fixture_file(&chat, "text.c", unbalanced_texts[_i]), 1));
}
END_TEST

/* The TODOs are numbered through both files. Each has its section. */
START_TEST(numbers)
{
    int wanted = 1;

    for (size_t i = 0; i < 2; i++) {
        const char *at = file_read(starters[i], NULL);

        while ((at = strstr(at, "* TODO ")) != NULL) {
            at += 7;
            ck_assert_int_eq(strtol(at, NULL, 10), wanted++);
            ck_assert_int_eq(strncmp(strchr(at, ' '), " (section ", 10), 0);
        }
    }
    ck_assert_int_ge(wanted - 1, 4);
    ck_assert_int_le(wanted - 1, 8);
}
END_TEST

/* The sender of the starter logs in, and then sends nothing. */
START_TEST(sender_refuses)
{
    struct process *bob, *alice;

    fixture_serve(&chat, fixture_builds[0]);
    bob = fixture_receiver(&chat, fixture_builds[0], "bob");
    alice = fixture_client(&chat, fixture_builds[_i], "starter/sender", "alice",
                           "bob", NULL);
    process_write(alice, "hello\n", 6);
    process_fails(alice, EX_PROTOCOL, "TODO 1");
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "carol", "bob", "later\n"), 0);
    fixture_expect(bob, "carol: later");
    process_end(bob);
}
END_TEST

/* The receiver of the starter refuses a valid line. */
START_TEST(receiver_refuses)
{
    struct http_server server;
    struct forgery f;
    struct process *bob;
    const char *where;

    http_server_open(&server, 200, "{\"token\":\"" TOKEN "\"}");
    chat.url = server.url;
    bob = fixture_client(&chat, fixture_builds[_i], "starter/receiver", "bob",
                         "--port", "0", NULL);
    where = process_ready(bob, &bob->err);
    forgery_good(&f, TOKEN, "alice", SECRET, 1, "hello");
    ck_assert_uint_eq(tcp_deliver(where, f.line, strlen(f.line)), 0);
    ck_assert_str_eq(process_line(bob, &bob->err), "refused: TODO 4");
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_uint_eq(bob->out.len, 0);
    process_end(bob);
    http_server_close(&server);
}
END_TEST

TEST_SUITE(starter, 60, chat_begin, chat_end)
{
    tcase_add_rows(tcase, is_the_cut, starters);
    tcase_add_rows(tcase, unbalanced, unbalanced_texts);
    tcase_add_test(tcase, numbers);
    tcase_add_loop_test(tcase, sender_refuses, 0, 2);
    tcase_add_loop_test(tcase, receiver_refuses, 0, 2);
}
