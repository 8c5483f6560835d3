/* SPDX-License-Identifier: MIT */
/*
 * A roster: the accounts of a class as a CSV file (RFC 4180). The first line
 * is "name,password"; each other line is one account. An empty password means
 * that one is to be generated.
 *
 * Or the file is an export from another system. Then its first line has the
 * title of each column, and the user names are made from the login IDs: Canvas
 * calls this column "SIS Login ID", Moodle "username" or "Email address".
 */
#ifndef SERVER_COMMANDS_ROSTER_H
#define SERVER_COMMANDS_ROSTER_H

#include "lib/password.h"
#include "lib/wire.h"

enum {
    ROSTER_MAX = 10000,       /* accounts in one file */
    ROSTER_PASSWORD_LEN = 12, /* characters of a generated password */
    ROSTER_MISTAKES = 5,      /* invalid lines to print; others are counted */
    /* Room for a quoted field: every byte may be a quote, which is doubled. */
    ROSTER_FIELD_SIZE = 2 * KIT_PASSWORD_MAX + 3,
};

struct roster_row {
    int line; /* in the file, from 1 */
    char name[KIT_NAME_MAX + 1];
    char password[KIT_PASSWORD_SIZE]; /* empty: to be generated */
};

/* All zero is an empty roster. */
struct roster {
    size_t count;
    struct roster_row *rows;
    bool exported;  /* by another system; otherwise it is name,password */
    size_t skipped; /* lines without a login ID, or of a test student */
};

/*
 * roster_parse: parses TEXT, which was read from FILE with lib/text_file.h,
 * into ROSTER. Empty lines are skipped. Returns EX_OK; EX_DATAERR if a line is
 * invalid or repeats a name; EX_OSERR without memory. In every case, free
 * ROSTER with roster_free.
 *
 * Unless FILE is NULL, prints an error on standard error for each of the first
 * ROSTER_MISTAKES invalid lines and, if there are more, their total number. If
 * the first line of the file is invalid, the others are not checked.
 */
int roster_parse(struct roster *roster, const char *file,
                 const char *text) KIT_MUST_CHECK;

/* roster_free: wipes and frees all rows; ROSTER is empty again. */
void roster_free(struct roster *roster);

/*
 * roster_generate_password: writes a random password to OUT, KIT_PASSWORD_SIZE
 * bytes: ROSTER_PASSWORD_LEN lower-case letters and digits, without those that
 * look alike on paper. Returns 0 or -1.
 */
int roster_generate_password(char *out) KIT_MUST_CHECK;

/*
 * roster_quote: writes FIELD to OUT, ROSTER_FIELD_SIZE bytes, as a CSV field,
 * quoted only if necessary.
 */
void roster_quote(char *out, const char *field);

#endif
