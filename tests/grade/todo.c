/* SPDX-License-Identifier: MIT */
#include "tests/grade/todo.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/show.h"
#include "tests/grade/build.h"
#include "tests/grade/ladder.h"

enum { TODO_TEXT = 400 };

/* The place and the text of a TODO. */
struct todo {
    const char *file;
    int line;
    char text[TODO_TEXT];
};

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

/* Finds TODO NUMBER in FILE of FOLDER. */
static bool find_in(struct todo *todo, const char *folder, const char *file,
                    int number)
{
    const char *why, *at;
    char *text = build_read_source(&why, folder, file), label[24],
         comment[TODO_TEXT];

    snprintf(label, sizeof label, "TODO %d (", number);
    at = text != NULL ? strstr(text, label) : NULL;
    if (at != NULL) {
        todo->file = file;
        todo->line = 1;
        for (const char *p = text; p < at; p++)
            todo->line += *p == '\n';
        copy_text(comment, at);
        kit_show(todo->text, sizeof todo->text, comment, strlen(comment));
    }
    free(text);
    return at != NULL;
}

/* Prints TODO NUMBER, which check I tests. Returns false if it is not there. */
static bool print_one(FILE *out, const struct report *r, int number, int i)
{
    struct todo todo;

    if (!find_in(&todo, r->submission, "sender.c", number) &&
        !find_in(&todo, r->submission, "receiver.c", number))
        return false;
    fprintf(out, "  %2d.  %s/%s:%d\n", number, r->submission, todo.file,
            todo.line);
    fprintf(out, "       ");
    report_wrap(out, 7, todo.text);
    fprintf(out, "       test it: %s\n\n", report_rerun_command(r, i));
    return true;
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
    enum { TODOS = 9 };
    int printed = 0;

    for (int number = 1; number <= TODOS; number++) {
        int i = failing_check(r, number);

        if (i < 0 || (r->attempt.made && printed > 0))
            continue;
        if (printed == 0)
            fprintf(out, "%s\n\n",
                    r->attempt.made ? "What to do next"
                                    : "What to do, in this order");
        printed += print_one(out, r, number, i);
    }
}
