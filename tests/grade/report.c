/* SPDX-License-Identifier: MIT */
/* Sums, formats, and a file that is whole or not there. */
#include "tests/grade/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"
#include "tests/grade/lab.h"
#include "tests/grade/ladder.h"

static const struct {
    const char *name;
    report_writer *writer;
} formats[] = {
    {"text", report_text},
    {"json", report_json},
    {"markdown", report_markdown},
    {"junit", report_junit},
};

report_writer *report_find(const char *format)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, format) == 0)
            return formats[i].writer;
    }
    return NULL;
}

void report_note(struct report *r, const char *note)
{
    for (int i = 0; i < REPORT_NOTES; i++) {
        if (r->notes[i] == NULL) {
            r->notes[i] = note;
            return;
        }
    }
}

void report_count(struct report *r)
{
    for (int i = 0; i < ladder_size; i++) {
        enum verdict verdict = r->results[i].verdict;

        if (!r->wanted[i])
            continue;
        r->possible += ladder[i].points;
        r->points += verdict == PASSED ? ladder[i].points : 0;
        r->passed += verdict == PASSED;
        r->skipped += verdict == SKIPPED;
        r->failed += verdict != PASSED && verdict != SKIPPED;
    }
    r->score = strcmp(r->grading, "checks") == 0 ? r->points
               : r->attempt.made                 ? 100
                                                 : 0;
}

const char *report_state(const struct report *report, int i)
{
    switch (report->results[i].verdict) {
    case PASSED:
        return "pass";
    case SKIPPED:
        return "skip";
    default:
        return "fail";
    }
}

int report_save(const char *path, report_writer *writer,
                const struct report *report)
{
    char beside[LAB_PATH];
    bool well;
    FILE *out;
    int fd;

    lab_path(beside, "%s.XXXXXX", path);
    fd = mkstemp(beside);
    out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (out != NULL) {
        writer(out, report);
        well = !ferror(out) && fchmod(fd, 0644) == 0;
        if (fclose(out) == 0 && well && rename(beside, path) == 0)
            return 0;
        unlink(beside);
    }
    kit_error("cannot write the report %s: %s", path, strerror(errno));
    return -1;
}

/* Appends TEXT at OUT + N, in quotes if a shell would read it differently. */
static size_t quote(char *out, size_t size, size_t n, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,";

    if (text[strspn(text, plain)] == '\0')
        return n + (size_t)snprintf(out + n, size - n, "%s", text);
    n += (size_t)snprintf(out + n, size - n, "'");
    for (; *text != '\0' && n < size - 8; text++)
        n += (size_t)snprintf(out + n, size - n, "%s%c",
                              *text == '\'' ? "'\\'" : "", *text);
    return n + (size_t)snprintf(out + n, size - n, "'");
}

/* The folder that was graded, as make finds it, which runs in the kit. */
static const char *from_kit(const struct report *report)
{
    return access("tests/grade/ladder.c", F_OK) == 0 ? report->submission
                                                     : lab.source;
}

const char *report_again(const struct report *report, int i)
{
    static char command[4 * LAB_PATH + 256];
    size_t n = (size_t)snprintf(command, sizeof command, "make grade ONLY=%s",
                                ladder[i].id);

    if (strcmp(report->submission, "starter") != 0 ||
        from_kit(report) == lab.source) {
        n += (size_t)snprintf(command + n, sizeof command - n, " SUBMISSION=");
        n = quote(command, sizeof command, n, from_kit(report));
    }
    if (strcmp(report->crypto, "libsodium") != 0)
        snprintf(command + n, sizeof command - n, " CRYPTO=%s", report->crypto);
    return command;
}

void report_wrap(FILE *out, int indent, const char *text)
{
    enum { WIDTH = 78 };
    int column = indent;

    for (const char *word = text; *word != '\0';) {
        int len = (int)strcspn(word, " ");

        if (column > indent && column + 1 + len > WIDTH)
            column = fprintf(out, "\n%*s", indent, "") - 1;
        else if (column > indent)
            column += fprintf(out, " ");
        column += fprintf(out, "%.*s", len, word);
        word += len + (word[len] == ' ');
    }
    fputc('\n', out);
}
