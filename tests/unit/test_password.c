/* SPDX-License-Identifier: MIT */
/* Passwords from files and from a terminal that must not show them. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/password.h"
#include "tests/unit/capture.h"
#include "tests/unit/terminal.h"

Suite *password_suite(void);

static char password[KIT_PASSWORD_SIZE];

static void setup(void)
{
    memset(password, 'p', sizeof password);
    capture(STDERR_FILENO);
}

/* --- Files ---------------------------------------------------------------- */

static int read_file(const void *text, size_t len)
{
    char *name = temp_file(text, len);
    int rc = kit_password_read(password, sizeof password, name, "unused");

    temp_remove(name);
    return rc;
}

/* Nothing of what was read is left, and one line says why. */
static void expect_failure(int rc, const char *why)
{
    static const char zeros[KIT_PASSWORD_SIZE];

    ck_assert_int_eq(rc, -1);
    ck_assert_mem_eq(password, zeros, sizeof password);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_msg(captured_has(why), "%s", captured());
}

static const char *const good[] = {
    "correct horse\n",
    "correct horse",
    "correct horse\r\n",
    "correct horse\nand more\n",
};

START_TEST(first_line_of_a_file)
{
    ck_assert_int_eq(read_file(good[_i], strlen(good[_i])), 0);
    ck_assert_str_eq(password, "correct horse");
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* Spaces and letters of any language belong to a password. */
START_TEST(nothing_else_is_stripped)
{
    ck_assert_int_eq(read_file(" Z\xc3\xb6 \t \n", 9), 0);
    ck_assert_str_eq(password, " Z\xc3\xb6 \t ");
}
END_TEST

START_TEST(longest_password)
{
    char text[KIT_PASSWORD_MAX + 2];

    memset(text, 'x', KIT_PASSWORD_MAX);
    memcpy(text + KIT_PASSWORD_MAX, "\r\n", 2);
    ck_assert_int_eq(read_file(text, sizeof text), 0);
    ck_assert_uint_eq(strlen(password), KIT_PASSWORD_MAX);
}
END_TEST

START_TEST(too_long_a_password)
{
    char text[1000];

    memset(text, 'x', sizeof text);
    text[KIT_PASSWORD_MAX + _i] = '\n';
    expect_failure(read_file(text, sizeof text), "128");
}
END_TEST

START_TEST(empty_line)
{
    static const char *const empty[] = {"", "\n", "\r\n", "\nsecond\n"};

    expect_failure(read_file(empty[_i], strlen(empty[_i])), "empty");
}
END_TEST

START_TEST(zero_byte)
{
    expect_failure(read_file("correct\0horse\n", 14), "zero");
}
END_TEST

START_TEST(no_utf8)
{
    expect_failure(read_file("correct\xffhorse\n", 14), "UTF-8");
}
END_TEST

START_TEST(no_such_file)
{
    char *name = temp_file("", 0);

    unlink(name);
    expect_failure(kit_password_read(password, sizeof password, name, ""),
                   name);
    free(name);
}
END_TEST

START_TEST(folder)
{
    expect_failure(kit_password_read(password, sizeof password, ".", ""),
                   "irectory");
}
END_TEST

START_TEST(others_can_read_it)
{
    static const mode_t modes[] = {0640, 0604, 0644};
    char *name = temp_file("correct horse\n", 14);

    ck_assert_int_eq(chmod(name, modes[_i]), 0);
    ck_assert_int_eq(kit_password_read(password, sizeof password, name, ""), 0);
    ck_assert_str_eq(password, "correct horse");
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has("chmod 600 "));
    ck_assert(captured_has(name));
    temp_remove(name);
}
END_TEST

/* What follows the first line in a pipe is for somebody else. */
START_TEST(pipe_is_read_no_further)
{
    char rest[16] = "";
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(write(ends[1], "correct horse\nhello\n", 20), 20);
    ck_assert_int_eq(
        kit_password_read(password, sizeof password, "/dev/fd/0", ""), 0);
    ck_assert_str_eq(password, "correct horse");
    ck_assert_int_eq(read(STDIN_FILENO, rest, sizeof rest - 1), 6);
    ck_assert_str_eq(rest, "hello\n");
}
END_TEST

/* --- A terminal ----------------------------------------------------------- */

static struct terminal terminal;

/* The end of a child: 0 when it got WANT, 1 when nothing, 2 otherwise. */
static _Noreturn void ask(const char *want)
{
    int rc;

    /* Check has handlers of its own for these. */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
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

    terminal_type(&terminal, keys[_i]);
    ck_assert_int_eq(WEXITSTATUS(wait_for(child)), 1);
    ck_assert(echoes());
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* Ctrl-C and its like end the program, and leave the terminal as it was. */
START_TEST(signal_restores_echo)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
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

Suite *password_suite(void)
{
    Suite *suite = suite_create("password");
    TCase *file = tcase_create("file");
    TCase *tty = tcase_create("terminal");

    tcase_add_checked_fixture(file, setup, NULL);
    tcase_add_loop_test(file, first_line_of_a_file, 0, 4);
    tcase_add_test(file, nothing_else_is_stripped);
    tcase_add_test(file, longest_password);
    tcase_add_loop_test(file, too_long_a_password, 1, 9);
    tcase_add_loop_test(file, empty_line, 0, 4);
    tcase_add_test(file, zero_byte);
    tcase_add_test(file, no_utf8);
    tcase_add_test(file, no_such_file);
    tcase_add_test(file, folder);
    tcase_add_loop_test(file, others_can_read_it, 0, 3);
    tcase_add_test(file, pipe_is_read_no_further);
    suite_add_tcase(suite, file);

    tcase_add_checked_fixture(tty, setup, NULL);
    tcase_add_test(tty, typed_without_echo);
    tcase_add_loop_test(tty, nothing_typed, 0, 2);
    tcase_add_loop_test(tty, signal_restores_echo, 0, 4);
    tcase_add_test(tty, interrupt_key_restores_echo);
    tcase_add_test(tty, no_terminal);
    suite_add_tcase(suite, tty);
    return suite;
}
