/* SPDX-License-Identifier: MIT */
#include "tests/grade/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/show.h"
#include "tests/grade/ladder.h"
#include "tests/grade/workspace.h"

static const struct {
    const char *name;
    report_writer *writer;
} formats[] = {
    {"text", report_text},
    {"json", report_json},
    {"markdown", report_markdown},
    {"junit", report_junit},
};

report_writer *report_writer_find(const char *format)
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

        if (!r->selected[i])
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

const char *report_summary(const struct report *r)
{
    static char text[sizeof r->attempt.why + 160];
    char checks[64], why[sizeof r->attempt.why + 8] = "";
    const char *yes = r->attempt.made ? "yes" : "no";

    snprintf(checks, sizeof checks, "Checks: %d of %d%s %s", r->passed,
             r->passed + r->failed + r->skipped,
             r->only != NULL ? " in ONLY" : "",
             r->passed == 1 ? "passes" : "pass");
    if (!r->attempt.made)
        snprintf(why, sizeof why, " (%s)", r->attempt.why);
    if (strcmp(r->grading, "checks") == 0)
        snprintf(text, sizeof text, "%s, %d of %d points. Attempt: %s%s.",
                 checks, r->points, r->possible, yes, why);
    else
        snprintf(text, sizeof text, "Attempt: %s, %d of 100%s. %s.", yes,
                 r->attempt.made ? 100 : 0, why, checks);
    return text;
}

/* --- What to fix first ---------------------------------------------------- */

enum {
    MANY = 8,       /* checks that wait: more do for M5-03 and X-01 */
    RANK_COSTS = 3, /* see rank */
};

/* How many checks were skipped because check I has failed. */
static int count_waiting(const struct report *r, int i)
{
    int n = 0;

    for (int k = 0; k < ladder_size; k++)
        n += r->results[k].verdict == SKIPPED &&
             strcmp(r->results[k].fix_first, ladder[i].id) == 0;
    return n;
}

/*
 * How early to look at failed check I; 0 is the first. Crashes and causes that
 * name a mistake come first: those of a check that many others wait for, those
 * of one that a few wait for, other crashes (which have a line number), other
 * mistakes that cost points, and at last those in checks without points
 * (warnings, and code that the kit gives). Then come causes that only tell what
 * happened ("exited too early"), which may be consequences, and TODOs that are
 * not written yet: again those of a check that many others wait for first.
 */
static int rank(const struct report *r, int i)
{
    enum reason reason = r->results[i].reason;
    bool crash = reason == SIGNALLED || reason == SANITIZER;
    int waiting = count_waiting(r, i);

    if (!crash && reason != WRONG)
        return waiting >= MANY ? 5 : waiting > 0 ? 6 : 7;
    if (waiting > 0)
        return waiting >= MANY ? 0 : 1;
    return crash ? 2 : ladder[i].points > 0 ? RANK_COSTS : 4;
}

/* Whether to look at check I before K, which is earlier in the ladder. With
   equal ranks K comes first; but of the mistakes that only cost points, the one
   that costs more breaks more. */
static bool comes_before(const struct report *r, int i, int k)
{
    int one = rank(r, i), other = rank(r, k);

    if (one == RANK_COSTS && other == RANK_COSTS)
        return ladder[i].points > ladder[k].points;
    return one < other;
}

int report_next(const struct report *r)
{
    int next = -1;

    for (int i = 0; i < ladder_size; i++) {
        if (!r->selected[i] || r->results[i].verdict != FAILED)
            continue;
        if (next < 0 || comes_before(r, i, next))
            next = i;
    }
    return next;
}

/* --- The file ------------------------------------------------------------- */

static int cannot_write(const char *path)
{
    kit_error("cannot write the report %s: %s: choose a folder that you can "
              "write to and that has space",
              path, strerror(errno));
    return -1;
}

/*
 * Whether PATH has the name of a file that students write: *.c, *.h or GROUP.
 * It may be their only copy. (On macOS Sender.C and sender.c are the same
 * file.)
 */
static bool is_student_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t len = strlen(name);

    return strcasecmp(name, "GROUP") == 0 ||
           (len > 2 && name[len - 2] == '.' && strchr("chCH", name[len - 1]));
}

/*
 * Whether PATH is a device or a pipe, which is written to and never replaced.
 * /dev/stdout counts even if it is redirected to a file.
 */
static bool is_stream(const char *path)
{
    struct stat st;

    if (strncmp(path, "/dev/std", 8) == 0 || strncmp(path, "/dev/fd/", 8) == 0)
        return true;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int report_remove_old(const char *path)
{
    char folder[PATH_SIZE];
    char *slash;

    if (path == NULL || is_stream(path))
        return 0;
    if (is_student_file(path)) {
        kit_error(
            "REPORT=%s: a file with this name may be part of a submission and "
            "would be lost: choose another name, for example report.txt",
            path);
        return -1;
    }
    if (unlink(path) != 0 && errno != ENOENT)
        return cannot_write(path);
    path_format(folder, "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL)
        path_format(folder, ".");
    else
        slash[1] = '\0';
    return path[0] == '\0' || access(folder, W_OK) != 0 ? cannot_write(path)
                                                        : 0;
}

/* Writes the report to OUT and closes it. Returns 0, or -1 with errno. */
static int write_all(FILE *out, report_writer *writer,
                     const struct report *report)
{
    bool ok;

    if (out == NULL)
        return -1;
    writer(out, report);
    ok = !ferror(out);
    return fclose(out) == 0 && ok ? 0 : -1;
}

int report_save(const char *path, report_writer *writer,
                const struct report *report)
{
    char temporary[PATH_SIZE];
    int fd;

    if (is_stream(path))
        return write_all(fopen(path, "a"), writer, report) == 0
                   ? 0
                   : cannot_write(path);
    path_format(temporary, "%s.XXXXXX", path);
    fd = mkstemp(temporary);
    if (fd < 0)
        return cannot_write(path);
    if (fchmod(fd, 0644) == 0 &&
        write_all(fdopen(fd, "w"), writer, report) == 0 &&
        rename(temporary, path) == 0)
        return 0;
    (void)cannot_write(path);
    unlink(temporary);
    return -1;
}

/* --- The command to grade a check again ----------------------------------- */

/* Appends TEXT at OUT + N, in single quotes if a shell would change it. */
static size_t quote(char *out, size_t size, size_t n, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,";

    if (text[strspn(text, plain)] == '\0')
        return n + (size_t)snprintf(out + n, size - n, "%s", text);
    n += (size_t)snprintf(out + n, size - n, "'");
    for (; *text != '\0' && n < size - 8; text++)
        n += (size_t)snprintf(out + n, size - n, "%s%c",
                              *text == '\'' ? "'\\'" : "", *text);
    return n + (size_t)snprintf(out + n, size - n, "'");
}

/* The graded folder, as seen from the kit, where make runs. */
static const char *folder_from_kit(const struct report *report)
{
    return access("tests/grade/ladder.c", F_OK) == 0 ? report->submission
                                                     : workspace.source;
}

const char *report_path(const char *path)
{
    static char shown[KIT_SHOWN_SIZE(PATH_SIZE)];

    kit_show(shown, sizeof shown, path, strlen(path));
    return strstr(shown, "\\x") != NULL ? shown : path;
}

const char *report_rerun_command(const struct report *report, int i)
{
    static char command[4 * PATH_SIZE + 256];
    size_t n = (size_t)snprintf(command, sizeof command, "make grade ONLY=%s",
                                ladder[i].id);

    if (strcmp(report->submission, "starter") != 0 ||
        folder_from_kit(report) == workspace.source) {
        n += (size_t)snprintf(command + n, sizeof command - n, " SUBMISSION=");
        n = quote(command, sizeof command, n,
                  report_path(folder_from_kit(report)));
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
