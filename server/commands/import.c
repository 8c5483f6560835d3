/* SPDX-License-Identifier: MIT */
/* chat-server import: adds all accounts of a class, or none. */
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

static const char *db, *ln_text, *list_path;
static bool update;

static const struct kit_option options[] = {
    {"db", "FILE", COMMAND_DB_HELP ", made if absent", &db, NULL},
    {"list", "FILE", "write all names and passwords to this new file",
     &list_path, NULL},
    {"update", NULL, "give existing accounts the passwords in the roster", NULL,
     &update},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server import",
    .operands = "ROSTER.csv",
    .about =
        "Adds all accounts of a class, or none. The first line of the file is\n"
        "name,password; each other line is one account. A name has 1 to 32\n"
        "characters of a-z, 0-9, _ and -, and begins with a letter or digit.\n"
        "Where the password is empty, one is generated and written to the "
        "file\n"
        "of --list, nowhere else. That file must not exist. With --update, an\n"
        "existing account whose password is empty in the roster keeps it.\n"
        "\n"
        "An export from Canvas or Moodle works, too: the column SIS Login ID,\n"
        "username or Email address becomes the name, in lower case, without\n"
        "what follows an @, and with - in place of dots.",
    .min = 1,
    .max = 1,
    .options = options,
};

/* The threads that hash. Each needs 128 * r * 2^ln bytes (RFC 7914): 16 MiB by
   default, 128 MiB for the highest ln. */
enum { THREADS_MAX = 4 };

/* The accounts to add or update. */
struct changes {
    struct roster roster; /* plan generates the passwords that are empty */
    struct change {
        bool exists; /* update the account; otherwise add it */
        char phc[PASSWORD_HASH_SIZE];
    } * list; /* one for each row */
};

/* Allocates COUNT rows, and one more since calloc(0) may return NULL. */
static int allocate(struct changes *changes, size_t count)
{
    changes->roster.rows = calloc(count + 1, sizeof *changes->roster.rows);
    changes->list = calloc(count + 1, sizeof *changes->list);
    if (changes->roster.rows != NULL && changes->list != NULL)
        return EX_OK;
    kit_error("no memory for so many accounts: close other programs");
    return EX_OSERR;
}

/* Generates a password for ROW of FILE if it has none. */
static int ensure_password(struct roster_row *row, const char *file)
{
    if (row->password[0] != '\0')
        return EX_OK;
    if (list_path == NULL) {
        kit_error("%s, line %d: %s has no password. To have passwords "
                  "generated, name a new file for them: --list passwords.csv",
                  file, row->line, row->name);
        return EX_USAGE;
    }
    if (roster_generate_password(row->password) == 0)
        return EX_OK;
    kit_error(
        "cannot generate a password for %s: the system provides no random "
        "bytes; try again",
        row->name);
    return EX_OSERR;
}

/* Prints that COUNT accounts exist; FIRST is the first of them. */
static void report_existing(const struct roster_row *first, size_t count,
                            const char *file)
{
    if (count == 1)
        kit_error("%s, line %d: the account %s exists: to give it the password "
                  "in this file, add --update",
                  file, first->line, first->name);
    else
        kit_error("%s, line %d: the account %s exists, and %zu more: to give "
                  "them the passwords in this file, add --update",
                  file, first->line, first->name, count - 1);
}

/*
 * Compares ROSTER with the accounts in STORE and fills CHANGES. Writes nothing.
 * Prints an error if accounts exist but must not be updated.
 */
static int plan(struct changes *changes, struct store *store,
                const struct roster *roster, const char *file)
{
    const struct roster_row *first = NULL;
    char phc[PASSWORD_HASH_SIZE];
    size_t existing = 0;
    int rc = EX_OK;

    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[i];
        int result = accounts_find(phc, store, row->name);
        bool exists = result == 0;

        if (result < 0)
            return EX_UNAVAILABLE;
        if (exists && existing++ == 0)
            first = row;
        if (exists && row->password[0] == '\0')
            continue;
        changes->roster.rows[changes->roster.count] = *row;
        changes->list[changes->roster.count++].exists = exists;
    }
    if (existing > 0 && !update) {
        report_existing(first, existing, file);
        return EX_CANTCREAT;
    }
    for (size_t i = 0; i < changes->roster.count && rc == EX_OK; i++)
        rc = ensure_password(&changes->roster.rows[i], file);
    return rc;
}

/* The passwords to hash. Each thread takes one after the other. */
struct job {
    struct changes *changes;
    unsigned ln;
    pthread_mutex_t lock; /* for the members below */
    size_t next, done;    /* rows: the next to take, the number finished */
    const char *failed;   /* NULL, or the name in a row that failed: stop */
    struct progress progress;
};

/* Sets ROW to the next row to hash. Returns false after the last one. */
static bool take(size_t *row, struct job *job)
{
    bool more;

    pthread_mutex_lock(&job->lock);
    more = job->failed == NULL && job->next < job->changes->roster.count;
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
        const struct roster_row *row = &job->changes->roster.rows[i];
        int rc = password_hash_make(job->changes->list[i].phc, row->password,
                                    job->ln);

        pthread_mutex_lock(&job->lock);
        if (rc != 0)
            job->failed = row->name;
        else
            progress_step(&job->progress, ++job->done);
        pthread_mutex_unlock(&job->lock);
    }
    return NULL;
}

/* Hashes all passwords, with one thread for each core up to THREADS_MAX. */
static int hash_all(struct changes *changes, unsigned ln)
{
    struct job job = {
        .changes = changes, .ln = ln, .lock = PTHREAD_MUTEX_INITIALIZER};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t others[THREADS_MAX - 1];
    int count = 0;

    progress_begin(&job.progress, "hashing passwords", changes->roster.count);
    /* This thread hashes too, so it is no error if no other can be created. */
    while (count < THREADS_MAX - 1 && count < cores - 1 &&
           pthread_create(&others[count], NULL, hash_rows, &job) == 0)
        count++;
    hash_rows(&job);
    while (count > 0)
        pthread_join(others[--count], NULL);
    progress_end(&job.progress);
    if (job.failed == NULL)
        return EX_OK;
    kit_error("cannot hash the password of %s: close other programs to free "
              "memory",
              job.failed);
    return EX_OSERR;
}

/* Writes row I. Returns 1 if the account was added or removed meanwhile. */
static int write_row(struct store *store, const struct changes *changes,
                     size_t i)
{
    const char *name = changes->roster.rows[i].name;

    if (changes->list[i].exists)
        return accounts_set_password(store, name, changes->list[i].phc);
    return accounts_add(store, name, changes->list[i].phc);
}

/* Writes all rows in one transaction. */
static int write_rows(struct store *store, const struct changes *changes)
{
    int rc = store_begin(store);

    if (rc != 0)
        return EX_UNAVAILABLE;
    for (size_t i = 0; i < changes->roster.count && rc == 0; i++)
        rc = write_row(store, changes, i);
    rc = store_finish(store, rc);
    if (rc == 1)
        kit_error("another program changed the accounts meanwhile; nothing was "
                  "imported: try again");
    return rc == 0 ? EX_OK : rc == 1 ? EX_TEMPFAIL : EX_UNAVAILABLE;
}

/*
 * Writes the accounts and the list: both, or neither. Only SIGKILL or a power
 * failure can come in between; for these see password_list.h.
 */
static int commit(struct store *store, const struct changes *changes)
{
    sigset_t all, before;
    int rc = EX_OK;

    /* Block all signals: Ctrl-C must not end the program between the two. */
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (list_path != NULL)
        rc = password_list_write(list_path, &changes->roster);
    if (rc == EX_OK) {
        rc = write_rows(store, changes);
        if (list_path != NULL && rc == EX_OK)
            rc = password_list_publish(list_path);
        else if (list_path != NULL)
            password_list_discard(list_path);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static void report(const struct changes *changes, const char *file)
{
    size_t count = changes->roster.count;
    const char *plural = count == 1 ? "" : "s";

    if (count == 0)
        kit_note("nothing to import: %s has no new account and no new "
                 "password",
                 file);
    else if (list_path != NULL)
        kit_note("imported %zu account%s; for the passwords see %s", count,
                 plural, list_path);
    else
        kit_note("imported %zu account%s", count, plural);
}

static void free_changes(struct changes *changes)
{
    roster_free(&changes->roster);
    free(changes->list);
}

/* Imports ROSTER, which was read from FILE, into STORE. */
static int import(struct store *store, const struct roster *roster,
                  const char *file, unsigned ln)
{
    struct changes changes = {0};
    int rc = list_path != NULL ? password_list_check(list_path, store) : EX_OK;

    if (rc == EX_OK)
        rc = allocate(&changes, roster->count);
    if (rc == EX_OK)
        rc = plan(&changes, store, roster, file);
    if (rc == EX_OK && changes.roster.count > 0)
        rc = hash_all(&changes, ln);
    if (rc == EX_OK && changes.roster.count > 0)
        rc = commit(store, &changes);
    if (rc == EX_OK)
        report(&changes, file);
    free_changes(&changes);
    return rc;
}

int command_import(int argc, char **argv)
{
    const char *file = argv[kit_options(argc, argv, &command)];
    unsigned ln = command_parse_ln(ln_text);
    struct roster roster = {0};
    struct store *store = NULL;
    char *text;
    int rc = EX_USAGE;

    if (command_check_db(db) != 0)
        return rc;
    umask(S_IRWXG | S_IRWXO);
    text = secret_file_read(file, SECRET_FILE_ANY_MODE, KIT_UTF8);
    rc = text != NULL ? EX_OK : EX_NOINPUT;
    if (rc == EX_OK)
        rc = roster_parse(&roster, file, text);
    if (rc == EX_OK && roster.skipped > 0)
        kit_note("%s: skipped %zu line%s (no login ID, or a test student)",
                 file, roster.skipped, roster.skipped == 1 ? "" : "s");
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
