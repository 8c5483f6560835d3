/* SPDX-License-Identifier: MIT */
/* What the tests clean up, and what they must leave alone. */
#include <check.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/stage.h"
#include "tests/e2e/tree.h"

static struct stage stage;

/* Makes a folder NAME with a file in it, which is returned. */
static char *make_folder(const char *name)
{
    char file[PATH_SIZE];
    char *folder = stage_path(&stage, stage.dir, name);

    ck_assert_int_eq(mkdir(folder, 0700), 0);
    snprintf(file, sizeof file, "%s/file", name);
    return stage_file(&stage, file, "text");
}

/* "Uni tmp" goes; "Uni", "tmp" and what a link in it points to stay. */
START_TEST(only_that_folder)
{
    char *gone, *uni, *tmp, *link_to;

    stage_open(&stage);
    gone = make_folder("Uni tmp");
    uni = make_folder("Uni");
    tmp = make_folder("tmp");
    link_to = stage_path(&stage, stage.dir, "Uni tmp/link");
    ck_assert_int_eq(symlink(stage_path(&stage, stage.dir, "Uni"), link_to), 0);
    ck_assert_int_eq(tree_remove(stage_path(&stage, stage.dir, "Uni tmp")), 0);
    ck_assert_int_eq(access(gone, F_OK), -1);
    ck_assert_int_eq(access(uni, F_OK), 0);
    ck_assert_int_eq(access(tmp, F_OK), 0);
    ck_assert_int_eq(tree_remove(gone), 0); /* is not there any more */
    stage_close(&stage);
    ck_assert_int_eq(access(stage.dir, F_OK), -1);
}
END_TEST

Suite *tree_suite(void);

Suite *tree_suite(void)
{
    Suite *suite = suite_create("tree");
    TCase *tcase = tcase_create("tree");

    tcase_add_test(tcase, only_that_folder);
    suite_add_tcase(suite, tcase);
    return suite;
}
