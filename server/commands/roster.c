/* SPDX-License-Identifier: MIT */
/* Parsing a roster, and generating passwords. */
#include "server/commands/roster.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

static const char too_long[] =
    "a field is too long: a name has up to 32 characters, a password up to 128 "
    "bytes";

/* The columns, as the first line of the file defines them. */
struct columns {
    char separator;
    bool exported;       /* from another system; otherwise name,password */
    int login, password; /* the index of the field, or -1 */
};

/*
 * Reads the field at *P into OUT, as much as fits, and moves *P to the
 * SEPARATOR after it or to the end of the line. Returns NULL, or the reason why
 * it is invalid: too_long if it does not fit.
 */
static const char *read_field(char *out, size_t out_size, const char **p,
                              char separator)
{
    bool quoted = **p == '"', open = quoted, cut = false;
    size_t len = 0;

    for (*p += quoted; **p != '\0' && (quoted || **p != separator); (*p)++) {
        /* In a quoted field, two quotes mean one, and one quote ends it. */
        if (quoted && **p == '"' && *++*p != '"') {
            open = false;
            break;
        }
        if (!quoted && **p == '"')
            return "a quote inside a field that does not begin with one: "
                   "put the field in quotes and double the quotes in it";
        if (len + 1 < out_size)
            out[len++] = **p;
        else
            cut = true;
    }
    out[len] = '\0';
    if (open)
        return "a quote is not closed on this line: add the closing quote";
    if (**p != '\0' && **p != separator)
        return "text after a closing quote: to write a quote in a quoted "
               "field, double it";
    return cut ? too_long : NULL;
}

/* --- The first line ------------------------------------------------------- */

/* The columns that can have the user name, the best one first. */
static const char *const login_columns[] = {
    "sis login id", "login id", "username", "login", "email address", "email",
};

/* How good a column called TITLE is for user names: 0 is the best. */
static int rank(const char *title)
{
    int i = 0, count = sizeof login_columns / sizeof login_columns[0];

    while (i < count && strcasecmp(title, login_columns[i]) != 0)
        i++;
    return i;
}

/* Exports have a comma, or what Excel writes instead in some countries. */
static char find_separator(const char *line)
{
    if (strchr(line, '\t') != NULL)
        return '\t';
    return strchr(line, ',') == NULL && strchr(line, ';') != NULL ? ';' : ',';
}

/* Reads the first LINE. Returns NULL, or the reason why it is invalid. */
static const char *read_titles(struct columns *columns, const char *line)
{
    int best = rank("");
    const char *p = line;

    *columns = (struct columns){.login = -1, .password = -1};
    columns->separator = find_separator(line);
    columns->exported = strcmp(line, "name,password") != 0 &&
                        strcmp(line, "\"name\",\"password\"") != 0;
    if (!columns->exported)
        return NULL;
    for (int i = 0;; i++, p++) {
        char title[32];
        const char *reason =
            read_field(title, sizeof title, &p, columns->separator);

        if (reason != NULL && reason != too_long)
            return reason;
        if (strcasecmp(title, "password") == 0)
            columns->password = i;
        if (reason == NULL && rank(title) < best) {
            best = rank(title);
            columns->login = i;
        }
        if (*p == '\0')
            break;
    }
    return columns->login >= 0
               ? NULL
               : "the first line must be name,password and each other line one "
                 "account, for example \"alice,secret\", or \"alice,\" to "
                 "have a password generated. An export from Canvas or Moodle "
                 "needs no changes if it has a column SIS Login ID, username "
                 "or Email address";
}

/* --- The other lines ------------------------------------------------------ */

/* Reads LINE, name and password, into ROW. Returns NULL, or why it is invalid.
 */
static const char *read_row(struct roster_row *row, const char *line)
{
    const char *p = line;
    const char *reason = read_field(row->name, sizeof row->name, &p, ',');

    if (reason != NULL)
        return reason;
    if (*p++ != ',')
        return "there is no comma: write name,password";
    reason = read_field(row->password, sizeof row->password, &p, ',');
    if (reason == NULL && *p != '\0')
        reason = "there are more than two fields: put a password that has a "
                 "comma in quotes";
    return reason;
}

/*
 * Makes a user name from LOGIN: Jane.Doe@example.org becomes jane-doe. Returns
 * NULL, or too_long.
 */
static const char *make_name(char name[KIT_NAME_MAX + 1], const char *login)
{
    size_t len = strcspn(login, "@");

    if (len > KIT_NAME_MAX)
        return too_long;
    for (size_t i = 0; i < len; i++) {
        char c = login[i];

        name[i] = c;
        if (c >= 'A' && c <= 'Z')
            name[i] = (char)(c - 'A' + 'a');
        else if (c == '.' || c == '+' || c == ' ')
            name[i] = '-';
    }
    name[len] = '\0';
    return NULL;
}

/*
 * Reads LINE of an export into ROW. Its name is empty if there is no login ID,
 * as in Canvas's line of points, or if this is Canvas's test student.
 */
static const char *read_exported(struct roster_row *row,
                                 const struct columns *columns,
                                 const char *line)
{
    char login[256] = "", first[16] = "", other[2];
    const char *p = line;

    for (int i = 0;; i++, p++) {
        bool is_login = i == columns->login,
             is_password = i == columns->password;
        char *out = is_login ? login : is_password ? row->password : other;
        size_t size = is_login      ? sizeof login
                      : is_password ? sizeof row->password
                                    : sizeof other;
        const char *reason;

        if (out == other && i == 0) {
            out = first;
            size = sizeof first;
        }
        reason = read_field(out, size, &p, columns->separator);
        if (reason != NULL && (reason != too_long || is_login || is_password))
            return reason;
        if (*p == '\0')
            break;
    }
    return strcmp(first, "Student, Test") != 0 ? make_name(row->name, login)
                                               : NULL;
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

/* A file that is being parsed into ROSTER. */
struct reader {
    struct roster *roster;
    const char *file; /* for error messages; NULL: print none */
    struct columns columns;
    size_t mistakes; /* lines that are invalid */
};

/* Prints the REASON why line NUMBER is invalid, for the first few. */
static void reject(struct reader *reader, int number, const char *reason)
{
    reader->mistakes++;
    if (reader->file != NULL && reader->mistakes <= ROSTER_MISTAKES)
        kit_error("%s, line %d: %s", reader->file, number, reason);
}

/* Adds LINE, line NUMBER of the file. */
static void add_line(struct reader *reader, int number, const char *line)
{
    struct roster *roster = reader->roster;
    struct roster_row row = {.line = number};
    bool exported = reader->columns.exported;
    const char *reason = exported ? read_exported(&row, &reader->columns, line)
                                  : read_row(&row, line);
    bool skip = reason == NULL && exported && row.name[0] == '\0';

    if (reason == NULL && !skip)
        reason = check_row(roster, &row);
    if (skip)
        roster->skipped++;
    else if (reason == NULL)
        roster->rows[roster->count++] = row;
    else
        reject(reader, number, reason);
    kit_wipe(&row, sizeof row);
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
static void add_lines(struct reader *reader, char *text)
{
    const char *reason;
    int number = 1;

    for (char *line = text; line != NULL; number++) {
        char *end = strchr(line, '\n');

        if (end != NULL)
            *end = '\0';
        if (number > 1 && line[0] != '\0')
            add_line(reader, number, line);
        if (number == 1 &&
            (reason = read_titles(&reader->columns, line)) != NULL) {
            /* The other lines make no sense then: one message for all. */
            reject(reader, number, reason);
            return;
        }
        line = end != NULL ? end + 1 : NULL;
    }
}

int roster_parse(struct roster *roster, const char *file, const char *text)
{
    struct reader reader = {.roster = roster, .file = file};
    char *copy = strdup(text);
    int rc = EX_OSERR;

    roster->count = roster->skipped = 0;
    roster->rows = calloc(count_lines(text), sizeof *roster->rows);
    if (copy != NULL && roster->rows != NULL) {
        add_lines(&reader, copy);
        rc = reader.mistakes == 0 ? EX_OK : EX_DATAERR;
    } else if (file != NULL) {
        kit_error("%s: no memory for so many lines: close other programs",
                  file);
    }
    if (file != NULL && reader.mistakes > ROSTER_MISTAKES)
        kit_error("%s: %zu invalid lines in all; above are the first %d", file,
                  reader.mistakes, ROSTER_MISTAKES);
    roster->exported = reader.columns.exported;
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
