/* SPDX-License-Identifier: MIT */
/* Command lines, and programs that end because of one. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/options.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

enum { WORDS_MAX = 16 };

static const char *port, *user;
static bool strict;

static const struct kit_option table[] = {
    {"port", "N", "the port to listen on", &port, NULL},
    {"user", "NAME", "who you are", &user, NULL},
    {"strict-ip", NULL, "believe addresses", NULL, &strict},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "sender",
    .operands = "RECEIVER [NOTE]",
    .about = "Sends lines.",
    .min = 1,
    .max = 2,
    .options = table,
};

static void setup(void)
{
    capture(STDERR_FILENO);
}

/* The command line LINE, words between spaces, as main gets it. */
static int split(char *argv[WORDS_MAX + 1], const char *line)
{
    static char words[256];
    int argc = 0;

    snprintf(words, sizeof words, "%s", line);
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "))
        argv[argc++] = w;
    argv[argc] = NULL;
    return argc;
}

static int parse(char *argv[WORDS_MAX + 1], const char *line)
{
    return kit_options(split(argv, line), argv, &command);
}

/* However options and operands are mixed, the same comes out. */
static const char *const mixed[] = {
    "sender --port 80 --user alice --strict-ip bob hello",
    "sender bob hello --port 80 --user alice --strict-ip",
    "sender bob --port 80 hello --strict-ip --user alice",
    "sender --port=80 bob --user=alice --strict-ip hello",
    "sender --strict-ip bob --user alice --port 80 -- hello",
    ("sender --port 1 --strict-ip --user mallory --port 80 bob --user=alice "
     "hello"),
};
enum { MIXED = sizeof mixed / sizeof mixed[0] };

START_TEST(any_order)
{
    char *argv[WORDS_MAX + 1];
    int first = parse(argv, mixed[_i]);

    ck_assert_str_eq(port, "80");
    ck_assert_str_eq(user, "alice");
    ck_assert(strict);
    ck_assert_str_eq(argv[0], "sender");
    ck_assert_str_eq(argv[first], "bob");
    ck_assert_str_eq(argv[first + 1], "hello");
    ck_assert_ptr_null(argv[first + 2]);
}
END_TEST

START_TEST(nothing_given_changes_nothing)
{
    char *argv[WORDS_MAX + 1];

    ck_assert_int_eq(parse(argv, "sender bob"), 1);
    ck_assert_ptr_null(port);
    ck_assert(!strict);
}
END_TEST

/* Values may look like options, be empty, or hold an equals sign. */
START_TEST(values_are_taken_as_they_are)
{
    char *argv[WORDS_MAX + 1];

    parse(argv, "sender --user --port --port= bob");
    ck_assert_str_eq(user, "--port");
    ck_assert_str_eq(port, "");
    parse(argv, "sender --user=a=b bob");
    ck_assert_str_eq(user, "a=b");
}
END_TEST

START_TEST(dashes_among_operands)
{
    char *argv[WORDS_MAX + 1];
    int first = parse(argv, "sender - -- --port");

    ck_assert_str_eq(argv[first], "-");
    ck_assert_str_eq(argv[first + 1], "--port");
    ck_assert_ptr_null(port);
}
END_TEST

/* Command lines that end the program, and a word of the reason. */
static const struct {
    const char *line, *reason;
} wrong[] = {
    {"sender", "RECEIVER"},
    {"sender --port 80", "RECEIVER"},
    {"sender bob hello three", "three"},
    {"sender --colour bob", "--colour"},
    {"sender --por 80 bob", "--por"},
    {"sender --portion 80 bob", "--portion"},
    {"sender --hel", "--hel"},
    {"sender -p bob", "-p"},
    {"sender -help bob", "-help"},
    {"sender -port 80 bob", "-port"},
    {"sender --=80 bob", "--=80"},
    {"sender bob --port", "--port"},
    {"sender --strict-ip=yes bob", "--strict-ip=yes"},
    {"sender --help=all", "--help=all"},
};
enum { WRONG = sizeof wrong / sizeof wrong[0] };

static const char *reason;

/* Runs when the program ends: one line, with the reason and an advice. */
static void check_complaint(void)
{
    const char *said = captured();
    const char *advice = "; try: sender --help\n";

    if (captured_lines() != 1 || strncmp(said, "sender: ", 8) != 0 ||
        !captured_has(reason) ||
        strcmp(said + strlen(said) - strlen(advice), advice) != 0)
        _exit(EX_SOFTWARE);
}

START_TEST(wrong_lines_are_usage_errors)
{
    char *argv[WORDS_MAX + 1];

    reason = wrong[_i].reason;
    atexit(check_complaint);
    parse(argv, wrong[_i].line);
}
END_TEST

static void check_help(void)
{
    const char *want = "usage: sender [OPTION]... RECEIVER [NOTE]\n"
                       "\n"
                       "Sends lines.\n"
                       "\n"
                       "  --port N     the port to listen on\n"
                       "  --user NAME  who you are\n"
                       "  --strict-ip  believe addresses\n"
                       "  --help       print this and exit\n"
                       "  --version    print the version and exit\n";

    if (strcmp(captured(), want) != 0)
        _exit(EX_SOFTWARE);
}

/* Whatever else is missing, help is given, and on standard output. */
START_TEST(help)
{
    char *argv[WORDS_MAX + 1];

    capture(STDOUT_FILENO);
    atexit(check_help);
    parse(argv, "sender --port 80 --help");
}
END_TEST

static void check_version(void)
{
    char want[128];

    snprintf(want, sizeof want, "sender " KIT_VERSION " (%s)\n",
             kit_crypto_name());
    if (strcmp(captured(), want) != 0)
        _exit(EX_SOFTWARE);
}

START_TEST(version)
{
    char *argv[WORDS_MAX + 1];

    capture(STDOUT_FILENO);
    atexit(check_version);
    parse(argv, "sender --version");
}
END_TEST

START_TEST(command_without_options_of_its_own)
{
    const struct kit_command bare = {
        .name = "chat-server users", .operands = "", .about = "Lists users."};
    char *argv[WORDS_MAX + 1];

    ck_assert_int_eq(kit_options(split(argv, "users"), argv, &bare), 1);
    kit_options(split(argv, "users --port 1"), argv, &bare);
}
END_TEST

START_TEST(numbers)
{
    ck_assert_int_eq(kit_option_number("port", "0", 0, 65535, 1), 0);
    ck_assert_int_eq(kit_option_number("port", "65535", 0, 65535, 1), 65535);
    ck_assert_int_eq(kit_option_number("port", "007", 0, 65535, 1), 7);
    ck_assert_int_eq(kit_option_number("port", NULL, 0, 65535, 4444), 4444);
}
END_TEST

static const char *const no_numbers[] = {"",
                                         "0",
                                         "65536",
                                         "-1",
                                         "+1",
                                         " 1",
                                         "1 ",
                                         "1x",
                                         "0x1",
                                         "1.0",
                                         "1e0",
                                         "port",
                                         "99999999999999999999999999"};
enum { NO_NUMBERS = sizeof no_numbers / sizeof no_numbers[0] };

START_TEST(other_numbers_are_usage_errors)
{
    kit_option_number("port", no_numbers[_i], 1, 65535, 1);
}
END_TEST

/* Nor is one of these, even where every long is allowed. */
START_TEST(nothing_and_too_much_are_no_numbers)
{
    static const char *const texts[] = {"", "99999999999999999999999999"};

    kit_option_number("port", texts[_i], 0, LONG_MAX, 1);
}
END_TEST

TEST_SUITE(options)
{
    Suite *suite = suite_create("options");
    TCase *tcase = suite_add_case(suite, "options");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, any_order, 0, MIXED);
    tcase_add_tests(tcase, nothing_given_changes_nothing,
                    values_are_taken_as_they_are, dashes_among_operands);
    tcase_add_loop_exit_test(tcase, wrong_lines_are_usage_errors, EX_USAGE, 0,
                             WRONG);
    tcase_add_exit_test(tcase, help, EX_OK);
    tcase_add_exit_test(tcase, version, EX_OK);
    tcase_add_exit_test(tcase, command_without_options_of_its_own, EX_USAGE);
    tcase_add_test(tcase, numbers);
    tcase_add_loop_exit_test(tcase, other_numbers_are_usage_errors, EX_USAGE, 0,
                             NO_NUMBERS);
    tcase_add_loop_exit_test(tcase, nothing_and_too_much_are_no_numbers,
                             EX_USAGE, 0, 2);
    return suite;
}
