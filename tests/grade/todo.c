/* SPDX-License-Identifier: MIT */
#include "tests/grade/todo.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/show.h"
#include "tests/grade/ladder.h"
#include "tests/grade/source.h"
#include "tests/grade/workspace.h"

enum { TODO_TEXT = 400 };

/* The function that each TODO is in. TODO 1 is the first. */
static const struct {
    const char *file, *function;
} todos[] = {
    {"sender.c", "read_chat_response"}, {"sender.c", "seal_text"},
    {"sender.c", "write_chat_message"}, {"receiver.c", "read_chat_message"},
    {"receiver.c", "open_ticket"},      {"receiver.c", "check_fresh"},
    {"receiver.c", "open_message"},
};

enum { TODOS = sizeof todos / sizeof todos[0] };

/* The line of TEXT that AT is in. */
static int line_of(const char *text, const char *at)
{
    int line = 1;

    for (const char *p = text; p < at; p++)
        line += *p == '\n';
    return line;
}

/* Copies the comment from AT to its end, and collapses white space. */
static void copy_text(char out[TODO_TEXT], const char *at)
{
    const char *end = strstr(at, "*/");
    size_t n = 0;
    bool gap = false;

    for (; *at != '\0' && at != end && n < TODO_TEXT - 2; at++) {
        if (isspace((unsigned char)*at) || *at == '*') {
            gap = n > 0;
            continue;
        }
        if (gap)
            out[n++] = ' ';
        gap = false;
        out[n++] = *at;
    }
    out[n] = '\0';
}

/* Prints TODO NUMBER, which check I tests. Returns false if it is not there. */
static bool print_one(FILE *out, const struct report *r, int number, int i)
{
    const char *file = todos[number - 1].file, *why, *at;
    char *source = source_read(&why, r->submission, file), label[24],
         comment[TODO_TEXT], text[KIT_SHOWN_SIZE(TODO_TEXT)];

    snprintf(label, sizeof label, "TODO %d (", number);
    at = source != NULL ? strstr(source, label) : NULL;
    if (at != NULL) {
        copy_text(comment, at);
        kit_show(text, sizeof text, comment, strlen(comment));
        fprintf(out, "  %2d.  %s/%s:%d\n", number, report_path(r->submission),
                file, line_of(source, at));
        fprintf(out, "       ");
        report_wrap(out, 7, text);
        fprintf(out, "       test it: %s\n\n", report_rerun_command(r, i));
    }
    free(source);
    return at != NULL;
}

/* The first check of TODO NUMBER, or -1 if it passed. */
static int failing_check(const struct report *r, int number)
{
    for (int i = 0; i < ladder_size; i++) {
        if (strchr(ladder[i].todo, '0' + number) != NULL)
            return r->results[i].verdict == PASSED ? -1 : i;
    }
    return -1;
}

void todo_print(FILE *out, const struct report *r)
{
    int printed = 0;

    for (int number = 1; number <= TODOS; number++) {
        int i = failing_check(r, number);

        if (i < 0)
            continue;
        if (printed == 0)
            fprintf(out, "What to do, in this order\n\n");
        printed += print_one(out, r, number, i);
    }
}

/* --- Where to look after a failure ---------------------------------------- */

/* Whether the function whose name ends at AT is defined here, not called. */
static bool is_definition(const char *at)
{
    const char *end = *at == '(' ? strchr(at, ')') : NULL;

    return end != NULL && end[1 + strspn(end + 1, " \t\n")] == '{';
}

/* Where FUNCTION is defined in TEXT, or NULL. */
static const char *find_function(const char *text, const char *function)
{
    const char *at = text;

    while (at != NULL && (at = strstr(at, function)) != NULL) {
        const char *name = at;

        at += strlen(function);
        if (name > text && isspace((unsigned char)name[-1]) &&
            is_definition(at))
            return name;
    }
    return NULL;
}

/* The line of FUNCTION in FILE of FOLDER, or 0 if it is not there. */
static int line_of_function(const char *folder, const char *file,
                            const char *function)
{
    const char *why, *at;
    char *text = source_read(&why, folder, file);
    int line = 0;

    at = find_function(text, function);
    if (at != NULL)
        line = line_of(text, at);
    free(text);
    return line;
}

/* The TODO whose function contains LINE of FILE, or 0. */
static int todo_at_line(const char *folder, const char *file, int line)
{
    const char *why;
    char *text = source_read(&why, folder, file);
    int found = 0;

    for (int i = 0; text != NULL && i < TODOS; i++) {
        const char *begin = find_function(text, todos[i].function);
        const char *end = begin != NULL ? strstr(begin, "\n}") : NULL;

        if (end != NULL && strcmp(todos[i].file, file) == 0 &&
            line_of(text, begin) <= line && line <= line_of(text, end + 1))
            found = i + 1;
    }
    free(text);
    return found;
}

/*
 * The TODO that the text at AT names, or 0. The text may be "TODO 2",
 * "seal_text" or "sender.c:91".
 */
static int named_at(const char *folder, const char *at)
{
    for (int i = 0; i < TODOS; i++) {
        const char *function = todos[i].function, *file = todos[i].file;
        size_t len = strlen(file);

        if (strncmp(at, "TODO ", 5) == 0 && at[5] == '1' + i)
            return i + 1;
        if (strncmp(at, function, strlen(function)) == 0)
            return i + 1;
        if (strncmp(at, file, len) == 0 && at[len] == ':')
            return todo_at_line(folder, file, atoi(at + len + 1));
    }
    return 0;
}

enum { TODO_LIST = TODOS + 1 };

/* Appends TODO NUMBER to LIST, such as "75", unless it is there. */
static void add_number(char list[TODO_LIST], int number)
{
    size_t n = strlen(list);

    if (number < 1 || number > TODOS || strchr(list, '0' + number) != NULL)
        return;
    list[n] = (char)('0' + number);
    list[n + 1] = '\0';
}

/*
 * The TODOs of failed check I: those that its cause names come first, then
 * those that the check has set; without any, those of the ladder. A sanitizer's
 * report already names a line.
 */
static void list_todos(char list[TODO_LIST], const struct report *r, int i)
{
    const struct result *result = &r->results[i];
    const char *more = result->todo;

    list[0] = '\0';
    for (const char *at = result->cause; *at != '\0'; at++)
        add_number(list, named_at(r->submission, at));
    if (result->reason == SANITIZER)
        return;
    if (list[0] == '\0' && more[0] == '\0')
        more = ladder[i].todo;
    for (; *more != '\0'; more++)
        add_number(list, *more - '0');
}

/* Appends the place of TODO NUMBER to OUT. */
static void add_place(char *out, size_t size, const struct report *r,
                      int number)
{
    const char *file = todos[number - 1].file;
    const char *function = todos[number - 1].function;
    int line = line_of_function(r->submission, file, function);
    char place[16] = "";
    size_t n = strlen(out);

    if (line > 0)
        snprintf(place, sizeof place, ":%d", line);
    snprintf(out + n, size - n, "%sTODO %d, %s (%s/%s%s)", n > 0 ? "; " : "",
             number, function, report_path(r->submission), file, place);
}

const char *todo_see(const struct report *r, int i)
{
    static char text[TODO_SEE];
    char list[TODO_LIST];
    size_t n;

    list_todos(list, r, i);
    text[0] = '\0';
    for (const char *todo = list; *todo != '\0'; todo++)
        add_place(text, sizeof text, r, *todo - '0');
    /* The protocol explains no error of the compiler or in memory. */
    n = strlen(text);
    if (r->results[i].reason != SANITIZER && ladder[i].section[0] != '\0')
        snprintf(text + n, sizeof text - n, "%shandout/protocol.md section %s",
                 n > 0 ? "; " : "", ladder[i].section);
    return text;
}
