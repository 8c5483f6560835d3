/* SPDX-License-Identifier: MIT */
/*
 * The trace of a program: it is off by default, is written to a new file, and
 * never disturbs the program.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/json.h"
#include "lib/say.h"
#include "lib/show.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/support/threads.h"
#include "tests/unit/tracing.h"

/* --- Beginning ------------------------------------------------------------ */

START_TEST(off_by_default)
{
    const struct kit_trace_options none = {.file = NULL};
    struct kit_key key;

    ck_assert_int_eq(kit_trace_open(&none, "sender", "alice"), EX_OK);
    ck_assert(!kit_trace_on);
    ck_assert_int_eq(kit_derive(&key, TOKEN, KIT_LABEL_MESSAGE), 0);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* The first members of an event, and a file that only its owner can read. */
START_TEST(a_new_file)
{
    struct stat status;
    long long n, us;
    cJSON *json;

    umask(0);
    tracing_begin();
    kit_trace_refused("replay");
    ck_assert_int_eq(stat(tracing_path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    json = kit_json_object(tracing_event(1), strlen(tracing_event(1)));
    ck_assert_int_eq(kit_json_integer(&n, json, "n", 1, 1), 0);
    ck_assert_int_eq(kit_json_integer(&us, json, "us", 1, INT64_MAX), 0);
    ck_assert_int_le(us / 1000000, time(NULL));
    ck_assert_int_ge(us / 1000000, time(NULL) - 60);
    ck_assert_str_eq(kit_json_string(json, "program"), "sender");
    ck_assert_str_eq(kit_json_string(json, "user"), "alice");
    kit_json_free(json);
    tracing_expect(1, "\"event\":\"refused\",\"step\":\"replay\"}");
    ck_assert_ptr_null(tracing_event(2));
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* A file that exists may be another trace, or readable by others. */
START_TEST(never_an_old_file)
{
    const struct kit_trace_options options = {.file = tracing_path};

    file_write(tracing_path, "precious", 8);
    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_CANTCREAT);
    captured_one_line("exists already: remove it, or choose another file");
    ck_assert(!kit_trace_on);
    ck_assert_str_eq(file_read(tracing_path, NULL), "precious");
}
END_TEST

/* A link would make us create a file somewhere else. */
START_TEST(never_a_link)
{
    const struct kit_trace_options options = {.file = tracing_path};
    char target[96];

    snprintf(target, sizeof target, "%s/target", tracing_dir);
    ck_assert_int_eq(symlink(target, tracing_path), 0);
    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_CANTCREAT);
    ck_assert_int_ne(access(target, F_OK), 0);
}
END_TEST

START_TEST(no_such_folder)
{
    const struct kit_trace_options options = {.file = "/nowhere/at/all"};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_CANTCREAT);
    captured_one_line("cannot create the trace /nowhere/at/all");
}
END_TEST

START_TEST(keys_need_a_file)
{
    const struct kit_trace_options options = {.keys = true, .verbose = true};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_USAGE);
    captured_one_line("--trace-keys only adds to a trace: give --trace FILE");
    ck_assert(!kit_trace_on);
}
END_TEST

START_TEST(keys_print_a_warning)
{
    tracing_begin_with(true);
    captured_one_line("will contain passwords, tokens, secrets and keys");
}
END_TEST

/* --- In a program --------------------------------------------------------- */

/* kit_refused and kit_show_message trace what they print. */
START_TEST(what_is_printed)
{
    tracing_begin();
    ck_assert_int_eq(kit_refused("replay"), -1);
    tracing_expect(1, "\"event\":\"refused\",\"step\":\"replay\"}");
    capture(STDOUT_FILENO);
    kit_show_message("alice", "a\nb", 3);
    ck_assert_str_eq(captured(), "alice: a\\x0ab\n");
    tracing_expect(2, "\"event\":\"shown\",\"text\":\"alice: a\\\\x0ab\"}");
}
END_TEST

/* Tracing does not change errno. */
START_TEST(errno_is_kept)
{
    tracing_begin();
    errno = EDOM;
    tracing_send(NULL, 0, "x");
    ck_assert_int_eq(errno, EDOM);
}
END_TEST

/* A full disk ends the trace, but not the program. */
START_TEST(writing_fails)
{
    tracing_begin();
    kit_trace_refused("one");
    fault_order("write", 1, ENOSPC);
    kit_trace_refused("two");
    ck_assert(fault_cancel());
    kit_trace_refused("three");
    captured_one_line("cannot write the trace");
    ck_assert_ptr_nonnull(tracing_event(1));
    ck_assert_ptr_null(tracing_event(2));
}
END_TEST

enum { THREADS = 4, EVENTS = 250 };

static void *trace_events(void *context)
{
    for (int i = 0; i < EVENTS; i++)
        kit_trace_refused("a word");
    return NULL;
}

/* Lines of several threads are whole, and in the order of n and us. */
START_TEST(many_threads)
{
    struct threads threads;
    const char *line;
    long long n = 0, us, last = 0;

    tracing_begin();
    threads_begin(&threads, THREADS, trace_events, NULL, 0);
    threads_end(&threads);
    line = file_read(tracing_path, NULL);
    for (; *line != '\0'; line += strcspn(line, "\n") + 1) {
        cJSON *json = kit_json_object(line, strcspn(line, "\n"));
        long long number;

        n++;
        ck_assert_int_eq(kit_json_integer(&number, json, "n", n, n), 0);
        ck_assert_int_eq(kit_json_integer(&us, json, "us", last, INT64_MAX), 0);
        last = us;
        kit_json_free(json);
    }
    ck_assert_int_eq(n, (long long)THREADS * EVENTS);
}
END_TEST

TEST_SUITE(trace, 60, tracing_setup, tracing_teardown)
{
    tcase_add_tests(tcase, off_by_default, a_new_file, never_an_old_file,
                    never_a_link, no_such_folder, keys_need_a_file,
                    keys_print_a_warning, what_is_printed, errno_is_kept,
                    many_threads);
    if (faults_possible("trace"))
        tcase_add_test(tcase, writing_fails);
}
