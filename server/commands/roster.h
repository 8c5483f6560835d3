/* SPDX-License-Identifier: MIT */
/*
 * A class as a CSV file (RFC 4180): a line "name,password", then one account
 * a line. Where the password is empty one is to be made.
 */
#ifndef SERVER_COMMANDS_ROSTER_H
#define SERVER_COMMANDS_ROSTER_H

#include "lib/password.h"
#include "lib/wire.h"

enum {
    ROSTER_MAX = 10000, /* accounts in one file */
    ROSTER_MADE = 12,   /* characters of a password that is made */
    /* Room for a field in quotes, each of its quotes twice. */
    ROSTER_FIELD_SIZE = 2 * KIT_PASSWORD_MAX + 3,
};

struct roster_row {
    int line; /* of the file */
    char name[KIT_NAME_MAX + 1];
    char password[KIT_PASSWORD_SIZE]; /* empty: to be made */
};

/* Begins as all zero. */
struct roster {
    size_t count;
    struct roster_row *rows;
};

/*
 * roster_parse: reads TEXT, which lib/text_file.h has read from FILE, into
 * ROSTER. Empty lines are skipped. Returns EX_OK; EX_DATAERR if TEXT has
 * mistakes, such as a name given twice; EX_OSERR without memory. The reason is
 * printed on standard error, each mistake with its line, unless FILE is NULL.
 * Give ROSTER to roster_free either way.
 */
int roster_parse(struct roster *roster, const char *file,
                 const char *text) KIT_MUST_CHECK;

/* roster_free: wipes the passwords and gives everything back. */
void roster_free(struct roster *roster);

/*
 * roster_make_password: writes a new password of ROSTER_MADE characters, none
 * of which looks like another, to OUT, KIT_PASSWORD_SIZE. Returns 0 or -1.
 */
int roster_make_password(char *out) KIT_MUST_CHECK;

/*
 * roster_quote: writes FIELD as CSV to OUT, ROSTER_FIELD_SIZE, in quotes
 * where it needs them.
 */
void roster_quote(char *out, const char *field);

#endif
