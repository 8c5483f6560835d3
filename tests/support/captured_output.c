/* SPDX-License-Identifier: MIT */
/* A temporary file never blocks its writer, as a pipe would. */
#include "tests/support/captured_output.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CAPTURE_MAX = 65536 };

static FILE *output;
static char text_of_output[CAPTURE_MAX + 1];

void capture(int fd)
{
    output = tmpfile();
    ck_assert_ptr_nonnull(output);
    ck_assert_int_eq(dup2(fileno(output), fd), fd);
}

void capture_errors(void)
{
    capture(STDERR_FILENO);
}

const char *captured(void)
{
    ssize_t len = pread(fileno(output), text_of_output, CAPTURE_MAX, 0);

    ck_assert_int_ge(len, 0);
    text_of_output[len] = '\0';
    return text_of_output;
}

bool captured_has(const char *part)
{
    return strstr(captured(), part) != NULL;
}

int captured_lines(void)
{
    int lines = 0;

    for (const char *p = captured(); *p != '\0'; p++)
        lines += *p == '\n';
    return lines;
}

void captured_one_line(const char *part)
{
    ck_assert_msg(captured_lines() == 1 && captured_has(part),
                  "not one line with \"%s\", but:\n%s", part, captured());
}

void feed(const void *text, size_t len)
{
    FILE *input = tmpfile();

    ck_assert_ptr_nonnull(input);
    ck_assert_uint_eq(fwrite(text, 1, len, input), len);
    ck_assert_int_eq(fflush(input), 0);
    ck_assert_int_eq(lseek(fileno(input), 0, SEEK_SET), 0);
    feed_from(fileno(input));
    fclose(input);
}

void feed_from(int fd)
{
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
}
