/* SPDX-License-Identifier: MIT */
/* chat-server users: who has an account, and who is logged in. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/options.h"
#include "lib/say.h"
#include "lib/show.h"
#include "server/accounts.h"
#include "server/commands.h"

static const char *db;

static const struct kit_option options[] = {
    {"db", "FILE", COMMAND_DB_HELP, &db, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server users",
    .operands = "",
    .about = "Lists the accounts: name, live sessions, newest login (UTC).",
    .options = options,
};

static void print(void *context, const struct account *one)
{
    time_t seconds = (time_t)one->last_login;
    char when[32] = "never", name[KIT_SHOWN_SIZE(KIT_NAME_MAX)];
    struct tm utc;

    if (one->last_login != 0 && gmtime_r(&seconds, &utc) != NULL)
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    /* Another program may have written it. */
    kit_show(name, sizeof name, one->name, strlen(one->name));
    printf("%-*s  %8lld  %s\n", KIT_NAME_MAX, name, one->sessions, when);
}

int command_users(int argc, char **argv)
{
    struct store *store = NULL;
    int rc;

    kit_options(argc, argv, &command);
    if (command_db(db) != 0)
        return EX_USAGE;
    umask(S_IRWXG | S_IRWXO);
    rc = store_open(&store, db, STORE_EXISTING);
    if (rc != EX_OK)
        return rc;
    printf("%-*s  %8s  %s\n", KIT_NAME_MAX, "name", "sessions", "newest login");
    rc = accounts_each(store, kit_now(), print, NULL);
    store_close(store);
    if (fflush(stdout) != 0) {
        kit_error("the list could not be printed");
        return EX_IOERR;
    }
    return rc == 0 ? EX_OK : EX_UNAVAILABLE;
}
