/* SPDX-License-Identifier: MIT */
/*
 * A class as CSV: every account is one line, read to the letter, and written
 * out it is read again.
 */
#include <stdio.h>
#include <string.h>

#include "server/commands/roster.h"
#include "tests/fuzz/fuzz.h"

/* --- As it came ----------------------------------------------------------- */

/* Takes FIELD off the front of *LINE, with or without quotes around it. */
static void take_field(const char **line, const char *field)
{
    bool quoted = **line == '"';

    *line += quoted;
    for (; *field != '\0'; field++) {
        /* A quote stands in quotes alone, and twice; a comma in quotes. */
        MUST(quoted || strchr("\",", *field) == NULL);
        MUST(*(*line)++ == *field);
        if (*field == '"')
            MUST(*(*line)++ == '"');
    }
    if (quoted)
        MUST(*(*line)++ == '"');
}

/* LINE is NAME and PASSWORD, and nothing more. */
static void check_line(const char *line, const char *name, const char *password)
{
    take_field(&line, name);
    MUST(*line++ == ',');
    take_field(&line, password);
    MUST(*line == '\0');
}

/* Each line of TEXT is a row of ROSTER; the first one is the head. */
static void check_lines(const struct roster *roster, char *text)
{
    size_t row = 0;
    int number = 1;

    for (char *next; text != NULL; text = next, number++) {
        next = strchr(text, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (number == 1) {
            check_line(text, "name", "password");
        } else if (text[0] != '\0') {
            MUST(row < roster->count && roster->rows[row].line == number);
            check_line(text, roster->rows[row].name,
                       roster->rows[row].password);
            row++;
        }
    }
    MUST(row == roster->count);
}

/* --- What it says --------------------------------------------------------- */

static void check_rows(const struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[i];

        MUST(kit_is_name(row->name));
        MUST(row->password[0] == '\0' || kit_is_password(row->password));
        for (size_t j = 0; j < i; j++)
            MUST(strcmp(roster->rows[j].name, row->name) != 0);
    }
}

/* The rows as CSV, to be freed. */
static char *write_rows(const struct roster *roster)
{
    size_t size = 32 + roster->count * (KIT_NAME_MAX + ROSTER_FIELD_SIZE + 2);
    char *text = malloc(size), field[ROSTER_FIELD_SIZE];
    size_t len;

    MUST(text != NULL);
    len = (size_t)snprintf(text, size, "name,password\n");
    for (size_t i = 0; i < roster->count; i++) {
        roster_quote(field, roster->rows[i].password);
        len += (size_t)snprintf(text + len, size - len, "%s,%s\n",
                                roster->rows[i].name, field);
    }
    return text;
}

static void check_again(const struct roster *roster)
{
    char *text = write_rows(roster);
    struct roster again = {0};

    MUST(roster_parse(&again, "again", text) == 0);
    MUST(again.count == roster->count);
    for (size_t i = 0; i < again.count; i++) {
        MUST(strcmp(again.rows[i].name, roster->rows[i].name) == 0);
        MUST(strcmp(again.rows[i].password, roster->rows[i].password) == 0);
    }
    roster_free(&again);
    free(text);
}

/* A password that stands on one line comes back as it is. */
static void check_password(const char *password)
{
    struct roster roster = {0};
    struct roster_row row = {.name = "alice"};
    struct roster one = {.count = 1, .rows = &row};
    char *text;

    if (!kit_is_password(password) || strchr(password, '\n') != NULL)
        return;
    memcpy(row.password, password, strlen(password));
    text = write_rows(&one);
    MUST(roster_parse(&roster, "one", text) == 0 && roster.count == 1);
    MUST(strcmp(roster.rows[0].password, password) == 0);
    roster_free(&roster);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct roster roster = {0};

    check_password(text);
    if (roster_parse(&roster, "fuzz", text) == 0) {
        check_rows(&roster);
        check_again(&roster);
        check_lines(&roster, text);
    }
    roster_free(&roster);
    free(text);
    return 0;
}
