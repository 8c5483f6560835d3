/* SPDX-License-Identifier: MIT */
/* The report for programs: gradebooks, autograders, plots. */
#include <cjson/cJSON.h>
#include <string.h>

#include "tests/grade/ladder.h"
#include "tests/grade/report.h"
#include "tests/grade/todo.h"

static void add_text(cJSON *to, const char *name, const char *text)
{
    if (text[0] > ' ')
        cJSON_AddStringToObject(to, name, text);
}

static cJSON *check_object(const struct report *r, int i)
{
    const struct result *result = &r->results[i];
    const struct check *check = &ladder[i];
    bool passed = result->verdict == PASSED;
    cJSON *one = cJSON_CreateObject();

    cJSON_AddStringToObject(one, "id", check->id);
    cJSON_AddStringToObject(one, "group", ladder_heading_of(i));
    cJSON_AddStringToObject(one, "title", check->title);
    add_text(one, "section", check->section);
    cJSON_AddStringToObject(one, "state", report_state(r, i));
    cJSON_AddNumberToObject(one, "points", passed ? check->points : 0);
    cJSON_AddNumberToObject(one, "max_points", check->points);
    cJSON_AddNumberToObject(one, "milliseconds", result->milliseconds);
    if (result->verdict == SKIPPED)
        cJSON_AddStringToObject(one, "fix_first", result->fix_first);
    if (result->verdict == FAILED)
        cJSON_AddStringToObject(one, "reason", reason_word(result->reason));
    if (result->verdict == FAILED)
        add_text(one, "see", todo_see(r, i));
    add_text(one, "cause", result->cause);
    add_text(one, "expected", result->expected);
    add_text(one, "got", result->got);
    add_text(one, "note", result->note);
    if (result->verdict == FAILED || r->verbose)
        add_text(one, "transcript", result->steps);
    return one;
}

void report_json(FILE *out, const struct report *r)
{
    cJSON *all = cJSON_CreateObject(), *checks, *notes;
    cJSON *names = cJSON_AddArrayToObject(all, "group");
    char *text;

    for (int i = 0; i < r->group.count; i++)
        cJSON_AddItemToArray(names, cJSON_CreateString(r->group.names[i]));
    cJSON_AddStringToObject(all, "submission", report_path(r->submission));
    cJSON_AddStringToObject(all, "crypto", r->crypto);
    cJSON_AddStringToObject(all, "summary", report_summary(r));
    cJSON_AddStringToObject(all, "sandbox", r->sandbox);
    cJSON_AddStringToObject(all, "grading", r->grading);
    cJSON_AddNumberToObject(all, "score", r->score);
    cJSON_AddNumberToObject(all, "attempt", r->attempt.made ? 100 : 0);
    cJSON_AddStringToObject(all, "attempt_why", r->attempt.why);
    cJSON_AddNumberToObject(all, "checks", r->points);
    cJSON_AddNumberToObject(all, "checks_max", r->possible);
    cJSON_AddNumberToObject(all, "unfinished", r->unfinished);
    if (report_next(r) >= 0)
        cJSON_AddStringToObject(all, "next", ladder[report_next(r)].id);
    notes = cJSON_AddArrayToObject(all, "notes");
    for (int i = 0; i < REPORT_NOTES && r->notes[i] != NULL; i++)
        cJSON_AddItemToArray(notes, cJSON_CreateString(r->notes[i]));
    checks = cJSON_AddArrayToObject(all, "results");
    for (int i = 0; i < ladder_size; i++) {
        if (r->selected[i])
            cJSON_AddItemToArray(checks, check_object(r, i));
    }
    text = cJSON_Print(all);
    if (text != NULL)
        fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(all);
}
