/* SPDX-License-Identifier: MIT */
/* chat-server slips: a page to print, with a slip of paper for each student. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/options.h"
#include "lib/say.h"
#include "server/commands/commands.h"
#include "server/commands/roster.h"
#include "server/store/secret_file.h"

enum { COLUMNS = 2, SLIPS = 12 }; /* slips in a row, on a page */

static const char *server;

static const struct kit_option options[] = {
    {"server", "URL", "print the address of the server, too", &server, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server slips",
    .operands = "LIST.csv",
    .about = "Writes an HTML page to standard output, with a slip for each\n"
             "account in the list that import --list made: 12 slips of name\n"
             "and password on A4.",
    .min = 1,
    .max = 1,
    .options = options,
};

static const char head[] =
    "<!doctype html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<title>Accounts of the chat lab</title>\n"
    "<style>\n"
    "@page { margin: 10mm; size: A4; }\n"
    "body { font: 11pt sans-serif; margin: 0; }\n"
    "table { border-collapse: collapse; table-layout: fixed; width: 190mm; }\n"
    "table + table { break-before: page; }\n"
    "tr { break-inside: avoid; }\n"
    "td { border: 0.3mm dashed #888888; height: 37mm; padding: 3mm 6mm; }\n"
    "dl { margin: 0; }\n"
    "dt { color: #555555; font-size: 8pt; }\n"
    "dd { font: 13pt monospace; margin: 0 0 1mm; overflow-wrap: anywhere; }\n"
    "</style>\n";

/* Prints one line of a slip, with VALUE escaped for HTML. */
static void print_item(const char *title, const char *value)
{
    printf("<dt>%s<dd>", title);
    for (; *value != '\0'; value++) {
        if (strchr("&<>\"", *value) != NULL)
            printf("&#%d;", *value);
        else
            putchar(*value);
    }
    putchar('\n');
}

static void print_slip(const struct roster_row *row)
{
    printf("<td><dl>\n");
    print_item("Chat lab: your name", row->name);
    print_item("Password", row->password);
    if (server != NULL)
        print_item("Server", server);
    printf("</dl>\n");
}

static void print_slips(const struct roster *roster)
{
    fputs(head, stdout);
    for (size_t i = 0; i < roster->count; i++) {
        if (i % SLIPS == 0)
            printf("%s<table>\n", i > 0 ? "</table>\n" : "");
        if (i % COLUMNS == 0)
            printf("<tr>\n");
        print_slip(&roster->rows[i]);
    }
    /* A single slip on the last line is as wide as the others. */
    for (size_t i = roster->count; i % COLUMNS != 0; i++)
        printf("<td>\n");
    printf("</table>\n");
}

/* Each slip needs a password. */
static int check_passwords(const struct roster *roster, const char *file)
{
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[i];

        if (row->password[0] == '\0')
            return kit_fail(EX_DATAERR,
                            "%s, line %d: %s has no password: name the list "
                            "that import --list wrote",
                            file, row->line, row->name);
    }
    return EX_OK;
}

int command_slips(int argc, char **argv)
{
    const char *file = argv[kit_options(argc, argv, &command)];
    char *text = secret_file_read(file, SECRET_FILE_ANY_MODE, KIT_UTF8);
    struct roster roster = {0};
    int rc = text != NULL ? roster_parse(&roster, file, text) : EX_NOINPUT;

    if (rc == EX_OK)
        rc = check_passwords(&roster, file);
    if (rc == EX_OK)
        print_slips(&roster);
    if (rc == EX_OK && (fflush(stdout) != 0 || ferror(stdout)))
        rc = kit_fail(EX_IOERR,
                      "cannot write the slips: check that standard output is "
                      "open and its disk is not full");
    if (text != NULL)
        kit_wipe(text, strlen(text));
    free(text);
    roster_free(&roster);
    return rc;
}
