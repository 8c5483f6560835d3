/* SPDX-License-Identifier: MIT */
/* What the subcommands have in common. */
#include "server/commands.h"

#include "lib/options.h"
#include "lib/say.h"
#include "lib/wire.h"
#include "server/phc.h"

unsigned command_ln(const char *text)
{
    return (unsigned)kit_option_number("scrypt-ln", text, PHC_LN_MIN,
                                       PHC_LN_MAX, PHC_LN);
}

int command_name(const char *name)
{
    if (kit_is_name(name))
        return 0;
    kit_error("\"%s\" is no user name: 1 to %d of a-z, 0-9, _ and -, and the "
              "first one a letter or digit",
              name, KIT_NAME_MAX);
    return -1;
}

int command_db(const char *db)
{
    if (db != NULL)
        return 0;
    kit_error("which database? Name its file with --db FILE");
    return -1;
}
