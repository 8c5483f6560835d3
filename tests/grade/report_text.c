/* SPDX-License-Identifier: MIT */
/* The report as a student reads it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/grade/ladder.h"
#include "tests/grade/report.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/todo.h"

/* Colour sequences; empty if OUT is not a terminal. */
struct paint {
    const char *good, *bad, *dim, *off;
};

static struct paint paint_for(FILE *out)
{
    static const struct paint plain = {"", "", "", ""};
    static const struct paint colours = {"\033[32m", "\033[1;31m", "\033[2m",
                                         "\033[0m"};

    return isatty(fileno(out)) && getenv("NO_COLOR") == NULL ? colours : plain;
}

static void print_check(FILE *out, const struct paint *paint,
                        const struct report *r, int i)
{
    const struct result *result = &r->results[i];
    const struct check *check = &ladder[i];

    switch (result->verdict) {
    case PASSED:
        fprintf(out, "  %sok%s      %-6s %2d  %s\n", paint->good, paint->off,
                check->id, check->points, check->title);
        break;
    case SKIPPED:
        fprintf(out, "  %s-       %-6s %2d  %s (skipped: fix %s first)%s\n",
                paint->dim, check->id, check->points, check->title,
                result->fix_first, paint->off);
        break;
    default:
        fprintf(out, "  %sFAILED%s  %-6s %2d  %s%s%s\n", paint->bad, paint->off,
                check->id, check->points, check->title,
                result->reason != WRONG ? ": " : "",
                result->reason != WRONG ? reason_word(result->reason) : "");
    }
    if (result->note[0] != '\0')
        fprintf(out, "          note: %s\n", result->note);
}

/*
 * How many checks from I on, under one heading, were skipped because of the
 * same check. They are printed in one line: their titles do not matter yet.
 */
static int count_skipped(const struct report *r, int i)
{
    int n = 0;

    while (i + n < ladder_size && r->selected[i + n] &&
           (n == 0 || ladder_heading(i + n) == NULL) &&
           r->results[i + n].verdict == SKIPPED &&
           strcmp(r->results[i + n].fix_first, r->results[i].fix_first) == 0)
        n++;
    return n;
}

static void print_skipped(FILE *out, const struct paint *paint,
                          const struct report *r, int i, int n)
{
    int points = 0;

    for (int k = i; k < i + n; k++)
        points += ladder[k].points;
    fprintf(out, "  %s-       %s to %s, %d point%s, skipped: fix %s first%s\n",
            paint->dim, ladder[i].id, ladder[i + n - 1].id, points,
            points == 1 ? "" : "s", r->results[i].fix_first, paint->off);
}

/* Prints NAME, then TEXT, wrapped. */
static void print_wrapped(FILE *out, const char *name, const char *text)
{
    fprintf(out, "    %-10s", name);
    report_wrap(out, 14, text);
}

/*
 * The first check that has failed from the same cause as check I, often I.
 * Crashes in the same line have the same cause, whatever the program did.
 */
static int first_of_cause(const struct report *r, int i)
{
    const struct result *result = &r->results[i];

    for (int k = 0; k < i; k++) {
        const struct result *other = &r->results[k];

        if (other->verdict == FAILED && other->reason == result->reason &&
            (strcmp(other->cause, result->cause) == 0 ||
             (result->reason == SANITIZER &&
              strcmp(other->got, result->got) == 0)))
            return k;
    }
    return i;
}

static void print_details(FILE *out, const struct paint *paint,
                          const struct report *r, int i)
{
    const struct result *result = &r->results[i];
    const struct check *check = &ladder[i];
    const char *no_points = ladder_no_points(i);
    int first = first_of_cause(r, i);

    fprintf(out, "\n%s--- %s  %s%s\n", paint->dim, check->id, check->title,
            paint->off);
    if (result->verdict == FAILED && first != i && !r->verbose) {
        fprintf(out, "    cause     %sthe same as in %s%s (V=1 shows all)\n",
                paint->bad, ladder[first].id, paint->off);
        return;
    }
    fprintf(out, "%s", result->steps);
    if (result->verdict == PASSED)
        return;
    if (no_points != NULL)
        fprintf(out, "    points    0: %s\n", no_points);
    if (result->expected[0] > ' ')
        print_wrapped(out, "expected", result->expected);
    if (result->got[0] > ' ')
        print_wrapped(out, "got", result->got);
    fputs(paint->bad, out);
    print_wrapped(out, "cause", result->cause);
    fputs(paint->off, out);
    if (todo_see(r, i)[0] != '\0')
        print_wrapped(out, "see", todo_see(r, i));
    print_wrapped(out, "again", report_rerun_command(r, i));
}

/* Prints what to fix first. It comes last, where the student looks. */
static void print_next(FILE *out, const struct report *r)
{
    char text[TODO_SEE + 8];
    int i = report_next(r);

    if (i < 0)
        return;
    snprintf(text, sizeof text, "%s: %s", ladder[i].id, r->results[i].cause);
    fprintf(out, "Next: ");
    report_wrap(out, 6, text);
    if (todo_see(r, i)[0] != '\0') {
        snprintf(text, sizeof text, "See %s", todo_see(r, i));
        fprintf(out, "      ");
        report_wrap(out, 6, text);
    }
    fprintf(out, "      Again: %s\n", report_rerun_command(r, i));
    /* Only programs outside a sandbox can be traced, and only if they run. */
    if (sandbox.kind == SANDBOX_NONE && ladder[i].id[0] != 'B')
        fprintf(out, "      To see it in a browser: %s TRACE=1\n",
                report_rerun_command(r, i));
    fprintf(out, "\n");
}

static void print_names(FILE *out, const struct report *r)
{
    fprintf(out, "Group: ");
    for (int i = 0; i < r->group.count; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "", r->group.names[i]);
    fprintf(out, "%s\n",
            r->group.count == 0 ? "(no names: write them in GROUP)" : "");
}

void report_text(FILE *out, const struct report *r)
{
    struct paint paint = paint_for(out);
    bool untouched = !r->attempt.made && !r->missing && r->only == NULL;

    fprintf(out, "Grading %s/ with %s, sandbox %s\n",
            report_path(r->submission), r->crypto, r->sandbox);
    if (r->only == NULL)
        fprintf(out,
                "check, points, what it checks (0 points: others need it, or "
                "the kit does it)\n");
    for (int i = 0; i < REPORT_NOTES && r->notes[i] != NULL; i++) {
        fprintf(out, "Note: ");
        report_wrap(out, 6, r->notes[i]);
    }
    for (int i = 0; i < ladder_size; i++) {
        int skipped = r->verbose ? 0 : count_skipped(r, i);

        if (ladder_heading(i) != NULL && r->only == NULL)
            fprintf(out, "\n%s\n", ladder_heading(i));
        if (skipped > 2) {
            print_skipped(out, &paint, r, i, skipped);
            i += skipped - 1;
        } else if (r->selected[i]) {
            print_check(out, &paint, r, i);
        }
    }
    /* No details if nothing was attempted: everything fails then. */
    for (int i = 0; i < ladder_size; i++) {
        enum verdict verdict = r->results[i].verdict;

        /* Includes failed checks that a selected check needs. */
        if ((verdict == FAILED && !untouched) ||
            (r->verbose && r->selected[i] && verdict != SKIPPED &&
             verdict != NOT_RUN))
            print_details(out, &paint, r, i);
    }
    fputc('\n', out);
    if (r->only == NULL && r->attempt.made)
        print_next(out, r);
    else if (r->only == NULL)
        todo_print(out, r);
    print_names(out, r);
    fprintf(out, "%s\n", report_summary(r));
}
