/* SPDX-License-Identifier: MIT */
/* The progress of a long job, on a terminal and in a file. */
#include <string.h>
#include <unistd.h>

#include "server/commands/progress.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/terminal.h"

static struct terminal terminal;

static void work(size_t steps)
{
    struct progress progress;

    progress_begin(&progress, "working", steps);
    for (size_t done = 1; done <= steps; done++)
        progress_step(&progress, done);
    progress_end(&progress);
}

/* Every step, on one line that is rewritten. */
START_TEST(on_a_terminal)
{
    const char *screen;

    terminal = terminal_open();
    ck_assert_int_eq(dup2(terminal.program, STDERR_FILENO), STDERR_FILENO);
    work(3);
    screen = terminal_wait(&terminal, "\n");
    ck_assert_str_eq(screen, "\rworking: 0 of 3\rworking: 1 of 3"
                             "\rworking: 2 of 3\rworking: 3 of 3\r\n");
}
END_TEST

/* A short job prints nothing, and a long one only a few lines. */
START_TEST(in_a_file)
{
    capture(STDERR_FILENO);
    work(3);
    ck_assert_str_eq(captured(), "");
    work(2000);
    ck_assert_int_ge(captured_lines(), 1);
    ck_assert_int_le(captured_lines(), 10);
    ck_assert_ptr_null(strchr(captured(), '\r'));
}
END_TEST

TEST_SUITE(progress, 60, NULL, NULL)
{
    tcase_add_tests(tcase, on_a_terminal, in_a_file);
}
