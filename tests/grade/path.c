/* SPDX-License-Identifier: MIT */
#include "tests/grade/path.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/say.h"
#include "tests/grade/transcript.h"

void path_format(char out[PATH_SIZE], const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(out, PATH_SIZE, format, args);
    va_end(args);
    if (transcript != NULL)
        must(n >= 0 && n < PATH_SIZE);
    if (n < 0 || n >= PATH_SIZE) {
        kit_error("the path of a file is over %d characters: move the kit, or "
                  "set TMPDIR, to a shorter one",
                  PATH_SIZE - 1);
        exit(EX_CANTCREAT);
    }
}

bool path_is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);

    return strncmp(path, folder, len) == 0 &&
           (path[len] == '/' || path[len] == '\0');
}
