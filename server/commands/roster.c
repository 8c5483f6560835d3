/* SPDX-License-Identifier: MIT */
/* Parsing a roster, and generating passwords. */
#include "server/commands/roster.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/say.h"

/* Without i, l, o, 0 and 1, which are hard to tell apart on paper. */
static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";

/*
 * Only bytes below BYTE_LIMIT, a multiple of LETTERS, are used: with all 256
 * values, byte % LETTERS would give the first letters more often (modulo bias).
 */
enum {
    LETTERS = sizeof alphabet - 1,
    BYTE_LIMIT = 256 / LETTERS * LETTERS,
};

/*
 * Reads the field at *P into OUT and moves *P to the comma after it or to the
 * end of the line. Returns NULL, or the reason why it is invalid.
 */
static const char *read_field(char *out, size_t out_size, const char **p)
{
    bool quoted = **p == '"', open = quoted;
    size_t len = 0;

    for (*p += quoted; **p != '\0' && (quoted || **p != ','); (*p)++) {
        /* In a quoted field, two quotes mean one, and one quote ends it. */
        if (quoted && **p == '"' && *++*p != '"') {
            open = false;
            break;
        }
        if (!quoted && **p == '"')
            return "a quote inside a field that does not begin with one: "
                   "put the field in quotes and double the quotes in it";
        if (len + 1 >= out_size)
            return "a field is too long: a name has up to 32 characters, a "
                   "password up to 128 bytes";
        out[len++] = **p;
    }
    out[len] = '\0';
    if (open)
        return "a quote is not closed on this line: add the closing quote";
    if (**p != '\0' && **p != ',')
        return "text after a closing quote: to write a quote in a quoted "
               "field, double it";
    return NULL;
}

/* Reads LINE into ROW. Returns NULL, or the reason why it is invalid. */
static const char *read_row(struct roster_row *row, const char *line)
{
    const char *p = line;
    const char *reason = read_field(row->name, sizeof row->name, &p);

    if (reason != NULL)
        return reason;
    if (*p++ != ',')
        return "there is no comma: write name,password";
    reason = read_field(row->password, sizeof row->password, &p);
    if (reason == NULL && *p != '\0')
        reason = "there are more than two fields: put a password that has a "
                 "comma in quotes";
    return reason;
}

/* The reason why ROW cannot be added to ROSTER, or NULL. */
static const char *check_row(const struct roster *roster,
                             const struct roster_row *row)
{
    if (!kit_is_name(row->name))
        return "the user name is invalid: use 1 to 32 of a-z, 0-9, _ and -, "
               "and begin with a letter or digit";
    if (row->password[0] != '\0' && !kit_is_password(row->password))
        return "the password is invalid: use 1 to 128 bytes of UTF-8";
    for (size_t i = 0; i < roster->count; i++) {
        if (strcmp(roster->rows[i].name, row->name) == 0)
            return "an earlier line has the same name: remove one of them";
    }
    return roster->count < ROSTER_MAX
               ? NULL
               : "a roster has at most 10000 accounts: split the file";
}

/* Adds LINE, line NUMBER of FILE. Returns 0, or -1 after printing an error. */
static int add_line(struct roster *roster, const char *file, int number,
                    const char *line)
{
    struct roster_row row = {.line = number};
    const char *reason = read_row(&row, line);

    if (number == 1) {
        if (reason == NULL && (strcmp(row.name, "name") != 0 ||
                               strcmp(row.password, "password") != 0))
            reason = "the first line must be: name,password";
    } else if (reason == NULL) {
        reason = check_row(roster, &row);
    }
    if (reason == NULL && number > 1)
        roster->rows[roster->count++] = row;
    if (reason != NULL && file != NULL)
        kit_error("%s, line %d: %s", file, number, reason);
    kit_wipe(&row, sizeof row);
    return reason == NULL ? 0 : -1;
}

/* An upper bound for the number of lines in TEXT. */
static size_t count_lines(const char *text)
{
    size_t lines = 1;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* Adds all lines of TEXT, in which it replaces each newline with a zero. */
static int add_lines(struct roster *roster, const char *file, char *text)
{
    int number = 0, rc = 0;

    for (char *line = text; line != NULL; number++) {
        char *end = strchr(line, '\n');

        if (end != NULL)
            *end = '\0';
        if ((line[0] != '\0' || number == 0) &&
            add_line(roster, file, number + 1, line) != 0)
            rc = -1;
        line = end != NULL ? end + 1 : NULL;
    }
    return rc;
}

int roster_parse(struct roster *roster, const char *file, const char *text)
{
    char *copy = strdup(text);
    int rc = EX_OSERR;

    roster->count = 0;
    roster->rows = calloc(count_lines(text), sizeof *roster->rows);
    if (copy != NULL && roster->rows != NULL)
        rc = add_lines(roster, file, copy) == 0 ? EX_OK : EX_DATAERR;
    else if (file != NULL)
        kit_error("%s: no memory for so many lines: close other programs",
                  file);
    if (copy != NULL)
        kit_wipe(copy, strlen(text));
    free(copy);
    return rc;
}

void roster_free(struct roster *roster)
{
    if (roster->rows != NULL)
        kit_wipe(roster->rows, roster->count * sizeof *roster->rows);
    free(roster->rows);
    memset(roster, 0, sizeof *roster);
}

int roster_generate_password(char *out)
{
    unsigned char byte;
    size_t len = 0;

    memset(out, 0, KIT_PASSWORD_SIZE);
    while (len < ROSTER_PASSWORD_LEN) {
        if (kit_random(&byte, sizeof byte) != 0) {
            kit_wipe(out, KIT_PASSWORD_SIZE);
            return -1;
        }
        if (byte < BYTE_LIMIT)
            out[len++] = alphabet[byte % LETTERS];
    }
    return 0;
}

void roster_quote(char *out, const char *field)
{
    bool quotes = field[strcspn(field, ",\"\r\n")] != '\0';

    if (quotes)
        *out++ = '"';
    for (; *field != '\0'; field++) {
        if (*field == '"')
            *out++ = '"';
        *out++ = *field;
    }
    if (quotes)
        *out++ = '"';
    *out = '\0';
}
