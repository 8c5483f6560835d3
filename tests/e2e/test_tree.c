/* SPDX-License-Identifier: MIT */
/* Removing a folder removes nothing else. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/fixture.h"
#include "tests/support/suites.h"
#include "tests/support/tree.h"

static struct fixture fixture;

/* Makes a folder NAME with a file. Returns the path of the file. */
static char *make_folder(const char *name)
{
    char file[PATH_SIZE];
    char *folder = fixture_path(&fixture, fixture.dir, name);

    ck_assert_int_eq(mkdir(folder, 0700), 0);
    snprintf(file, sizeof file, "%s/file", name);
    return fixture_file(&fixture, file, "text");
}

/* Only "Uni tmp" is removed: not "Uni", "tmp" or the target of its link. */
START_TEST(only_that_folder)
{
    char *gone, *uni, *tmp, *link_to;

    fixture_open(&fixture);
    gone = make_folder("Uni tmp");
    uni = make_folder("Uni");
    tmp = make_folder("tmp");
    link_to = fixture_path(&fixture, fixture.dir, "Uni tmp/link");
    ck_assert_int_eq(
        symlink(fixture_path(&fixture, fixture.dir, "Uni"), link_to), 0);
    ck_assert_int_eq(
        tree_remove(fixture_path(&fixture, fixture.dir, "Uni tmp")), 0);
    ck_assert_int_eq(access(gone, F_OK), -1);
    ck_assert_int_eq(access(uni, F_OK), 0);
    ck_assert_int_eq(access(tmp, F_OK), 0);
    ck_assert_int_eq(tree_remove(gone), 0); /* is not there any more */
    fixture_close(&fixture);
    ck_assert_int_eq(access(fixture.dir, F_OK), -1);
}
END_TEST

TEST_SUITE(tree, 60, NULL, NULL)
{
    tcase_add_test(tcase, only_that_folder);
}
