/* SPDX-License-Identifier: MIT */
/* chat-server import: a whole class at once, or nothing of it. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/options.h"
#include "lib/say.h"
#include "server/commands/commands.h"
#include "server/commands/password_list.h"
#include "server/commands/progress.h"
#include "server/commands/roster.h"
#include "server/store/accounts.h"
#include "server/store/secret_file.h"

static const char *db, *ln_text, *list;
static bool update;

static const struct kit_option options[] = {
    {"db", "FILE", COMMAND_DB_HELP ", made if absent", &db, NULL},
    {"list", "FILE", "write all names and passwords to this new file", &list,
     NULL},
    {"update", NULL, "accounts that exist get the password of the roster", NULL,
     &update},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server import",
    .operands = "ROSTER.csv",
    .about =
        "Adds a whole class, or nothing of it. The file begins with the line\n"
        "name,password and has one account on each line. For an empty "
        "password\n"
        "one is generated and written to the file of --list, nowhere else.\n"
        "That file must not exist. With --update an account that exists and "
        "has no\n"
        "password in the file keeps its own.",
    .min = 1,
    .max = 1,
    .options = options,
};

enum { THREADS_MAX = 4 }; /* that hash; each needs 16 MiB, or more (RFC 7914) */

/* The accounts to write. Each of ROWS has its password. */
struct changes {
    struct roster rows;
    struct change {
        bool exists;
        char phc[PASSWORD_HASH_SIZE];
    } * of; /* one for each row */
};

/* Room in CHANGES for COUNT rows. */
static int make_room(struct changes *changes, size_t count)
{
    changes->rows.rows = calloc(count + 1, sizeof *changes->rows.rows);
    changes->of = calloc(count + 1, sizeof *changes->of);
    if (changes->rows.rows != NULL && changes->of != NULL)
        return EX_OK;
    kit_error("there is no memory for so many accounts: close other programs");
    return EX_OSERR;
}

/* Makes a password for ROW of FILE if it has none. */
static int complete(struct roster_row *row, const char *file)
{
    if (row->password[0] != '\0')
        return EX_OK;
    if (list == NULL) {
        kit_error("%s, line %d: %s has no password. To have passwords "
                  "generated, name a new file for them: --list passwords.csv",
                  file, row->line, row->name);
        return EX_USAGE;
    }
    if (roster_make_password(row->password) == 0)
        return EX_OK;
    kit_error(
        "cannot generate a password for %s: there are no random bytes; try "
        "again",
        row->name);
    return EX_OSERR;
}

/*
 * Compares ROSTER with the accounts in STORE and fills CHANGES. Writes nothing.
 * Prints an error for each account that is in the way.
 */
static int plan(struct changes *changes, struct store *store,
                const struct roster *roster, const char *file)
{
    char phc[PASSWORD_HASH_SIZE];
    int rc = EX_OK;

    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[i];
        int found = accounts_find(phc, store, row->name);

        if (found < 0)
            return EX_UNAVAILABLE;
        if (found == 0 && !update) {
            kit_error("%s, line %d: the account %s exists; with --update it "
                      "gets the password in the file",
                      file, row->line, row->name);
            rc = EX_CANTCREAT;
        }
        if (found == 0 && row->password[0] == '\0')
            continue;
        changes->rows.rows[changes->rows.count] = *row;
        changes->of[changes->rows.count++].exists = found == 0;
    }
    for (size_t i = 0; i < changes->rows.count && rc == EX_OK; i++)
        rc = complete(&changes->rows.rows[i], file);
    return rc;
}

/* The passwords to hash, which several threads take one by one. */
struct job {
    struct changes *changes;
    unsigned ln;
    pthread_mutex_t lock; /* for what follows */
    size_t next, done;
    const char *failed; /* a name: nothing more is begun */
    struct progress progress;
};

/* Sets ROW to the next one of JOB to hash; false after the last. */
static bool take(size_t *row, struct job *job)
{
    bool more;

    pthread_mutex_lock(&job->lock);
    more = job->failed == NULL && job->next < job->changes->rows.count;
    if (more)
        *row = job->next++;
    pthread_mutex_unlock(&job->lock);
    return more;
}

static void *hash_rows(void *context)
{
    struct job *job = context;
    size_t i;

    while (take(&i, job)) {
        const struct roster_row *row = &job->changes->rows.rows[i];
        int rc =
            password_hash_make(job->changes->of[i].phc, row->password, job->ln);

        pthread_mutex_lock(&job->lock);
        if (rc != 0)
            job->failed = row->name;
        else
            progress_step(&job->progress, ++job->done);
        pthread_mutex_unlock(&job->lock);
    }
    return NULL;
}

/* The slow part: hashes all passwords, on several cores if there are. */
static int hash(struct changes *changes, unsigned ln)
{
    struct job job = {
        .changes = changes, .ln = ln, .lock = PTHREAD_MUTEX_INITIALIZER};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t others[THREADS_MAX - 1];
    int count = 0;

    progress_begin(&job.progress, "hashing passwords", changes->rows.count);
    /* Without another thread, this one does it all. */
    while (count < THREADS_MAX - 1 && count < cores - 1 &&
           pthread_create(&others[count], NULL, hash_rows, &job) == 0)
        count++;
    hash_rows(&job);
    while (count > 0)
        pthread_join(others[--count], NULL);
    progress_end(&job.progress);
    if (job.failed == NULL)
        return EX_OK;
    kit_error("the password of %s cannot be hashed; is there memory left?",
              job.failed);
    return EX_OSERR;
}

/* Row I into the database: 0; 1 when it has changed since we looked. */
static int write_one(struct store *store, const struct changes *changes,
                     size_t i)
{
    const char *name = changes->rows.rows[i].name;

    if (changes->of[i].exists)
        return accounts_set(store, name, changes->of[i].phc);
    return accounts_add(store, name, changes->of[i].phc);
}

/* All rows in one transaction. */
static int write_all(struct store *store, const struct changes *changes)
{
    int rc = store_begin(store);

    if (rc != 0)
        return EX_UNAVAILABLE;
    for (size_t i = 0; i < changes->rows.count && rc == 0; i++)
        rc = write_one(store, changes, i);
    rc = store_finish(store, rc);
    if (rc == 1)
        kit_error("another program has changed the accounts meanwhile: "
                  "nothing was imported, try again");
    return rc == 0 ? EX_OK : rc == 1 ? EX_TEMPFAIL : EX_UNAVAILABLE;
}

/* Writes the accounts and their list. Unless killed: both or neither. */
static int commit(struct store *store, const struct changes *changes)
{
    sigset_t all, before;
    int rc = EX_OK;

    /* Ctrl-C must not end it between the list and the accounts. */
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (list != NULL)
        rc = password_list_write(list, &changes->rows);
    if (rc == EX_OK) {
        rc = write_all(store, changes);
        if (list != NULL && rc == EX_OK)
            rc = password_list_publish(list);
        else if (list != NULL)
            password_list_discard(list);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static void report(const struct changes *changes, const char *file)
{
    size_t count = changes->rows.count;
    const char *plural = count == 1 ? "" : "s";

    if (count == 0)
        kit_note("nothing to import: %s has no new account and no new "
                 "password",
                 file);
    else if (list != NULL)
        kit_note("imported %zu account%s; for the passwords see %s", count,
                 plural, list);
    else
        kit_note("imported %zu account%s", count, plural);
}

static void free_changes(struct changes *changes)
{
    roster_free(&changes->rows);
    free(changes->of);
}

/* Imports ROSTER, which came from FILE, into STORE. */
static int import(struct store *store, const struct roster *roster,
                  const char *file, unsigned ln)
{
    struct changes changes = {0};
    int rc = list != NULL ? password_list_check(list, store) : EX_OK;

    if (rc == EX_OK)
        rc = make_room(&changes, roster->count);
    if (rc == EX_OK)
        rc = plan(&changes, store, roster, file);
    if (rc == EX_OK && changes.rows.count > 0)
        rc = hash(&changes, ln);
    if (rc == EX_OK && changes.rows.count > 0)
        rc = commit(store, &changes);
    if (rc == EX_OK)
        report(&changes, file);
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
    text = secret_file_read(file, SECRET_FILE_ANY_MODE, KIT_UTF8);
    rc = text != NULL ? EX_OK : EX_NOINPUT;
    if (rc == EX_OK)
        rc = roster_parse(&roster, file, text);
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
