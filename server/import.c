/* SPDX-License-Identifier: MIT */
/* chat-server import: a whole class at once, or nothing of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "lib/options.h"
#include "lib/say.h"
#include "server/accounts.h"
#include "server/commands.h"
#include "server/private.h"
#include "server/roster.h"

static const char *db, *ln_text;
static bool update;

static const struct kit_option options[] = {
    {"db", "FILE", COMMAND_DB_HELP ", made if absent", &db, NULL},
    {"update", NULL, "accounts that exist get the password of the file", NULL,
     &update},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server import",
    .operands = "ROSTER.csv",
    .about =
        "Adds a whole class. The file begins with the line name,password and\n"
        "has one account on each line; where the password is empty one is\n"
        "made. The list to hand out is printed on standard output. With\n"
        "--update an account that exists and has no password in the file\n"
        "stays as it is.",
    .min = 1,
    .max = 1,
    .options = options,
};

/* What happens to one row. */
struct change {
    const struct roster_row *row;
    bool exists;
    char password[KIT_PASSWORD_SIZE];
    char phc[PHC_SIZE];
};

struct changes {
    size_t count;
    struct change *list;
};

/*
 * Compares the class with the accounts there are, before anything is done:
 * fills CHANGES with what is to be done, or says all that is in the way.
 */
static int plan(struct changes *changes, struct store *store,
                const struct roster *roster, const char *file)
{
    char phc[PHC_SIZE];
    int rc = EX_OK;

    changes->list = calloc(roster->count + 1, sizeof *changes->list);
    if (changes->list == NULL) {
        kit_error("no memory for so many accounts");
        return EX_OSERR;
    }
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[i];
        struct change *change = &changes->list[changes->count];
        int found = accounts_find(phc, store, row->name);

        if (found < 0)
            return EX_UNAVAILABLE;
        if (found == 0 && !update) {
            kit_error("%s, line %d: there is an account %s already; "
                      "--update gives it the password of the file",
                      file, row->line, row->name);
            rc = EX_CANTCREAT;
        }
        if (found == 0 && row->password[0] == '\0')
            continue;
        change->row = row;
        change->exists = found == 0;
        changes->count++;
    }
    return rc;
}

/* The slow part: makes what passwords are missing and hashes them all. */
static int hash(struct changes *changes, unsigned ln)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct change *change = &changes->list[i];

        memcpy(change->password, change->row->password,
               sizeof change->password);
        if ((change->password[0] == '\0' &&
             roster_make_password(change->password) != 0) ||
            phc_make(change->phc, change->password, ln) != 0) {
            kit_error("the password of %s cannot be hashed; is there memory "
                      "left?",
                      change->row->name);
            return EX_OSERR;
        }
    }
    return EX_OK;
}

/* One row into the database: 0; 1 when it has changed since we looked. */
static int write_one(struct store *store, const struct change *change)
{
    if (change->exists)
        return accounts_set(store, change->row->name, change->phc);
    return accounts_add(store, change->row->name, change->phc);
}

/* All rows in one transaction. */
static int write_all(struct store *store, const struct changes *changes)
{
    int rc = store_begin(store);

    if (rc != 0)
        return EX_UNAVAILABLE;
    for (size_t i = 0; i < changes->count && rc == 0; i++)
        rc = write_one(store, &changes->list[i]);
    rc = store_finish(store, rc);
    if (rc == 1)
        kit_error("somebody else has changed the accounts meanwhile: nothing "
                  "was imported, try again");
    return rc == 0 ? EX_OK : rc == 1 ? EX_TEMPFAIL : EX_UNAVAILABLE;
}

/* The list to hand out. The passwords are nowhere else but here. */
static int print(const struct changes *changes)
{
    char password[ROSTER_FIELD_SIZE];

    printf("name,password\n");
    for (size_t i = 0; i < changes->count; i++) {
        roster_quote(password, changes->list[i].password);
        printf("%s,%s\n", changes->list[i].row->name, password);
    }
    kit_wipe(password, sizeof password);
    if (fflush(stdout) == 0)
        return EX_OK;
    kit_error("all are imported, but the list could not be printed: set "
              "passwords with: chat-server passwd");
    return EX_IOERR;
}

static void free_changes(struct changes *changes)
{
    if (changes->list != NULL)
        kit_wipe(changes->list, changes->count * sizeof *changes->list);
    free(changes->list);
}

/* Imports ROSTER, which came from FILE, into STORE. */
static int import(struct store *store, const struct roster *roster,
                  const char *file, unsigned ln)
{
    struct changes changes = {0};
    int rc = plan(&changes, store, roster, file);

    if (rc == EX_OK)
        rc = hash(&changes, ln);
    if (rc == EX_OK)
        rc = write_all(store, &changes);
    if (rc == EX_OK)
        rc = print(&changes);
    free_changes(&changes);
    return rc;
}

int command_import(int argc, char **argv)
{
    const char *file = argv[kit_options(argc, argv, &command)];
    unsigned ln = command_ln(ln_text);
    struct roster roster = {0};
    struct store *store = NULL;
    char *text;
    int rc = EX_USAGE;

    if (command_db(db) != 0)
        return rc;
    umask(S_IRWXG | S_IRWXO);
    text = private_read(file, false);
    rc = text != NULL ? EX_OK : EX_NOINPUT;
    if (rc == EX_OK && roster_parse(&roster, file, text) != 0)
        rc = EX_DATAERR;
    if (rc == EX_OK)
        rc = store_open(&store, db, STORE_CREATE);
    if (rc == EX_OK)
        rc = import(store, &roster, file, ln);
    if (text != NULL)
        kit_wipe(text, strlen(text));
    free(text);
    roster_free(&roster);
    store_close(store);
    return rc;
}
