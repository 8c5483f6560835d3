/* SPDX-License-Identifier: MIT */
/* Passwords from files: what counts is the first line. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/password.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"

static char password[KIT_PASSWORD_SIZE];

static void setup(void)
{
    memset(password, 'p', sizeof password);
    capture(STDERR_FILENO);
}

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
    "\xef\xbb\xbf\x63orrect horse\r\n",
    "correct horse\rand more\r",
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
    char text[3 + KIT_PASSWORD_MAX + 2] = "\xef\xbb\xbf";

    memset(text + 3, 'x', KIT_PASSWORD_MAX);
    memcpy(text + 3 + KIT_PASSWORD_MAX, "\r\n", 2);
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

/* From Notepad's "Unicode", and PowerShell's ">". */
START_TEST(utf16)
{
    expect_failure(read_file("\xff\xfe"
                             "a\0\r\0\n\0",
                             8),
                   "UTF-16");
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

TEST_SUITE(password)
{
    Suite *suite = suite_create("password");
    TCase *tcase = suite_add_case(suite, "password");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, first_line_of_a_file, 0, 6);
    tcase_add_tests(tcase, nothing_else_is_stripped, longest_password);
    tcase_add_loop_test(tcase, too_long_a_password, 1, 9);
    tcase_add_loop_test(tcase, empty_line, 0, 4);
    tcase_add_tests(tcase, zero_byte, no_utf8, utf16, no_such_file, folder);
    tcase_add_loop_test(tcase, others_can_read_it, 0, 3);
    tcase_add_test(tcase, pipe_is_read_no_further);
    return suite;
}
