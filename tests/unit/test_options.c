/* SPDX-License-Identifier: MIT */
/* Parsing command lines, and ending the program after --help or an error. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/options.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

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

static char *argv[16];

/* Parses LINE, words with spaces between them; returns as kit_options. */
static int parse(const char *line, const struct kit_command *how)
{
    static char words[256];
    int argc = 0;

    snprintf(words, sizeof words, "%s", line);
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "))
        argv[argc++] = w;
    argv[argc] = NULL;
    return kit_options(argc, argv, how);
}

/* The operands, which begin at argv[FIRST], with a space after each. */
static const char *operands(int first)
{
    static char text[256];

    text[0] = '\0';
    for (; argv[first] != NULL; first++) {
        strcat(text, argv[first]);
        strcat(text, " ");
    }
    return text;
}

/* However options and operands are mixed, the result is the same. */
static const char *const mixed[] = {
    "sender --port 80 --user alice --strict-ip bob hello",
    "sender bob hello --port 80 --user alice --strict-ip",
    "sender bob --port 80 hello --strict-ip --user alice",
    "sender --port=80 bob --user=alice --strict-ip hello",
    "sender --strict-ip bob --user alice --port 80 -- hello",
    ("sender --port 1 --strict-ip --user mallory --port 80 bob --user=alice "
     "hello"),
};

START_TEST(any_order)
{
    int first = parse(mixed[_i], &command);

    ck_assert_str_eq(port, "80");
    ck_assert_str_eq(user, "alice");
    ck_assert(strict);
    ck_assert_str_eq(argv[0], "sender");
    ck_assert_str_eq(operands(first), "bob hello ");
}
END_TEST

/* Values may look like options, be empty, or contain an equals sign. */
static const struct {
    const char *line, *port, *user, *operands;
} lines[] = {
    {"sender bob", "(none)", "(none)", "bob "},
    {"sender --user --port --port= bob", "", "--port", "bob "},
    {"sender --user=a=b bob", "(none)", "a=b", "bob "},
    {"sender - -- --port", "(none)", "(none)", "- --port "},
};

START_TEST(values)
{
    int first;

    port = user = "(none)";
    first = parse(lines[_i].line, &command);
    ck_assert_str_eq(port, lines[_i].port);
    ck_assert_str_eq(user, lines[_i].user);
    ck_assert(!strict);
    ck_assert_str_eq(operands(first), lines[_i].operands);
}
END_TEST

/* --- Programs that end ---------------------------------------------------- */

/* Command lines that end the program, and a part of the reason. */
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

/* What the program must have printed when it ends. */
static char wanted[512];
static const char *reason;

static void check_output(void)
{
    if (strcmp(captured(), wanted) != 0)
        _exit(EX_SOFTWARE);
}

/* One line, with the reason and the advice. */
static void check_error(void)
{
    const char *text = captured(), *advice = "; try: sender --help\n";

    if (captured_lines() != 1 || strncmp(text, "sender: ", 8) != 0 ||
        !captured_has(reason) ||
        strcmp(text + strlen(text) - strlen(advice), advice) != 0)
        _exit(EX_SOFTWARE);
}

START_TEST(wrong_lines)
{
    reason = wrong[_i].reason;
    atexit(check_error);
    parse(wrong[_i].line, &command);
}
END_TEST

/* Printed on standard output, whatever else is wrong with the line. */
START_TEST(help)
{
    strcpy(wanted, "usage: sender [OPTION]... RECEIVER [NOTE]\n"
                   "\n"
                   "Sends lines.\n"
                   "\n"
                   "  --port N     the port to listen on\n"
                   "  --user NAME  who you are\n"
                   "  --strict-ip  believe addresses\n"
                   "  --help       print this and exit\n"
                   "  --version    print the version and exit\n");
    capture(STDOUT_FILENO);
    atexit(check_output);
    parse("sender --port 80 --help", &command);
    _exit(EX_SOFTWARE); /* it has not ended the program */
}
END_TEST

START_TEST(version)
{
    snprintf(wanted, sizeof wanted, "sender " KIT_VERSION " (%s)\n",
             kit_crypto_name());
    capture(STDOUT_FILENO);
    atexit(check_output);
    parse("sender --version", &command);
    _exit(EX_SOFTWARE);
}
END_TEST

START_TEST(command_without_options)
{
    const struct kit_command bare = {
        .name = "chat-server users", .operands = "", .about = "Lists users."};

    ck_assert_int_eq(parse("users", &bare), 1);
    parse("users --port 1", &bare);
}
END_TEST

/* --- Numbers -------------------------------------------------------------- */

START_TEST(numbers)
{
    ck_assert_int_eq(kit_option_number("port", "0", 0, 65535, 1), 0);
    ck_assert_int_eq(kit_option_number("port", "65535", 0, 65535, 1), 65535);
    ck_assert_int_eq(kit_option_number("port", "007", 0, 65535, 1), 7);
    ck_assert_int_eq(kit_option_number("port", NULL, 0, 65535, 4444), 4444);
}
END_TEST

static const struct {
    const char *text;
    long min, max;
} no_numbers[] = {
    {"", 1, 65535},
    {"0", 1, 65535},
    {"65536", 1, 65535},
    {"-1", 1, 65535},
    {"+1", 1, 65535},
    {" 1", 1, 65535},
    {"1 ", 1, 65535},
    {"1x", 1, 65535},
    {"0x1", 1, 65535},
    {"1.0", 1, 65535},
    {"1e0", 1, 65535},
    {"port", 1, 65535},
    {"99999999999999999999999999", 1, 65535},
    {"", 0, LONG_MAX},
    {"99999999999999999999999999", 0, LONG_MAX},
};

START_TEST(not_a_number)
{
    kit_option_number("port", no_numbers[_i].text, no_numbers[_i].min,
                      no_numbers[_i].max, 1);
}
END_TEST

TEST_SUITE(options, 60, capture_errors, NULL)
{
    tcase_add_rows(tcase, any_order, mixed);
    tcase_add_rows(tcase, values, lines);
    tcase_add_loop_exit_test(tcase, wrong_lines, EX_USAGE, 0, COUNT(wrong));
    tcase_add_exit_test(tcase, help, EX_OK);
    tcase_add_exit_test(tcase, version, EX_OK);
    tcase_add_exit_test(tcase, command_without_options, EX_USAGE);
    tcase_add_test(tcase, numbers);
    tcase_add_loop_exit_test(tcase, not_a_number, EX_USAGE, 0,
                             COUNT(no_numbers));
}
