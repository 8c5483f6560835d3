/* SPDX-License-Identifier: MIT */
/* Replaces the first word of a command by the path that the user typed. */
#include "lib/program.h"

#include <stdio.h>
#include <string.h>

#include "lib/show.h"

enum { WORDS_SIZE = 64 }; /* room for the words after the program's name */

static char path[KIT_QUOTED_SIZE]; /* empty: none is remembered */

void kit_program_called(const char *argv0)
{
    if (argv0 != NULL && strchr(argv0, '/') != NULL)
        kit_shell_quote(path, argv0);
}

const char *kit_program_command(const char *command)
{
    static char text[KIT_QUOTED_SIZE + WORDS_SIZE];

    if (path[0] == '\0')
        return command;
    snprintf(text, sizeof text, "%s%.*s", path, WORDS_SIZE - 1,
             command + strcspn(command, " "));
    return text;
}
