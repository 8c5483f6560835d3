/* SPDX-License-Identifier: MIT */
/*
 * A class as CSV: every account is one line and keeps every character. Printed
 * and read again, the roster is the same.
 */
#include <stdio.h>
#include <string.h>

#include "server/commands/roster.h"
#include "tests/fuzz/fuzz.h"

/* --- The lines ------------------------------------------------------------ */

/* Checks that *LINE begins with FIELD, perhaps in quotes. Moves *LINE past it.
 */
static void take_field(const char **line, const char *field)
{
    bool quoted = **line == '"';

    *line += quoted;
    for (; *field != '\0'; field++) {
        /* Quotes and commas need quotes around the field. A quote is doubled.
         */
        CHECK(quoted || strchr("\",", *field) == NULL);
        CHECK(*(*line)++ == *field);
        if (*field == '"')
            CHECK(*(*line)++ == '"');
    }
    if (quoted)
        CHECK(*(*line)++ == '"');
}

/* Checks that LINE is NAME and PASSWORD, and nothing else. */
static void check_line(const char *line, const char *name, const char *password)
{
    take_field(&line, name);
    CHECK(*line++ == ',');
    take_field(&line, password);
    CHECK(*line == '\0');
}

/* Each line of TEXT but the first, the head, is a row of ROSTER. */
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
            CHECK(row < roster->count && roster->rows[row].line == number);
            check_line(text, roster->rows[row].name,
                       roster->rows[row].password);
            row++;
        }
    }
    CHECK(row == roster->count);
}

/* --- The rows ------------------------------------------------------------- */

static void check_rows(const struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[i];

        CHECK(kit_is_name(row->name));
        CHECK(row->password[0] == '\0' || kit_is_password(row->password));
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(roster->rows[j].name, row->name) != 0);
    }
}

/* The rows as CSV, to be freed. */
static char *write_rows(const struct roster *roster)
{
    size_t size = 32 + roster->count * (KIT_NAME_MAX + ROSTER_FIELD_SIZE + 2);
    char *text = malloc(size), field[ROSTER_FIELD_SIZE];
    size_t len;

    CHECK(text != NULL);
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

    CHECK(roster_parse(&again, "again", text) == 0);
    CHECK(again.count == roster->count);
    for (size_t i = 0; i < again.count; i++) {
        CHECK(strcmp(again.rows[i].name, roster->rows[i].name) == 0);
        CHECK(strcmp(again.rows[i].password, roster->rows[i].password) == 0);
    }
    roster_free(&again);
    free(text);
}

/* Any password without a newline is read unchanged. */
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
    CHECK(roster_parse(&roster, "one", text) == 0 && roster.count == 1);
    CHECK(strcmp(roster.rows[0].password, password) == 0);
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
        if (!roster.exported)
            check_lines(&roster, text);
    }
    roster_free(&roster);
    free(text);
    return 0;
}
