/* SPDX-License-Identifier: MIT */
/* The report in the XML that CI systems read. */
#include <stdbool.h>
#include <string.h>

#include "tests/grade/ladder.h"
#include "tests/grade/report.h"
#include "tests/grade/todo.h"

/* U+FFFE and U+FFFF, the only characters of printable text that XML forbids. */
static bool is_forbidden(const char *at)
{
    return strncmp(at, "\xef\xbf\xbe", 3) == 0 ||
           strncmp(at, "\xef\xbf\xbf", 3) == 0;
}

/* Prints TEXT for an element or an attribute. It has no control characters. */
static void put_xml(FILE *out, const char *text)
{
    for (; *text != '\0'; text += is_forbidden(text) ? 3 : 1) {
        if (is_forbidden(text))
            fprintf(out, "&#xFFFD;");
        else if (strchr("<>&\"'", *text) != NULL)
            fprintf(out, "&#%d;", *text);
        else if ((unsigned char)*text >= ' ' || *text == '\n')
            fputc(*text, out);
    }
}

static void put_failure(FILE *out, const struct report *r, int i)
{
    const struct result *result = &r->results[i];

    fprintf(out, "    <failure type=\"%s\" message=\"",
            reason_word(result->reason));
    put_xml(out, result->cause);
    fprintf(out, "\">");
    put_xml(out, result->steps);
    fprintf(out, "expected: ");
    put_xml(out, result->expected);
    fprintf(out, "\ngot: ");
    put_xml(out, result->got);
    if (todo_see(r, i)[0] != '\0') {
        fprintf(out, "\nsee: ");
        put_xml(out, todo_see(r, i));
    }
    fprintf(out, "\nagain: ");
    put_xml(out, report_rerun_command(r, i));
    fprintf(out, "</failure>\n");
}

static void put_case(FILE *out, const struct report *r, int i)
{
    const struct result *result = &r->results[i];

    fprintf(out, "  <testcase classname=\"%s\" name=\"%s ",
            ladder_heading_of(i), ladder[i].id);
    put_xml(out, ladder[i].title);
    fprintf(out, "\" time=\"%d.%03d\">\n", result->milliseconds / 1000,
            result->milliseconds % 1000);
    if (result->verdict == SKIPPED)
        fprintf(out, "    <skipped message=\"fix %s first\"/>\n",
                result->fix_first);
    else if (result->verdict != PASSED)
        put_failure(out, r, i);
    if (r->verbose && result->verdict == PASSED) {
        fprintf(out, "    <system-out>");
        put_xml(out, result->steps);
        fprintf(out, "</system-out>\n");
    }
    fprintf(out, "  </testcase>\n");
}

void report_junit(FILE *out, const struct report *r)
{
    fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                 "<testsuite name=\"chat lab, ");
    put_xml(out, r->crypto);
    fprintf(out, "\" tests=\"%d\" failures=\"%d\" skipped=\"%d\">\n",
            r->passed + r->failed + r->skipped, r->failed, r->skipped);
    fprintf(out, "  <properties>\n"
                 "    <property name=\"summary\" value=\"");
    put_xml(out, report_summary(r));
    fprintf(out,
            "\"/>\n"
            "    <property name=\"score\" value=\"%d\"/>\n"
            "    <property name=\"attempt\" value=\"%d\"/>\n"
            "    <property name=\"checks\" value=\"%d\"/>\n",
            r->score, r->attempt.made ? 100 : 0, r->points);
    for (int i = 0; i < REPORT_NOTES && r->notes[i] != NULL; i++) {
        fprintf(out, "    <property name=\"note\" value=\"");
        put_xml(out, r->notes[i]);
        fprintf(out, "\"/>\n");
    }
    fprintf(out, "  </properties>\n");
    for (int i = 0; i < ladder_size; i++) {
        if (r->selected[i])
            put_case(out, r, i);
    }
    fprintf(out, "</testsuite>\n");
}
