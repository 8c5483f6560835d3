/* SPDX-License-Identifier: MIT */
/* chat-server serve, also if memory, the system or a library fails. */
#include <signal.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/subcommand.h"

#define THREADS "pipe pthread_create socket bind listen getsockname fcntl "

/* Serves the demo and a wall until SIGTERM, which is pending from the start. */
static int serve(void)
{
    sigset_t term;

    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &term, NULL), 0);
    kill(getpid(), SIGTERM);
    return subcommand_run(command_serve,
                          WORDS("chat-server", "--demo", "--port", "0",
                                "--wall", "0", "--scrypt-ln", "10"));
}

START_TEST(demo)
{
    capture(STDOUT_FILENO);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(captured_has("alice     apple"));
    ck_assert(captured_has("wall: http://127.0.0.1:"));
    ck_assert(captured_has("listening on http://127.0.0.1:"));
}
END_TEST

START_TEST(serve_fails)
{
    ck_assert_int_ge(fault_each(DATABASE THREADS CRYPTO "calloc", serve, true),
                     20);
}
END_TEST

/* If it cannot read its limits or print its address, it still serves. */
START_TEST(serve_succeeds)
{
    static const char *const calls[] = {"getrlimit", "fflush"};

    fault_order(calls[_i], 1, 0);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(fault_cancel());
}
END_TEST

/* If few files are allowed it raises the limit; if it cannot, it serves. */
START_TEST(few_files)
{
    struct rlimit files;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = _i == 0 ? 100 : 300;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    fault_order("setrlimit", 1, 0);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(fault_cancel());
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    ck_assert_uint_gt(files.rlim_cur, 300);
}
END_TEST

TEST_SUITE(serve, 60, subcommand_begin, subcommand_end)
{
    if (!faults_possible("serve"))
        return;
    tcase_add_tests(tcase, demo, serve_fails);
    tcase_add_loop_test(tcase, serve_succeeds, 0, 2);
    tcase_add_loop_test(tcase, few_files, 0, 2);
}
