/* SPDX-License-Identifier: MIT */
/* Passwords from a terminal, which must not show them and must recover. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/password.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/terminal.h"

static char password[KIT_PASSWORD_SIZE];

static void setup(void)
{
    capture(STDERR_FILENO);
}

static struct terminal terminal;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* The end of a child: 0 when it got WANT, 1 when nothing, 2 otherwise. */
static _Noreturn void ask(const char *want)
{
    int rc;

    /* Check handles some of these; whoever runs us may ignore the others. */
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], SIG_DFL);
    terminal_take(&terminal);
    rc = kit_password_read(password, sizeof password, NULL, "Password: ");
    _exit(rc != 0 ? 1 : strcmp(password, want) == 0 ? 0 : 2);
}

/* A child that asks on the terminal; it has asked already. */
static pid_t start_asking(const char *want)
{
    pid_t child;

    terminal = terminal_open();
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        ask(want);
    terminal_wait(&terminal, "Password: ");
    return child;
}

static bool echoes(void)
{
    struct termios now;

    ck_assert_int_eq(tcgetattr(terminal.program, &now), 0);
    return (now.c_lflag & ECHO) != 0;
}

static int wait_for(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(typed_without_echo)
{
    pid_t child = start_asking("correct horse");

    ck_assert(!echoes());
    terminal_type(&terminal, "correct horse\n");
    ck_assert_int_eq(wait_for(child), 0);
    ck_assert(echoes());
    /* The newline alone was shown. */
    ck_assert_str_eq(terminal_wait(&terminal, "\n"), "Password: \r\n");
}
END_TEST

/* An empty line, and the end of the file at the terminal. */
START_TEST(nothing_typed)
{
    static const char *const keys[] = {"\n", "\004"};
    pid_t child = start_asking("");
    int status;

    terminal_type(&terminal, keys[_i]);
    status = wait_for(child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    ck_assert(echoes());
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* Ctrl-C and its like end the program, and leave the terminal as it was. */
START_TEST(signal_restores_echo)
{
    pid_t child = start_asking("");
    int status;

    kill(child, signals[_i]);
    status = wait_for(child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), signals[_i]);
    ck_assert(echoes());
}
END_TEST

START_TEST(interrupt_key_restores_echo)
{
    pid_t child = start_asking("");
    int status;

    terminal_type(&terminal, "half\003");
    status = wait_for(child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    ck_assert(echoes());
}
END_TEST

/* Longer than a password, and than what the terminal keeps of a line. */
START_TEST(typed_too_long)
{
    static char keys[5000];
    pid_t child = start_asking("");
    int status;

    memset(keys, 'x', (size_t)(_i == 0 ? KIT_PASSWORD_MAX + 1 : 4500));
    keys[strlen(keys)] = '\n';
    terminal_type(&terminal, keys);
    status = wait_for(child);
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    ck_assert(echoes());
    /* What was not read of it is for nobody else either. */
    ck_assert_int_eq(fcntl(terminal.program, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(read(terminal.program, keys, sizeof keys), -1);
}
END_TEST

static _Noreturn void ask_nobody(void)
{
    int rc;

    /* A session of its own has no terminal. */
    setsid();
    rc = kit_password_read(password, sizeof password, NULL, "Password: ");
    _exit(rc == -1 && captured_has("--password-file") ? 0 : 1);
}

START_TEST(no_terminal)
{
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0)
        ask_nobody();
    ck_assert_int_eq(wait_for(child), 0);
}
END_TEST

/* Ctrl-Z and back: the question is asked once more. */
START_TEST(asked_again_after_a_stop)
{
    pid_t child = start_asking("correct horse");

    kill(child, SIGTSTP);
    terminal_wait(&terminal, "Password: Password: ");
    terminal_type(&terminal, "correct horse\n");
    ck_assert_int_eq(wait_for(child), 0);
    ck_assert(echoes());
}
END_TEST

/* What may fail at a terminal; without it there is no password. */
static const char *const calls[] = {"tcgetattr", "tcsetattr", "write",
                                    "pselect", "read"};
enum { CALLS = sizeof calls / sizeof calls[0] };

static _Noreturn void ask_broken(const char *call)
{
    int rc;

    alarm(30); /* in a session of its own it outlives a test that failed */
    terminal_take(&terminal);
    fault_order(call, 1, EIO);
    rc = kit_password_read(password, sizeof password, NULL, "Password: ");
    if (!fault_cancel())
        _exit(2);
    _exit(rc == -1 && captured_has("--password-file") ? 0 : 1);
}

START_TEST(terminal_breaks)
{
    pid_t child;

    terminal = terminal_open();
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        ask_broken(calls[_i]);
    if (strcmp(calls[_i], "read") == 0) {
        terminal_wait(&terminal, "Password: ");
        terminal_type(&terminal, "correct horse\n");
    }
    ck_assert_int_eq(wait_for(child), 0);
    ck_assert(echoes());
}
END_TEST

TEST_SUITE(password_terminal)
{
    Suite *suite = suite_create("password_terminal");
    TCase *tcase = suite_add_case(suite, "password_terminal");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, typed_without_echo);
    tcase_add_loop_test(tcase, nothing_typed, 0, 2);
    tcase_add_loop_test(tcase, typed_too_long, 0, 2);
    tcase_add_loop_test(tcase, signal_restores_echo, 0, 4);
    tcase_add_tests(tcase, interrupt_key_restores_echo, no_terminal,
                    asked_again_after_a_stop);
    if (FAULTS_POSSIBLE)
        tcase_add_loop_test(tcase, terminal_breaks, 0, CALLS);
    else
        printf("password_terminal: faults skipped, this linker has no "
               "--wrap\n");
    return suite;
}
