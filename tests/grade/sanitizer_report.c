/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem */
#include "tests/grade/sanitizer_report.h"

#include <stdio.h>
#include <string.h>

#include "tests/grade/transcript.h"

/* Finds the first line of the student's code in REPORT: "sender.c:41". */
static bool find_place(char *out, size_t out_size, const char *report)
{
    static const char *const files[] = {"sender.c:", "receiver.c:"};
    const char *best = NULL;

    for (int i = 0; i < 2; i++) {
        const char *at = strstr(report, files[i]);

        if (at != NULL && (best == NULL || at < best))
            best = at;
    }
    if (best == NULL)
        return false;
    snprintf(out, out_size, "%.*s",
             (int)(strchr(best, ':') - best + 1 +
                   strspn(strchr(best, ':') + 1, "0123456789")),
             best);
    return true;
}

/*
 * Finds the function of PLACE in its frame: "... in read_m4 /path/sender.c:41".
 * The first line of a report may have the place without the function.
 */
static void find_function(char *out, size_t out_size, const char *report,
                          const char *place)
{
    const char *line = report;

    out[0] = '\0';
    while (out[0] == '\0' && *line != '\0') {
        size_t len = strcspn(line, "\n");
        const char *at = strstr(line, place), *in = strstr(line, " in ");

        if (at != NULL && at < line + len && in != NULL && in < at)
            snprintf(out, out_size, " (%s)",
                     printable(in + 4, strcspn(in + 4, " \n")));
        line += len + (line[len] == '\n');
    }
}

/*
 * Finds the variable of the stack that ends where the bad access is:
 *
 *     Address 0x7ffe... is located in stack of thread T0 at offset 125 in frame
 *       This frame has 2 object(s):
 *         [48, 125) 'sealed' (line 173)
 *
 * Returns its name, with quotes and line, and sets LEN; or NULL. (The mark
 * "<==" may be at the next variable.)
 */
static const char *find_variable(size_t *len, const char *report)
{
    const char *at = strstr(report, " at offset ");
    unsigned long offset, begin, end;

    if (at == NULL || sscanf(at, " at offset %lu in frame", &offset) != 1)
        return NULL;
    while ((at = strstr(at, "\n    [")) != NULL) {
        const char *name;

        at += 5;
        name = strchr(at, '\'');
        if (sscanf(at, "[%lu, %lu)", &begin, &end) != 2 || name == NULL)
            return NULL;
        if (end == offset) {
            *len = strcspn(name, ")\n") + 1;
            return name;
        }
    }
    return NULL;
}

/* Whether the first frame of REPORT is a function for strings: strlen... */
static bool reads_string(const char *report)
{
    const char *first = strstr(report, "#0 ");

    return strstr(report, "READ of size") != NULL && first != NULL &&
           memmem(first, strcspn(first, "\n"), "_str", 4) != NULL;
}

/* Appends which variable was overrun, and why. */
static void add_variable(char *out, size_t out_size, const char *report)
{
    size_t n = strlen(out), len;
    const char *name = find_variable(&len, report);

    if (name == NULL)
        return;
    n += (size_t)snprintf(out + n, out_size - n, ", beyond the end of %s",
                          printable(name, len));
    if (n < out_size && reads_string(report))
        snprintf(out + n, out_size - n, ": a string without a zero byte%s",
                 strncmp(name, "'sealed'", 8) == 0
                     ? ", as if nothing had been written into it "
                       "(kit_box_encode does that)"
                     : ". A kit_text has no terminating zero: use its len");
}

/* Appends where the memory was freed that is used again. */
static void add_free(char *out, size_t out_size, const char *report)
{
    const char *freed = strstr(report, "\nfreed by thread"), *end;
    char stack[4096], place[64], function[128];
    size_t n = strlen(out);

    if (freed == NULL)
        return;
    end = strstr(freed, "previously allocated by");
    snprintf(stack, sizeof stack, "%.*s",
             end != NULL ? (int)(end - freed) : (int)sizeof stack, freed);
    if (!find_place(place, sizeof place, stack))
        return;
    find_function(function, sizeof function, stack, place);
    snprintf(out + n, out_size - n,
             ", which was freed in %s%s: free only what you have created, and "
             "copy what you need longer",
             place, function);
}

static void describe(char *out, size_t out_size, const char *kind, size_t len,
                     const char *report)
{
    char place[64], function[128];

    if (find_place(place, sizeof place, report)) {
        find_function(function, sizeof function, report, place);
        snprintf(out, out_size, "%s in %s%s", printable(kind, len), place,
                 function);
        add_variable(out, out_size, report);
        add_free(out, out_size, report);
    } else {
        snprintf(out, out_size, "%s (in code that your program calls)",
                 printable(kind, len));
    }
}

bool sanitizer_report_summary(char *out, size_t out_size, const char *text)
{
    static const char asan[] = "ERROR: AddressSanitizer: ";
    static const char lsan[] = "ERROR: LeakSanitizer: ";
    static const char ubsan[] = ": runtime error: ";
    const char *at;

    if ((at = strstr(text, asan)) != NULL) {
        at += sizeof asan - 1;
        describe(out, out_size, at, strcspn(at, " \n"), at);
    } else if ((at = strstr(text, lsan)) != NULL) {
        describe(out, out_size, "memory leak", 11, at);
    } else if ((at = strstr(text, ubsan)) != NULL) {
        const char *line = at;

        while (line > text && line[-1] != '\n')
            line--;
        at += sizeof ubsan - 1;
        describe(out, out_size, at, strcspn(at, "\n"), line);
    } else if (strstr(text, "hard rss limit exhausted") != NULL) {
        snprintf(out, out_size, "more than 512 MB of memory in use");
    } else {
        return false;
    }
    return true;
}

static const char no_leaks[] = "LeakSanitizer has encountered a fatal error";

bool sanitizer_report_no_leak_check(const char *text)
{
    return strstr(text, no_leaks) != NULL;
}

const char *sanitizer_report_no_start(const char *text)
{
    static const char *const messages[] = {
        "Sanitizer failed to allocate",
        "ReserveShadowMemoryRange failed",
        "Shadow memory range interleaves",
        "AddressSanitizer:DEADLYSIGNAL\nAddressSanitizer:DEADLYSIGNAL",
    };

    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        const char *at = strstr(text, messages[i]);

        if (at != NULL)
            return printable(at, strcspn(at, "\n"));
    }
    return NULL;
}
