/* SPDX-License-Identifier: MIT */
/* Advice with a command must work as the user typed the program's name. */
#include <string.h>

#include "lib/program.h"
#include "lib/show.h"
#include "tests/support/suites.h"

/* How the program was called, and what to type for "chat-server users". */
static const struct {
    const char *argv0, *command;
} calls[] = {
    {NULL, "chat-server users"},
    {"", "chat-server users"},
    {"chat-server", "chat-server users"},
    {"./chat-server", "./chat-server users"},
    {"build/libsodium/chat-server", "build/libsodium/chat-server users"},
    {"/opt/my kit/chat-server", "'/opt/my kit/chat-server' users"},
    {"other/name", "other/name users"},
};

START_TEST(called)
{
    kit_program_called(calls[_i].argv0);
    ck_assert_str_eq(kit_program_command("chat-server users"),
                     calls[_i].command);
}
END_TEST

/* The subcommand, which has no slash, does not replace the path. */
START_TEST(called_twice)
{
    kit_program_called("bin/chat-server");
    kit_program_called("users");
    ck_assert_str_eq(kit_program_command("chat-server"), "bin/chat-server");
    ck_assert_str_eq(kit_program_command("chat-server users"),
                     "bin/chat-server users");
}
END_TEST

/* A path that is too long is cut. */
START_TEST(long_path)
{
    char path[2 * KIT_QUOTED_SIZE];

    memset(path, '/', sizeof path);
    path[sizeof path - 1] = '\0';
    kit_program_called(path);
    ck_assert_uint_eq(strlen(kit_program_command("chat-server")),
                      KIT_QUOTED_SIZE - 1);
    ck_assert_uint_eq(strlen(kit_program_command("chat-server users")),
                      KIT_QUOTED_SIZE - 1 + strlen(" users"));
}
END_TEST

TEST_SUITE(program, 60, NULL, NULL)
{
    tcase_add_rows(tcase, called, calls);
    tcase_add_tests(tcase, called_twice, long_path);
}
