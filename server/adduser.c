/* SPDX-License-Identifier: MIT */
/* chat-server adduser: one more account. */
#include <sys/stat.h>
#include <sysexits.h>

#include "lib/options.h"
#include "lib/say.h"
#include "server/accounts.h"
#include "server/commands.h"

static const char *db, *password_file, *ln_text;

static const struct kit_option options[] = {
    {"db", "FILE", COMMAND_DB_HELP ", made if absent", &db, NULL},
    {"password-file", "FILE", COMMAND_PASSWORD_HELP, &password_file, NULL},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server adduser",
    .operands = "NAME",
    .about = "Adds an account. The password comes from the terminal or a file.",
    .min = 1,
    .max = 1,
    .options = options,
};

/* Adds NAME with the stored password PHC. */
static int add(struct store *store, const char *name, const char *phc)
{
    switch (accounts_add(store, name, phc)) {
    case 0:
        return EX_OK;
    case 1:
        kit_error("the account %s exists; to change its password, type: "
                  "chat-server passwd --db %s %s",
                  name, db, name);
        return EX_CANTCREAT;
    default:
        return EX_UNAVAILABLE;
    }
}

int command_adduser(int argc, char **argv)
{
    const char *name = argv[kit_options(argc, argv, &command)];
    unsigned ln = command_ln(ln_text);
    char phc[PHC_SIZE];
    struct store *store = NULL;
    int rc;

    if (command_db(db) != 0 || command_name(name) != 0)
        return EX_USAGE;
    umask(S_IRWXG | S_IRWXO);
    rc = store_open(&store, db, STORE_CREATE);
    if (rc == EX_OK)
        rc = command_password(phc, password_file, "Password: ", ln);
    if (rc == EX_OK)
        rc = add(store, name, phc);
    store_close(store);
    return rc;
}
