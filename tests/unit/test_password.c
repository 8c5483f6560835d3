/* SPDX-License-Identifier: MIT */
/*
 * Passwords: the first line of a file, or a line typed at a terminal, which
 * must not show it, and must show what is typed afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/password.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/unit/terminal.h"

static char password[KIT_PASSWORD_SIZE];

static void setup(void)
{
    memset(password, 'p', sizeof password);
    capture_errors();
}

static int read_password(const char *file)
{
    return kit_password_read(password, sizeof password, file, "Password: ");
}

/* Reading FILE fails, leaves nothing in PASSWORD, and the error has WHY. */
static void expect_failure(const char *file, const char *why)
{
    static const char zeros[KIT_PASSWORD_SIZE];

    ck_assert_int_eq(read_password(file), -1);
    ck_assert_mem_eq(password, zeros, sizeof password);
    captured_one_line(why);
}

/* --- Files ---------------------------------------------------------------- */

#define TEXT(text) text, sizeof(text) - 1

static const struct {
    const char *text;
    size_t len;
    const char *password; /* NULL: an error, which has WHY */
    const char *why;
} files[] = {
    {TEXT("correct horse\n"), "correct horse", NULL},
    {TEXT("correct horse"), "correct horse", NULL},
    {TEXT("correct horse\r\n"), "correct horse", NULL},
    {TEXT("correct horse\nand more\n"), "correct horse", NULL},
    {TEXT("\xef\xbb\xbf\x63orrect horse\r\n"), "correct horse", NULL},
    {TEXT("correct horse\rand more\r"), "correct horse", NULL},
    /* Spaces and letters of any language are part of a password. */
    {TEXT(" Zö \t \n"), " Zö \t ", NULL},
    {TEXT(""), NULL, "empty"},
    {TEXT("\n"), NULL, "empty"},
    {TEXT("\r\n"), NULL, "empty"},
    {TEXT("\nsecond\n"), NULL, "empty"},
    {TEXT("correct\0horse\n"), NULL, "zero"},
    {TEXT("correct\xffhorse\n"), NULL, "UTF-8"},
    /* From Notepad's "Unicode", and PowerShell's ">". */
    {TEXT("\xff\xfe\x61\0\r\0\n\0"), NULL, "UTF-16"},
};

START_TEST(first_line_of_a_file)
{
    char *name = temp_file(files[_i].text, files[_i].len);

    if (files[_i].password == NULL) {
        expect_failure(name, files[_i].why);
    } else {
        ck_assert_int_eq(read_password(name), 0);
        ck_assert_str_eq(password, files[_i].password);
        ck_assert_str_eq(captured(), "");
    }
    temp_remove(name);
}
END_TEST

/* Up to eight bytes too long; an even test number has a byte order mark. */
START_TEST(longest_password)
{
    char text[1000] = "\xef\xbb\xbf";
    size_t mark = _i % 2 == 0 ? 3 : 0, more = (size_t)_i / 2;
    char *name;

    memset(text + mark, 'x', sizeof text - mark);
    memcpy(text + mark + KIT_PASSWORD_MAX + more, "\r\n", 2);
    name = temp_file(text, sizeof text);
    if (more == 0) {
        ck_assert_int_eq(read_password(name), 0);
        ck_assert_uint_eq(strlen(password), KIT_PASSWORD_MAX);
    } else {
        expect_failure(name, "128");
    }
    temp_remove(name);
}
END_TEST

START_TEST(not_a_file)
{
    char *name = temp_file("", 0);

    unlink(name);
    if (_i == 0)
        expect_failure(name, name);
    else
        expect_failure(".", "irectory");
    free(name);
}
END_TEST

START_TEST(others_can_read_it)
{
    static const mode_t modes[] = {0640, 0604, 0644};
    char *name = temp_file("correct horse\n", 14);

    ck_assert_int_eq(chmod(name, modes[_i]), 0);
    ck_assert_int_eq(read_password(name), 0);
    ck_assert_str_eq(password, "correct horse");
    captured_one_line("chmod 600 ");
    captured_one_line(name);
    temp_remove(name);
}
END_TEST

/* The rest of a pipe is left for the program that reads it next. */
START_TEST(pipe_is_read_no_further)
{
    char rest[16] = "";
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    feed_from(ends[0]);
    ck_assert_int_eq(write(ends[1], "correct horse\nhello\n", 20), 20);
    ck_assert_int_eq(read_password("/dev/fd/0"), 0);
    ck_assert_str_eq(password, "correct horse");
    ck_assert_int_eq(read(STDIN_FILENO, rest, sizeof rest - 1), 6);
    ck_assert_str_eq(rest, "hello\n");
}
END_TEST

/* --- A terminal ----------------------------------------------------------- */

enum { GOT_IT, FAILED, GOT_ANOTHER }; /* exit codes of a child */

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static struct terminal terminal;
static const char *fails; /* the call that is to fail in the child, or NULL */

/* The child: asks for a password on the terminal. */
static _Noreturn void ask(void)
{
    int rc;

    /* Check handles some of these; others may be ignored. */
    for (size_t i = 0; i < COUNT(signals); i++)
        signal(signals[i], SIG_DFL);
    /* If the test fails, Check does not kill this child, which has its own
       session: alarm does. Check's handler would catch SIGALRM. */
    signal(SIGALRM, SIG_DFL);
    alarm(30);
    terminal_take(&terminal);
    if (fails != NULL)
        fault_order(fails, 1, EIO);
    rc = read_password(NULL);
    if (fails != NULL && !(fault_cancel() && captured_has("--password-file")))
        _exit(GOT_ANOTHER);
    _exit(rc != 0                                  ? FAILED
          : strcmp(password, "correct horse") == 0 ? GOT_IT
                                                   : GOT_ANOTHER);
}

static pid_t start_asking(void)
{
    pid_t child;

    terminal = terminal_open();
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        ask();
    return child;
}

/* The same; the question is on the screen. */
static pid_t start_typing(void)
{
    pid_t child = start_asking();

    terminal_wait(&terminal, "Password: ");
    return child;
}

static bool echoes(void)
{
    struct termios now;

    ck_assert_int_eq(tcgetattr(terminal.program, &now), 0);
    return (now.c_lflag & ECHO) != 0;
}

/* CHILD must exit with CODE, or be killed by signal -CODE. */
static void expect_end(pid_t child, int code)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(
        WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), code);
    ck_assert(echoes());
}

START_TEST(typed_without_echo)
{
    pid_t child = start_typing();

    ck_assert(!echoes());
    terminal_type(&terminal, "correct horse\n");
    expect_end(child, GOT_IT);
    /* Only the newline was shown. */
    ck_assert_str_eq(terminal_wait(&terminal, "\n"), "Password: \r\n");
}
END_TEST

static const struct {
    const char *keys;
    int code, lines;
} keys[] = {
    {"\n", FAILED, 1},
    {"\004", FAILED, 1},      /* Ctrl-D */
    {"half\003", -SIGINT, 0}, /* Ctrl-C */
};

START_TEST(nothing_typed)
{
    pid_t child = start_typing();

    terminal_type(&terminal, keys[_i].keys);
    expect_end(child, keys[_i].code);
    ck_assert_int_eq(captured_lines(), keys[_i].lines);
}
END_TEST

START_TEST(signal_restores_echo)
{
    pid_t child = start_typing();

    kill(child, signals[_i]);
    expect_end(child, -signals[_i]);
}
END_TEST

/* Longer than a password, and longer than the terminal keeps of a line. */
START_TEST(typed_too_long)
{
    static const size_t lengths[] = {KIT_PASSWORD_MAX + 1, 4500};
    static char line[5000];
    pid_t child = start_typing();

    memset(line, 'x', lengths[_i]);
    line[lengths[_i]] = '\n';
    terminal_type(&terminal, line);
    expect_end(child, FAILED);
    /* The rest of it is not left for the next program. */
    ck_assert_int_eq(fcntl(terminal.program, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(read(terminal.program, line, sizeof line), -1);
}
END_TEST

/* Ctrl-Z and back: the question is asked again. */
START_TEST(asked_again_after_a_stop)
{
    pid_t child = start_typing();

    kill(child, SIGTSTP);
    terminal_wait(&terminal, "Password: Password: ");
    terminal_type(&terminal, "correct horse\n");
    expect_end(child, GOT_IT);
}
END_TEST

START_TEST(no_terminal)
{
    pid_t child = fork();
    int status;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        setsid(); /* a new session has no terminal */
        _exit(read_password(NULL) == -1 && captured_has("--password-file")
                  ? EXIT_SUCCESS
                  : EXIT_FAILURE);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

static const char *const calls[] = {"tcgetattr", "tcsetattr", "write",
                                    "pselect", "read"};

START_TEST(terminal_breaks)
{
    pid_t child;

    fails = calls[_i];
    child = start_asking();
    if (strcmp(fails, "read") == 0) {
        terminal_wait(&terminal, "Password: ");
        terminal_type(&terminal, "correct horse\n");
    }
    expect_end(child, FAILED);
}
END_TEST

TEST_SUITE(password, 60, setup, NULL)
{
    tcase_add_rows(tcase, first_line_of_a_file, files);
    tcase_add_loop_test(tcase, longest_password, 0, 18);
    tcase_add_loop_test(tcase, not_a_file, 0, 2);
    tcase_add_loop_test(tcase, others_can_read_it, 0, 3);
    tcase_add_rows(tcase, nothing_typed, keys);
    tcase_add_rows(tcase, signal_restores_echo, signals);
    tcase_add_loop_test(tcase, typed_too_long, 0, 2);
    tcase_add_tests(tcase, pipe_is_read_no_further, typed_without_echo,
                    asked_again_after_a_stop, no_terminal);
    if (faults_possible("password"))
        tcase_add_rows(tcase, terminal_breaks, calls);
}
