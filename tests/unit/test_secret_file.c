/* SPDX-License-Identifier: MIT */
/* Files with secrets: who may read them, and reading them. */
#include <stdlib.h>
#include <sys/stat.h>

#include "server/store/secret_file.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"

static char *path;

static void setup(void)
{
    path = temp_file("banana\n", 7);
    capture_errors();
}

static void teardown(void)
{
    temp_remove(path);
}

/* Reads the file FROM, which must have the text of PATH. Returns 0 or -1. */
static int read_from(const char *from, enum secret_file_mode mode)
{
    char *text = secret_file_read(from, mode, KIT_UTF8);
    int rc = text != NULL ? 0 : -1;

    if (text != NULL)
        ck_assert_str_eq(text, "banana\n");
    free(text);
    return rc;
}

static int read_secret(void)
{
    return read_from(path, SECRET_FILE_OWNER_ONLY);
}

START_TEST(owner_can_read)
{
    ck_assert_int_eq(read_secret(), 0);
    ck_assert_str_eq(captured(), "");
}
END_TEST

static const mode_t modes[] = {0640, 0620, 0610, 0604, 0602, 0601};

START_TEST(others_have_rights)
{
    ck_assert_int_eq(chmod(path, modes[_i]), 0);
    ck_assert_int_eq(read_from(path, SECRET_FILE_ANY_MODE), 0);
    ck_assert_str_eq(captured(), "");
    ck_assert_int_eq(read_secret(), -1);
    captured_one_line("chmod 600 ");
    captured_one_line(path);
}
END_TEST

static const struct {
    const char *path, *error;
} wrong[] = {
    {"/nowhere/at/all", "cannot read /nowhere/at/all"},
    {".", ". is not a regular file"},
};

START_TEST(not_a_file)
{
    ck_assert_int_eq(read_from(wrong[_i].path, SECRET_FILE_OWNER_ONLY), -1);
    captured_one_line(wrong[_i].error);
}
END_TEST

START_TEST(reading_fails)
{
    ck_assert_int_ge(fault_each("fstat calloc read", read_secret, true), 4);
}
END_TEST

TEST_SUITE(secret_file, 60, setup, teardown)
{
    tcase_add_test(tcase, owner_can_read);
    tcase_add_rows(tcase, others_have_rights, modes);
    tcase_add_rows(tcase, not_a_file, wrong);
    if (faults_possible("secret_file"))
        tcase_add_test(tcase, reading_fails);
}
