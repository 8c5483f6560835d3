/* SPDX-License-Identifier: MIT */
/* The events on standard error, for --verbose. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/terminal.h"
#include "tests/unit/tracing.h"

static void begin_verbose(void)
{
    const struct kit_trace_options options = {.verbose = true};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_OK);
    ck_assert(kit_trace_on);
}

/* The same events as text. Control characters are shown as lib/show.h does. */
START_TEST(verbose)
{
    const struct kit_key key = tracing_key();

    begin_verbose();
    tracing_send("/login", 0, "{\"username\":\"alice\",\"password\":\"p\"}");
    tracing_send(NULL, 0, "no json \033[2J <\"\\>");
    kit_trace_derived(&key, "secret", "message");
    kit_trace_refused("re\nplay");
    ck_assert_str_eq(
        captured(),
        "[1] sent message=1 peer=\"x\" path=\"/login\" "
        "fields={\"username\":\"alice\",\"password\":(1 bytes hidden)}\n"
        "[2] sent message=5 peer=\"x\" line=\"no json \\x1b[2J <\\\"\\\\>\"\n"
        "[3] derived label=\"message\" input=(6 bytes hidden) "
        "key_id=\"e42f44e8\"\n"
        "[4] refused step=\"re\\x0aplay\"\n");
}
END_TEST

START_TEST(verbose_and_a_file)
{
    const struct kit_trace_options options = {.file = tracing_path,
                                              .verbose = true};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_OK);
    kit_trace_shown("alice", "<hello>");
    tracing_expect(
        1, "\"event\":\"shown\",\"text\":\"alice: \\u003chello\\u003e\"}");
    ck_assert_str_eq(captured(), "[1] shown text=\"alice: <hello>\"\n");
}
END_TEST

/* On a terminal the name of the event is in colour, unless NO_COLOR is set. */
static const struct {
    const char *no_color, *event, *printed;
} colours[] = {
    {"", "not_opened", "[1] \033[31mnot_opened\033[0m key_id="},
    {"", "opened", "[1] \033[32mopened\033[0m key_id="},
    {"1", "opened", "[1] opened key_id="},
};

START_TEST(colour)
{
    struct terminal terminal = terminal_open();
    const struct kit_key key = tracing_key();
    const struct kit_box box = {.len = KIT_TAG_LEN};
    const char *screen;

    setenv("NO_COLOR", colours[_i].no_color, 1);
    ck_assert_int_eq(dup2(terminal.program, STDERR_FILENO), STDERR_FILENO);
    begin_verbose();
    kit_trace_box(colours[_i].event, &key, &box, "ad", NULL, 0);
    screen = terminal_wait(&terminal, "\n");
    ck_assert_uint_eq(
        strncmp(screen, colours[_i].printed, strlen(colours[_i].printed)), 0);
}
END_TEST

START_TEST(colour_of_messages)
{
    struct terminal terminal = terminal_open();

    unsetenv("NO_COLOR");
    ck_assert_int_eq(dup2(terminal.program, STDERR_FILENO), STDERR_FILENO);
    begin_verbose();
    tracing_send(NULL, 0, "x");
    ck_assert_str_eq(terminal_wait(&terminal, "\n"),
                     "[1] \033[36msent\033[0m message=5 peer=\"x\" "
                     "line=\"x\"\r\n");
}
END_TEST

TEST_SUITE(trace_verbose, 60, tracing_setup, tracing_teardown)
{
    tcase_add_tests(tcase, verbose, verbose_and_a_file, colour_of_messages);
    tcase_add_rows(tcase, colour, colours);
}
