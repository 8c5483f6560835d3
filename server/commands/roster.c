/* SPDX-License-Identifier: MIT */
/* Reading a class from CSV, to the letter. */
#include "server/commands/roster.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/say.h"

/* No l, o, 0, 1 or i: they are read from paper and typed. */
static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";

enum {
    LETTERS = sizeof alphabet - 1,
    /* Bytes from here on would make the first letters likelier. */
    LETTERS_FAIR = 256 / LETTERS * LETTERS,
};

/*
 * Reads one field at *P into OUT and moves *P to the comma or the end behind
 * it. Returns NULL, or what is wrong.
 */
static const char *read_field(char *out, size_t out_size, const char **p)
{
    bool quoted = **p == '"', open = quoted;
    size_t len = 0;

    for (*p += quoted; **p != '\0' && (quoted || **p != ','); (*p)++) {
        /* Inside quotes one stands for itself only when it is doubled. */
        if (quoted && **p == '"' && *++*p != '"') {
            open = false;
            break;
        }
        if (!quoted && **p == '"')
            return "a quote inside a field that does not begin with one";
        if (len + 1 >= out_size)
            return "a field is too long";
        out[len++] = **p;
    }
    out[len] = '\0';
    if (open)
        return "a quote is not closed on this line";
    if (**p != '\0' && **p != ',')
        return "something stands behind a closing quote";
    return NULL;
}

/* Reads the two fields of LINE into ROW. Returns NULL, or what is wrong. */
static const char *read_row(struct roster_row *row, const char *line)
{
    const char *p = line;
    const char *wrong = read_field(row->name, sizeof row->name, &p);

    if (wrong != NULL)
        return wrong;
    if (*p++ != ',')
        return "there is no comma: wanted is name,password";
    wrong = read_field(row->password, sizeof row->password, &p);
    if (wrong == NULL && *p != '\0')
        wrong = "there are more than two fields";
    return wrong;
}

/* What is wrong with ROW among those before it, or NULL. */
static const char *check_row(const struct roster *roster,
                             const struct roster_row *row)
{
    if (!kit_is_name(row->name))
        return "no user name: 1 to 32 of a-z, 0-9, _ and -, the first one a "
               "letter or digit";
    if (row->password[0] != '\0' && !kit_is_password(row->password))
        return "a password has 1 to 128 bytes of UTF-8";
    for (size_t i = 0; i < roster->count; i++) {
        if (strcmp(roster->rows[i].name, row->name) == 0)
            return "this name stands further up already";
    }
    return roster->count < ROSTER_MAX ? NULL : "there are too many accounts";
}

/* Adds LINE, number NUMBER of FILE. Returns 0, or -1 and has said why. */
static int add_line(struct roster *roster, const char *file, int number,
                    const char *line)
{
    struct roster_row row = {.line = number};
    const char *wrong = read_row(&row, line);

    if (number == 1) {
        if (wrong == NULL && (strcmp(row.name, "name") != 0 ||
                              strcmp(row.password, "password") != 0))
            wrong = "the first line must be: name,password";
    } else if (wrong == NULL) {
        wrong = check_row(roster, &row);
    }
    if (wrong == NULL && number > 1)
        roster->rows[roster->count++] = row;
    if (wrong != NULL && file != NULL)
        kit_error("%s, line %d: %s", file, number, wrong);
    kit_wipe(&row, sizeof row);
    return wrong == NULL ? 0 : -1;
}

/* Lines in TEXT, at least as many as there are. */
static size_t count_lines(const char *text)
{
    size_t lines = 1;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* Goes through TEXT, which it takes apart, line by line. */
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
        kit_error("%s: there is no memory for so many lines: close other "
                  "programs",
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

int roster_make_password(char *out)
{
    unsigned char byte;
    size_t len = 0;

    memset(out, 0, KIT_PASSWORD_SIZE);
    while (len < ROSTER_MADE) {
        if (kit_random(&byte, sizeof byte) != 0) {
            kit_wipe(out, KIT_PASSWORD_SIZE);
            return -1;
        }
        if (byte < LETTERS_FAIR)
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
