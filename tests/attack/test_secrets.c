/* SPDX-License-Identifier: MIT */
/* The logs of all servers of this run, read when all have ended. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/harmless.h"
#include "tests/attack/hostile_server.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"

enum {
    HEX_RUN = 32,    /* half of a token or a secret */
    BASE64_RUN = 96, /* half of the shortest ticket */
};

/* What all logs together have. */
static struct {
    long lines, passwords, tokens, tickets, harmful;
} seen;

/* The longest run in TEXT of characters that IS is true for. */
static int longest(const char *text, int (*is)(int))
{
    int run = 0, best = 0;

    for (; *text != '\0'; text++) {
        run = is((unsigned char)*text) ? run + 1 : 0;
        best = run > best ? run : best;
    }
    return best;
}

static int is_base64(int c)
{
    return isalnum(c) || c == '+' || c == '/' || c == '=';
}

static void read_log(FILE *file)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    while ((len = getline(&line, &size, file)) > 0) {
        seen.lines++;
        seen.passwords += strstr(line, TARGET_MARK) != NULL;
        seen.tokens += longest(line, isxdigit) >= HEX_RUN ||
                       strstr(line, HOSTILE_TOKEN) != NULL ||
                       strstr(line, HOSTILE_SECRET) != NULL;
        seen.tickets += longest(line, is_base64) >= BASE64_RUN;
        seen.harmful += !is_harmless(line, (size_t)len - 1);
    }
    free(line);
}

START_TEST(no_log_has_any)
{
    char folder[128], path[PATH_SIZE];
    struct dirent *entry;
    long logs = 0;
    DIR *dir;

    row_begin("17 the logs of this whole run");
    snprintf(folder, sizeof folder, "%s/logs", run_dir);
    dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        FILE *file;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        file = fopen(path, "r");
        ck_assert_ptr_nonnull(file);
        read_log(file);
        fclose(file);
        logs++;
    }
    closedir(dir);
    figure_least("logs", (double)logs, "", 1);
    figure_note("their lines", (double)seen.lines, "");
    figure_is("lines with a password", seen.passwords, 0);
    figure_is("lines with a token or a secret", seen.tokens, 0);
    figure_is("lines with a ticket", seen.tickets, 0);
    figure_is("lines that a terminal would obey", seen.harmful, 0);
    row_end();
}
END_TEST

TEST_SUITE(secrets)
{
    Suite *suite = suite_create("secrets");
    TCase *tc = suite_add_case(suite, "secrets");

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, no_log_has_any);
    return suite;
}
