/* SPDX-License-Identifier: MIT */
/* All tests of a run append to one file, from which the table is made. */
#include "tests/support/figure.h"

#include <check.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/temp.h"
#include "tests/support/tree.h"

#define NOT_SO "NOT SO"

enum { LINE_SIZE = 512 };

char run_dir[64];

static char current[96] = "?"; /* the name of the row */
static bool holds = true;      /* its figures are within their limits */

bool figure_judges_times(void)
{
    const char *times = getenv("TIMES");

    return times == NULL || strcmp(times, "shown") != 0;
}

static FILE *open_file(const char *mode)
{
    char path[128];

    snprintf(path, sizeof path, "%s/figures", run_dir);
    return fopen(path, mode);
}

/*
 * Appends a line with one write, because several tests do so at the same time:
 * the row, a tab, and what the table shows.
 */
static void record(const char *what, const char *value, const char *limit,
                   const char *verdict)
{
    char line[LINE_SIZE];
    FILE *file = open_file("a");

    ck_assert_ptr_nonnull(file);
    snprintf(line, sizeof line, "%s\t    %-44s %16s   %-28s %s\n", current,
             what, value, limit, verdict);
    fputs(line, file);
    ck_assert_int_eq(fclose(file), 0);
}

/* VALUE with three significant digits or so: 0.84, 12.5, 1024. */
static const char *number(char out[48], double value, const char *unit)
{
    bool whole = isfinite(value) && value == (double)(long)value;
    int digits = whole ? 0 : value < 10 ? 2 : 1;

    snprintf(out, 48, "%.*f%s%s", digits, value, *unit != '\0' ? " " : "",
             unit);
    return out;
}

static void judge(const char *what, double value, const char *unit,
                  const char *word, double limit, bool good)
{
    char got[48], line[48], wanted[64];

    snprintf(wanted, sizeof wanted, "%s %s", word, number(line, limit, unit));
    record(what, number(got, value, unit), wanted, good ? "" : NOT_SO);
    holds = holds && good;
}

int figure_scaled(int count)
{
    return figure_judges_times() ? count : count / 4;
}

void row_begin(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(current, sizeof current, format, arguments);
    va_end(arguments);
    holds = true;
}

void row_end(void)
{
    ck_assert_msg(holds,
                  "%s: a figure is outside its limit: see NOT SO in the "
                  "table",
                  current);
}

void figure_is(const char *what, long value, long wanted)
{
    judge(what, (double)value, "", "exactly", (double)wanted, value == wanted);
}

void figure_most(const char *what, double value, const char *unit, double limit)
{
    judge(what, value, unit, "at most", limit, value <= limit);
}

void figure_least(const char *what, double value, const char *unit,
                  double limit)
{
    judge(what, value, unit, "at least", limit, value >= limit);
}

/* Records a time with its LIMIT; RULE explains the limit. */
static void judge_time(const char *what, double ms, double limit,
                       const char *rule)
{
    char got[48], line[48], wanted[128];
    bool late = !(ms <= limit);

    snprintf(wanted, sizeof wanted, "at most %s%s", number(line, limit, "ms"),
             rule);
    record(what, number(got, ms, "ms"), wanted,
           !late                   ? ""
           : figure_judges_times() ? NOT_SO
                                   : "(a busy machine?)");
    holds = holds && !(late && figure_judges_times());
}

void figure_quantile(const char *what, const struct times *times,
                     const struct times *baseline, double fraction,
                     double ratio, double wait)
{
    double other = times_quantile(baseline, fraction);
    char rule[96], theirs[48];

    snprintf(rule, sizeof rule, " (%g x %s)", ratio, number(theirs, other, ""));
    judge_time(what, times_quantile(times, fraction),
               ratio * other + FIGURE_GRAIN_MS + wait, rule);
}

void figure_times(const char *what, const struct times *times,
                  const struct times *baseline, double ratio)
{
    char line[64];

    snprintf(line, sizeof line, "%s, median", what);
    figure_quantile(line, times, baseline, 0.5, ratio, 0);
    snprintf(line, sizeof line, "%s, 99th percentile", what);
    figure_quantile(line, times, baseline, 0.99, ratio, 0);
}

void figure_wait(const char *what, double milliseconds, double timer)
{
    judge_time(what, milliseconds, timer + FIGURE_SLACK_MS, "");
}

void figure_note(const char *what, double value, const char *unit)
{
    char got[48];

    record(what, number(got, value, unit), "", "");
}

void figure_skip(const char *what, const char *reason)
{
    record(what, "skipped", reason, "");
}

static int compare_rows(const char *one, const char *two)
{
    size_t len = strcspn(one, "\t"), other = strcspn(two, "\t");

    return strncmp(one, two, 1 + (len < other ? len : other));
}

/* For qsort: lines of a row keep their order, which is that of their addresses.
 */
static int by_row(const void *a, const void *b)
{
    const char *const *one = a, *const *two = b;
    int order = compare_rows(*one, *two);

    return order != 0 ? order : (*one > *two) - (*one < *two);
}

/* Prints the figures of each row, then again those outside their limits. */
static void print_table(const char *const *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int len = (int)strcspn(sorted[i], "\t");

        if (i == 0 || compare_rows(sorted[i - 1], sorted[i]) != 0)
            printf("%.*s\n", len, sorted[i]);
        fputs(sorted[i] + len + 1, stdout);
    }
    for (size_t i = 0; i < count; i++) {
        int len = (int)strcspn(sorted[i], "\t");

        if (strstr(sorted[i] + len, NOT_SO) != NULL)
            printf("\n" NOT_SO ": %.*s\n%s", len, sorted[i],
                   sorted[i] + len + 1);
    }
}

static void print_all(void)
{
    enum { LINES = 2048 };
    static char lines[LINES][LINE_SIZE];
    const char *sorted[LINES];
    FILE *file = open_file("r");
    size_t count = 0;

    while (file != NULL && count < LINES &&
           fgets(lines[count], LINE_SIZE, file) != NULL) {
        sorted[count] = lines[count];
        count += strchr(lines[count], '\t') != NULL;
    }
    if (file != NULL)
        fclose(file);
    qsort(sorted, count, sizeof sorted[0], by_row);
    puts("");
    print_table(sorted, count);
}

int figures_begin(const char *name)
{
    static const char *const parts[] = {"out", "logs"};
    char path[128];

    if (temp_folder(run_dir, sizeof run_dir, name) != 0) {
        fprintf(stderr,
                "cannot make a folder for this run: %s: set TMPDIR to a "
                "folder that you can write to\n",
                strerror(errno));
        return -1;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", run_dir, parts[i]);
        if (mkdir(path, 0700) != 0) {
            perror(path);
            return -1;
        }
    }
    return 0;
}

void figures_end(void)
{
    print_all();
    if (tree_remove(run_dir) != 0)
        perror(run_dir);
}
