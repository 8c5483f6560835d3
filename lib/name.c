/* SPDX-License-Identifier: MIT */
/* An error message for each kind of invalid user name. */
#include "lib/name.h"

#include <stdio.h>

#include "lib/say.h"
#include "lib/wire.h"

/* Writes NAME to OUT with its ASCII letters in lower case. */
static void to_lower(char out[KIT_NAME_MAX + 2], const char *name)
{
    /* OUT has room for one character more, so a name that is too long to be
       valid is still too long here. */
    snprintf(out, KIT_NAME_MAX + 2, "%s", name);
    for (char *c = out; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
}

int kit_name_check(const char *name)
{
    char lower[KIT_NAME_MAX + 2];

    if (kit_is_name(name))
        return 0;
    to_lower(lower, name);
    if (kit_is_name(lower))
        kit_error("\"%s\" is not a user name: names are in lower case; did you "
                  "mean %s?",
                  name, lower);
    else
        kit_error("\"%s\" is not a user name: use 1 to %d of a-z, 0-9, _ and "
                  "-, and begin with a letter or a digit",
                  name, KIT_NAME_MAX);
    return -1;
}
