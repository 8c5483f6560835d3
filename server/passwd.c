/* SPDX-License-Identifier: MIT */
/* chat-server passwd: another password for an account. */
#include <sys/stat.h>
#include <sysexits.h>

#include "lib/options.h"
#include "lib/say.h"
#include "server/accounts.h"
#include "server/commands.h"

static const char *db, *password_file, *ln_text;

static const struct kit_option options[] = {
    {"db", "FILE", COMMAND_DB_HELP, &db, NULL},
    {"password-file", "FILE", COMMAND_PASSWORD_HELP, &password_file, NULL},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server passwd",
    .operands = "NAME",
    .about = "Gives an account another password and ends its sessions.",
    .min = 1,
    .max = 1,
    .options = options,
};

/* Gives NAME the stored password PHC; with it all sessions go, or nothing. */
static int set(struct store *store, const char *name, const char *phc)
{
    int rc = store_begin(store);

    if (rc == 0)
        rc = store_finish(store, accounts_set(store, name, phc));
    if (rc == 1)
        kit_error("there is no account %s; for a list: chat-server users "
                  "--db %s",
                  name, db);
    return rc == 0 ? EX_OK : rc == 1 ? EX_NOUSER : EX_UNAVAILABLE;
}

int command_passwd(int argc, char **argv)
{
    const char *name = argv[kit_options(argc, argv, &command)];
    unsigned ln = command_ln(ln_text);
    char phc[PHC_SIZE];
    struct store *store = NULL;
    int rc;

    if (command_db(db) != 0 || command_name(name) != 0)
        return EX_USAGE;
    umask(S_IRWXG | S_IRWXO);
    rc = store_open(&store, db, STORE_EXISTING);
    if (rc == EX_OK)
        rc = command_password(phc, password_file, "New password: ", ln);
    if (rc == EX_OK)
        rc = set(store, name, phc);
    store_close(store);
    return rc;
}
