/* SPDX-License-Identifier: MIT */
/* chat-server: the arbitrator, whom both sides of a chat trust. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/options.h"
#include "lib/program.h"
#include "lib/say.h"
#include "server/commands/commands.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} commands[] = {
    {"serve", command_serve, "answer logins and requests (the default)"},
    {"adduser", command_adduser, "add an account"},
    {"passwd", command_passwd, "change the password of an account"},
    {"deluser", command_deluser, "remove an account"},
    {"users", command_users, "list the accounts"},
    {"import", command_import, "add a whole class from a CSV file"},
    {"slips", command_slips, "write a page of passwords to hand out"},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int help(void)
{
    printf("usage: chat-server [COMMAND] [OPTION]...\n\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("  %-8s  %s\n", commands[i].name, commands[i].about);
    printf("\nFor the options of a command: %s --help\n",
           kit_program_command("chat-server COMMAND"));
    printf("Without COMMAND, the options are those of serve.\n"
           "To try it out: %s --demo\n",
           kit_program_command("chat-server"));
    return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}

int main(int argc, char **argv)
{
    /* No arguments: act as for "--", which is serve without options. */
    const char *word = argc > 1 ? argv[1] : "--";

    kit_say_as("chat-server");
    kit_program_called(argv[0]);
    if (strcmp(word, "--help") == 0)
        return help();
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    /* Without a command, the options are those of serve. */
    if (word[0] == '-')
        return command_serve(argc, argv);
    kit_error("there is no command %s: for a list, type: %s --help", word,
              kit_program_command("chat-server"));
    return EX_USAGE;
}
