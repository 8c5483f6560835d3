/* SPDX-License-Identifier: MIT */
/* Searches the logs of all programs of this run, after they have ended. */
#include <dirent.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/attack/hostile_server.h"
#include "tests/support/figure.h"
#include "tests/support/harmless.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"

/* What no line of a log may contain. */
static struct {
    const char *what, *pattern;
    regex_t compiled;
    long lines; /* that contain it */
} secrets[] = {
    {.what = "lines with a password", .pattern = TARGET_MARK},
    /* Half of a token or a secret. */
    {.what = "lines with a token or a secret",
     .pattern = "[[:xdigit:]]{32}|" HOSTILE_TOKEN "|" HOSTILE_SECRET},
    /* Half of the shortest ticket. */
    {.what = "lines with a ticket", .pattern = "[[:alnum:]+/=]{96}"},
};

static long lines, harmful;

static void read_log(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    ck_assert_ptr_nonnull(file);
    while ((len = getline(&line, &size, file)) > 0) {
        lines++;
        harmful += !is_harmless(line, (size_t)len - 1);
        for (size_t i = 0; i < COUNT(secrets); i++)
            secrets[i].lines +=
                regexec(&secrets[i].compiled, line, 0, NULL, 0) == 0;
    }
    free(line);
    fclose(file);
}

START_TEST(no_log_has_any)
{
    char folder[128], path[PATH_SIZE];
    struct dirent *entry;
    long logs = 0;
    DIR *dir;

    row_begin("17 the logs of this whole run");
    for (size_t i = 0; i < COUNT(secrets); i++)
        ck_assert_int_eq(regcomp(&secrets[i].compiled, secrets[i].pattern,
                                 REG_EXTENDED | REG_NOSUB),
                         0);
    snprintf(folder, sizeof folder, "%s/logs", run_dir);
    dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        read_log(path);
        logs++;
    }
    closedir(dir);
    figure_least("logs", (double)logs, "", 1);
    figure_note("lines in the logs", (double)lines, "");
    for (size_t i = 0; i < COUNT(secrets); i++) {
        figure_is(secrets[i].what, secrets[i].lines, 0);
        regfree(&secrets[i].compiled);
    }
    figure_is("lines that a terminal would obey", harmful, 0);
    row_end();
}
END_TEST

TEST_SUITE(secrets, 120, NULL, NULL)
{
    tcase_add_test(tcase, no_log_has_any);
}
