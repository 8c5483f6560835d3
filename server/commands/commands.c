/* SPDX-License-Identifier: MIT */
/* What the subcommands have in common. */
#include "server/commands/commands.h"

#include <sysexits.h>

#include "lib/name.h"
#include "lib/options.h"
#include "lib/password.h"
#include "lib/say.h"
#include "lib/wire.h"
#include "server/store/password_hash.h"

unsigned command_ln(const char *text)
{
    return (unsigned)kit_option_number("scrypt-ln", text, PASSWORD_HASH_LN_MIN,
                                       PASSWORD_HASH_LN_MAX, PASSWORD_HASH_LN);
}

int command_password(char *phc, const char *file, const char *prompt,
                     unsigned ln)
{
    char password[KIT_PASSWORD_SIZE];
    int rc = EX_NOINPUT;

    if (kit_password_read(password, sizeof password, file, prompt) != 0)
        return rc;
    rc = password_hash_make(phc, password, ln) == 0 ? EX_OK : EX_OSERR;
    if (rc != EX_OK)
        kit_error("the password cannot be hashed; is there memory left?");
    kit_wipe(password, sizeof password);
    return rc;
}

int command_name(const char *name)
{
    return kit_name_check(name);
}

int command_db(const char *db)
{
    if (db != NULL && db[0] != '\0')
        return 0;
    kit_error("which database? Name its file with --db FILE");
    return -1;
}
