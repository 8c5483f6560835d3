/* SPDX-License-Identifier: MIT */
/* chat-server deluser: an account less, and its sessions with it. */
#include <sys/stat.h>
#include <sysexits.h>

#include "lib/options.h"
#include "lib/say.h"
#include "server/accounts.h"
#include "server/commands.h"

static const char *db;

static const struct kit_option options[] = {
    {"db", "FILE", COMMAND_DB_HELP, &db, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server deluser",
    .operands = "NAME",
    .about = "Removes an account and ends its sessions.",
    .min = 1,
    .max = 1,
    .options = options,
};

int command_deluser(int argc, char **argv)
{
    const char *name = argv[kit_options(argc, argv, &command)];
    struct store *store = NULL;
    int rc;

    if (command_db(db) != 0 || command_name(name) != 0)
        return EX_USAGE;
    umask(S_IRWXG | S_IRWXO);
    rc = store_open(&store, db, STORE_EXISTING);
    if (rc != EX_OK)
        return rc;
    rc = accounts_remove(store, name);
    if (rc == 1)
        kit_error("there is no account %s; for a list: chat-server users "
                  "--db %s",
                  name, db);
    store_close(store);
    return rc == 0 ? EX_OK : rc == 1 ? EX_NOUSER : EX_UNAVAILABLE;
}
