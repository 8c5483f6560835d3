/* SPDX-License-Identifier: MIT */
/* What several subcommands need. */
#include "server/commands/commands.h"

#include <sysexits.h>

#include "lib/options.h"
#include "lib/password.h"
#include "lib/say.h"
#include "lib/wire.h"
#include "server/store/password_hash.h"

unsigned command_parse_ln(const char *text)
{
    return (unsigned)kit_option_number("scrypt-ln", text, PASSWORD_HASH_LN_MIN,
                                       PASSWORD_HASH_LN_MAX, PASSWORD_HASH_LN);
}

int command_hash_password(char *phc, const char *file, const char *prompt,
                          unsigned ln)
{
    char password[KIT_PASSWORD_SIZE];
    int rc = EX_NOINPUT;

    if (kit_password_read(password, sizeof password, file, prompt) != 0)
        return rc;
    rc = password_hash_make(phc, password, ln) == 0 ? EX_OK : EX_OSERR;
    if (rc != EX_OK)
        kit_error("cannot hash the password: close other programs to free "
                  "memory");
    kit_wipe(password, sizeof password);
    return rc;
}

int command_check_db(const char *db)
{
    if (db != NULL && db[0] != '\0')
        return 0;
    kit_error("no database given: name its file with --db FILE");
    return -1;
}
