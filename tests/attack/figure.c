/* SPDX-License-Identifier: MIT */
/* One file that all tests of a run add lines to; the table is that file. */
#include "tests/attack/figure.h"

#include <check.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_SO "NOT SO"

char run_dir[64];

static char current[96] = "?"; /* the row */
static bool holds = true;      /* every figure of it so far */

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

/* One line, in one piece: rows of several tests come at the same time. */
static void keep(const char *what, const char *value, const char *limit,
                 const char *verdict)
{
    char line[256];
    FILE *file = open_file("a");

    ck_assert_ptr_nonnull(file);
    snprintf(line, sizeof line, "%s|%s|%s|%s|%s\n", current, what, value, limit,
             verdict);
    fputs(line, file);
    ck_assert_int_eq(fclose(file), 0);
}

/* As few digits as say something: 0.84, 12.5, 1024. */
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
    keep(what, number(got, value, unit), wanted, good ? "" : NOT_SO);
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
    ck_assert_msg(holds, "%s: see the table", current);
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

/* Keeps a time with its LIMIT, which is made as RULE says. */
static void judge_time(const char *what, double ms, double limit,
                       const char *rule)
{
    char got[48], line[48], wanted[128];
    bool late = !(ms <= limit);

    snprintf(wanted, sizeof wanted, "at most %s%s", number(line, limit, "ms"),
             rule);
    keep(what, number(got, ms, "ms"), wanted,
         !late                   ? ""
         : figure_judges_times() ? NOT_SO
                                 : "(a busy machine?)");
    holds = holds && !(late && figure_judges_times());
}

void figure_quantile(const char *what, const struct times *times,
                     const struct times *innocent, double fraction,
                     double ratio, double wait)
{
    double other = times_quantile(innocent, fraction);
    char rule[96], theirs[48];

    snprintf(rule, sizeof rule, " (%g x %s)", ratio, number(theirs, other, ""));
    judge_time(what, times_quantile(times, fraction),
               ratio * other + FIGURE_GRAIN_MS + wait, rule);
}

void figure_times(const char *what, const struct times *times,
                  const struct times *innocent, double ratio)
{
    char line[64];

    snprintf(line, sizeof line, "%s, median", what);
    figure_quantile(line, times, innocent, 0.5, ratio, 0);
    snprintf(line, sizeof line, "%s, 99th percentile", what);
    figure_quantile(line, times, innocent, 0.99, ratio, 0);
}

void figure_wait(const char *what, double milliseconds, double timer)
{
    judge_time(what, milliseconds, timer + FIGURE_SLACK_MS, "");
}

void figure_note(const char *what, double value, const char *unit)
{
    char got[48];

    keep(what, number(got, value, unit), "", "");
}

void figure_skip(const char *what, const char *reason)
{
    keep(what, "skipped", reason, "");
}

/* A line of the file, taken apart at its bars. */
struct cells {
    char *row, *what, *value, *limit, *verdict;
};

/* False for a line that was cut. */
static bool take_apart(struct cells *cells, char *line)
{
    char **cell[] = {&cells->row, &cells->what, &cells->value, &cells->limit,
                     &cells->verdict};

    for (size_t i = 0; i < sizeof cell / sizeof cell[0]; i++) {
        *cell[i] = line;
        line += strcspn(line, "|\n");
        if (*line == '\0')
            return false;
        *line++ = '\0';
    }
    return true;
}

static int by_row(const void *a, const void *b)
{
    const char *const *one = a, *const *two = b;
    size_t len = strcspn(*one, "|"), other = strcspn(*two, "|");
    int order = strncmp(*one, *two, len < other ? len : other);

    if (order != 0)
        return order;
    /* Lines of one row as they came: they lie in one block of memory. */
    return len != other ? (len > other) - (len < other)
                        : (*one > *two) - (*one < *two);
}

/* The lines under each row, then once more those that do not hold. */
static void print_table(const struct cells *cells, size_t count)
{
    const char *row = "";

    for (const struct cells *c = cells; c < cells + count; c++) {
        if (strcmp(row, c->row) != 0)
            printf("%s\n", c->row);
        row = c->row;
        printf("    %-44s %16s   %-28s %s\n", c->what, c->value, c->limit,
               c->verdict);
    }
    for (const struct cells *c = cells; c < cells + count; c++) {
        if (strcmp(c->verdict, NOT_SO) == 0)
            printf("\n" NOT_SO ": %s\n    %s: %s, must be %s\n", c->row,
                   c->what, c->value, c->limit);
    }
}

void figures_print(void)
{
    enum { LINES = 2048, SIZE = 256 };
    static char lines[LINES][SIZE];
    static struct cells cells[LINES];
    const char *sorted[LINES];
    FILE *file = open_file("r");
    size_t count = 0, whole = 0;

    while (file != NULL && count < LINES &&
           fgets(lines[count], SIZE, file) != NULL) {
        sorted[count] = lines[count];
        count++;
    }
    if (file != NULL)
        fclose(file);
    qsort(sorted, count, sizeof sorted[0], by_row);
    for (size_t i = 0; i < count; i++)
        whole += take_apart(&cells[whole], (char *)sorted[i]);
    puts("");
    print_table(cells, whole);
}
