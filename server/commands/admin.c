/* SPDX-License-Identifier: MIT */
/* chat-server adduser, passwd, deluser and users: one account at a time. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/name.h"
#include "lib/options.h"
#include "lib/program.h"
#include "lib/say.h"
#include "lib/show.h"
#include "server/commands/commands.h"
#include "server/store/accounts.h"

/* The options of all four commands: a process runs only one of them. */
static const char *db, *password_file, *ln_text;

/* Opens the database. With this umask, SQLite creates files of mode 0600. */
static int open_store(struct store **store, enum store_mode mode)
{
    umask(S_IRWXG | S_IRWXO);
    return store_open(store, db, mode);
}

static int no_account(const char *name)
{
    char quoted[KIT_QUOTED_SIZE];

    kit_shell_quote(quoted, db);
    kit_error("there is no account %s: for a list, type: %s --db %s", name,
              kit_program_command("chat-server users"), quoted);
    return EX_NOUSER;
}

/*
 * What adduser and passwd have in common: reads a password, after PROMPT at the
 * terminal, and gives its hash to SAVE. Returns an exit code.
 */
static int store_password(int argc, char **argv,
                          const struct kit_command *command, const char *prompt,
                          enum store_mode mode,
                          int (*save)(struct store *store, const char *name,
                                      const char *phc))
{
    const char *name = argv[kit_options(argc, argv, command)];
    unsigned ln = command_parse_ln(ln_text);
    char phc[PASSWORD_HASH_SIZE];
    struct store *store = NULL;
    int rc;

    if (command_check_db(db) != 0 || kit_name_check(name) != 0)
        return EX_USAGE;
    rc = open_store(&store, mode);
    if (rc == EX_OK)
        rc = command_hash_password(phc, password_file, prompt, ln);
    if (rc == EX_OK)
        rc = save(store, name, phc);
    store_close(store);
    return rc;
}

/* --- adduser -------------------------------------------------------------- */

static const struct kit_option adduser_options[] = {
    {"db", "FILE", COMMAND_DB_HELP ", made if absent", &db, NULL},
    {"password-file", "FILE", COMMAND_PASSWORD_HELP, &password_file, NULL},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command adduser = {
    .name = "chat-server adduser",
    .operands = "NAME",
    .about = "Adds an account. The password comes from the terminal or a file.",
    .min = 1,
    .max = 1,
    .options = adduser_options,
};

static int add_account(struct store *store, const char *name, const char *phc)
{
    char quoted[KIT_QUOTED_SIZE];

    switch (accounts_add(store, name, phc)) {
    case 0:
        return EX_OK;
    case 1:
        kit_shell_quote(quoted, db);
        kit_error("the account %s exists: to change its password, type: "
                  "%s --db %s %s",
                  name, kit_program_command("chat-server passwd"), quoted,
                  name);
        return EX_CANTCREAT;
    default:
        return EX_UNAVAILABLE;
    }
}

int command_adduser(int argc, char **argv)
{
    return store_password(argc, argv, &adduser, "Password: ", STORE_CREATE,
                          add_account);
}

/* --- passwd --------------------------------------------------------------- */

static const struct kit_option passwd_options[] = {
    {"db", "FILE", COMMAND_DB_HELP, &db, NULL},
    {"password-file", "FILE", COMMAND_PASSWORD_HELP, &password_file, NULL},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command passwd = {
    .name = "chat-server passwd",
    .operands = "NAME",
    .about = "Changes the password of an account and ends its sessions.",
    .min = 1,
    .max = 1,
    .options = passwd_options,
};

/* Changes the password of NAME and ends its sessions in one transaction. */
static int set_password(struct store *store, const char *name, const char *phc)
{
    int rc = store_begin(store);

    if (rc == 0)
        rc = store_finish(store, accounts_set_password(store, name, phc));
    if (rc == 1)
        return no_account(name);
    return rc == 0 ? EX_OK : EX_UNAVAILABLE;
}

int command_passwd(int argc, char **argv)
{
    return store_password(argc, argv, &passwd, "New password: ", STORE_EXISTING,
                          set_password);
}

/* --- deluser -------------------------------------------------------------- */

static const struct kit_option db_option[] = {
    {"db", "FILE", COMMAND_DB_HELP, &db, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command deluser = {
    .name = "chat-server deluser",
    .operands = "NAME",
    .about = "Removes an account and ends its sessions.",
    .min = 1,
    .max = 1,
    .options = db_option,
};

int command_deluser(int argc, char **argv)
{
    const char *name = argv[kit_options(argc, argv, &deluser)];
    struct store *store = NULL;
    int rc;

    if (command_check_db(db) != 0 || kit_name_check(name) != 0)
        return EX_USAGE;
    rc = open_store(&store, STORE_EXISTING);
    if (rc != EX_OK)
        return rc;
    rc = accounts_remove(store, name);
    store_close(store);
    if (rc == 1)
        return no_account(name);
    return rc == 0 ? EX_OK : EX_UNAVAILABLE;
}

/* --- users ---------------------------------------------------------------- */

static const struct kit_command users = {
    .name = "chat-server users",
    .operands = "",
    .about = "Lists the accounts: name, live sessions, newest login (UTC).",
    .options = db_option,
};

static void print_account(void *context, const struct account *account)
{
    time_t seconds = (time_t)account->last_login;
    char when[32] = "never", name[KIT_SHOWN_SIZE(KIT_NAME_MAX)];
    struct tm utc;

    if (account->last_login != 0 && gmtime_r(&seconds, &utc) != NULL)
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    /* Escape the name: another program may have written the database. */
    kit_show(name, sizeof name, account->name, strlen(account->name));
    printf("%-*s  %8lld  %s\n", KIT_NAME_MAX, name, account->sessions, when);
}

int command_users(int argc, char **argv)
{
    struct store *store = NULL;
    int rc;

    kit_options(argc, argv, &users);
    if (command_check_db(db) != 0)
        return EX_USAGE;
    rc = open_store(&store, STORE_EXISTING);
    if (rc != EX_OK)
        return rc;
    printf("%-*s  %8s  %s\n", KIT_NAME_MAX, "name", "sessions", "newest login");
    rc = accounts_each(store, kit_now(), print_account, NULL);
    store_close(store);
    if (fflush(stdout) != 0) {
        kit_error(
            "cannot print the list: check that standard output is open and "
            "its disk is not full");
        return EX_IOERR;
    }
    return rc == 0 ? EX_OK : EX_UNAVAILABLE;
}
