/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/parts.h"
#include "tests/support/fixture.h"

struct parts parts_open(int build)
{
    char program[PATH_SIZE];

    snprintf(program, sizeof program, "%s/bench-parts", fixture_builds[build]);
    return (struct parts){process_words(NULL, program, NULL)};
}

void parts_close(struct parts *parts)
{
    process_succeeds(parts->process);
}

struct part parts_part(const struct parts *parts, const char *format, ...)
{
    struct part part = {.parts = parts};
    va_list args;

    va_start(args, format);
    vsnprintf(part.command, sizeof part.command, format, args);
    va_end(args);
    return part;
}

void parts_run(struct bench_result *result, const struct bench_side *side)
{
    const struct part *part = side->context;
    struct process *p = part->parts->process;
    const char *line;

    bench_begin(&p->pid, 1);
    process_write(p, part->command, strlen(part->command));
    process_write(p, "\n", 1);
    line = process_line(p, &p->out);
    ck_assert_msg(line != NULL, "%s: %s", part->command, p->err.bytes);
    bench_end(result, strtod(line, NULL));
}
