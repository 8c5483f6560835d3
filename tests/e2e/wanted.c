/* SPDX-License-Identifier: MIT */
/* A list with commas. */
#include "tests/e2e/wanted.h"

#include <stdlib.h>
#include <string.h>

bool wanted_is(const char *name)
{
    const char *only = getenv("KIT_ONLY");
    size_t len = strlen(name);

    while (only != NULL && *only != '\0') {
        if (strncmp(only, name, len) == 0 && strchr(",", only[len]) != NULL)
            return true;
        only += strcspn(only, ",");
        only += *only == ',';
    }
    return only == NULL;
}
