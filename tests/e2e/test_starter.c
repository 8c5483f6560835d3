/* SPDX-License-Identifier: MIT */
/* The starter: cut from the solution, complete, and closed on every side. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/e2e/chat.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

#define TOKEN  "0123456789abcdef-token-of-bob"
#define SECRET "fedcba9876543210-secret-of-alice"

static const char *const files[] = {"sender.c", "receiver.c"};

/* Cuts FILE; its exit code is CODE, and what comes out is P's output. */
static struct process *cut(const char *file, int code)
{
    char *argv[] = {"awk", "-f", "tests/tools/cut.awk", (char *)file, NULL};
    struct process *p = process_start(argv);

    process_exits(p, code);
    return p;
}

/* The whole of FILE, terminated. */
static char *contents(const char *file)
{
    static char text[1 << 17];
    FILE *in = fopen(file, "r");
    size_t len;

    ck_assert_msg(in != NULL, "there is no %s", file);
    len = fread(text, 1, sizeof text - 1, in);
    text[len] = '\0';
    fclose(in);
    return text;
}

START_TEST(is_the_cut)
{
    char from[64], to[64];
    struct process *p;
    const char *starter;

    snprintf(from, sizeof from, "solution/%s", files[_i]);
    snprintf(to, sizeof to, "starter/%s", files[_i]);
    p = cut(from, 0);
    starter = contents(to);
    ck_assert_msg(p->out.len == strlen(starter) &&
                      memcmp(p->out.bytes, starter, p->out.len) == 0,
                  "%s is not the cut of %s: make sync-starter", to, from);
    ck_assert_ptr_null(strstr(starter, "SOLUTION"));
    process_end(p);
}
END_TEST

/* Markers that do not pair are an error, not a starter with answers in it. */
START_TEST(unbalanced)
{
    static const char *const texts[] = {
        "a\n/* BEGIN SOLUTION */\nb\n",
        "a\n/* END SOLUTION */\nb\n",
        "/* BEGIN SOLUTION */\n/* BEGIN SOLUTION */\n/* END SOLUTION */\n",
        "/* BEGIN SOLUTION */\n/* END SOLUTION */\n/* END SOLUTION */\n",
        "/* BEGIN SOLUTION\n/* END SOLUTION */\n",
        "// BEGIN SOLUTION\nb\n// END SOLUTION\n",
    };

    process_end(cut(fixture_file(&chat, "text.c", texts[_i]), 1));
}
END_TEST

/* TODO 1, 2, 3 ... through both files, each once, and a section with each. */
START_TEST(numbers)
{
    int wanted = 1;

    for (size_t i = 0; i < 2; i++) {
        char file[64], *at;

        snprintf(file, sizeof file, "starter/%s", files[i]);
        at = contents(file);
        while ((at = strstr(at, "* TODO ")) != NULL) {
            at += 7;
            ck_assert_int_eq(strtol(at, NULL, 10), wanted);
            ck_assert_int_eq(strncmp(strchr(at, ' '), " (section ", 10), 0);
            wanted++;
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
    bob = fixture_receiver(&chat, fixture_builds[0], "solution", "bob", NULL,
                           NULL);
    alice =
        fixture_sender(&chat, fixture_builds[_i], "starter", "alice", "bob");
    process_write(alice, "hello\n", 6);
    process_exits(alice, EX_PROTOCOL);
    ck_assert_ptr_nonnull(strstr(alice->err.bytes, "TODO 1"));
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "carol", "bob", "fence\n", 6), 0);
    fixture_expect(bob, "carol: fence");
    process_end(alice);
    process_end(bob);
}
END_TEST

/* The receiver of the starter refuses a line that is in order. */
START_TEST(receiver_refuses)
{
    struct http_server oracle;
    struct forgery f;
    struct process *bob;
    const char *where, *line;
    int fd;

    http_server_open(&oracle, 200, "{\"token\":\"" TOKEN "\"}");
    chat.url = oracle.url;
    bob = fixture_receiver(&chat, fixture_builds[_i], "starter", "bob", NULL,
                           &where);
    forgery_good(&f, TOKEN, "alice", SECRET, 1, "hello");
    fd = tcp_connect_to(where);
    tcp_send(fd, f.line, strlen(f.line));
    ck_assert_uint_eq(tcp_drain(fd), 0);
    line = process_line(bob, &bob->err);
    ck_assert_str_eq(line, "refused: TODO 4");
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_uint_eq(bob->out.len, 0);
    process_end(bob);
    http_server_close(&oracle);
}
END_TEST

TEST_SUITE(starter)
{
    Suite *suite = suite_create("starter");
    TCase *tcase = suite_add_case(suite, "starter");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, chat_begin, chat_end);
    tcase_add_loop_test(tcase, is_the_cut, 0, 2);
    tcase_add_loop_test(tcase, unbalanced, 0, 6);
    tcase_add_test(tcase, numbers);
    tcase_add_loop_test(tcase, sender_refuses, 0, 2);
    tcase_add_loop_test(tcase, receiver_refuses, 0, 2);
    return suite;
}
