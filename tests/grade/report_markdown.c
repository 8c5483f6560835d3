/* SPDX-License-Identifier: MIT */
/* The report for a web page: a comment on a pull request, a CI summary. */
#include <string.h>

#include "tests/grade/ladder.h"
#include "tests/grade/report.h"
#include "tests/grade/todo.h"

/* Prints TEXT with the special characters of Markdown and HTML escaped. */
static void put_plain(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_{}[]<>#|&", *text) != NULL)
            fprintf(out, "&#%d;", (unsigned char)*text);
        else
            fputc(*text, out);
    }
}

static void put_row(FILE *out, const struct report *r, int i)
{
    const struct result *result = &r->results[i];

    fprintf(out, "| %s | %s", report_state(r, i), ladder[i].id);
    fprintf(out, " | %d of %d | ",
            result->verdict == PASSED ? ladder[i].points : 0, ladder[i].points);
    put_plain(out, ladder[i].title);
    if (result->verdict == SKIPPED)
        fprintf(out, " (fix %s first)", result->fix_first);
    fprintf(out, " |\n");
}

/*
 * A code block. Every line of TEXT is indented by four spaces or more, so none
 * of them can end the block.
 */
static void put_block(FILE *out, const char *text)
{
    fprintf(out, "\n``````````text\n%s``````````\n", text);
}

static void put_details(FILE *out, const struct report *r, int i)
{
    const struct result *result = &r->results[i];

    fprintf(out, "\n### %s ", ladder[i].id);
    put_plain(out, ladder[i].title);
    fprintf(out, "\n");
    put_block(out, result->steps);
    if (result->verdict != FAILED)
        return;
    fprintf(out, "\n**Expected** ");
    put_plain(out, result->expected);
    fprintf(out, "  \n**Got** ");
    put_plain(out, result->got);
    fprintf(out, "  \n**Cause** (%s) ", reason_word(result->reason));
    put_plain(out, result->cause);
    if (todo_see(r, i)[0] != '\0') {
        fprintf(out, "  \n**See** ");
        put_plain(out, todo_see(r, i));
    }
    fprintf(out, "  \n**Again** `%s`\n", report_rerun_command(r, i));
}

void report_markdown(FILE *out, const struct report *r)
{
    fprintf(out, "# The chat lab, with %s\n\nGroup: ", r->crypto);
    for (int i = 0; i < r->group.count; i++) {
        fputs(i > 0 ? ", " : "", out);
        put_plain(out, r->group.names[i]);
    }
    fprintf(out, "%s  \n", r->group.count == 0 ? "no names" : "");
    put_plain(out, report_summary(r));
    fprintf(out, "\n\n");
    for (int i = 0; i < REPORT_NOTES && r->notes[i] != NULL; i++) {
        fprintf(out, "Note: ");
        put_plain(out, r->notes[i]);
        fprintf(out, "\n\n");
    }
    fprintf(out, "| | check | points | |\n|---|---|---|---|\n");
    for (int i = 0; i < ladder_size; i++) {
        if (r->selected[i])
            put_row(out, r, i);
    }
    for (int i = 0; i < ladder_size; i++) {
        enum verdict verdict = r->results[i].verdict;

        if (r->selected[i] &&
            (verdict == FAILED || (r->verbose && verdict == PASSED)))
            put_details(out, r, i);
    }
}
