/* SPDX-License-Identifier: MIT */
#include "tests/grade/args.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/say.h"
#include "tests/grade/transcript.h"

int args_add(struct args *args, const char *arg)
{
    char *copy = strdup(arg);

    if (args->capacity < args->count + 2) {
        size_t capacity = 2 * args->capacity + 16;
        char **argv = realloc(args->argv, capacity * sizeof *argv);

        if (argv != NULL) {
            args->argv = argv;
            args->capacity = capacity;
        }
    }
    if (copy == NULL || args->capacity < args->count + 2) {
        free(copy);
        return -1;
    }
    args->argv[args->count++] = copy;
    args->argv[args->count] = NULL;
    return 0;
}

void args_add_all(struct args *args, ...)
{
    va_list list;
    const char *arg;
    int rc = 0;

    va_start(list, args);
    while (rc == 0 && (arg = va_arg(list, const char *)) != NULL)
        rc = args_add(args, arg);
    va_end(list);
    if (transcript != NULL)
        must(rc == 0);
    if (rc != 0) {
        kit_error("no verdict: out of memory: end other programs and grade "
                  "again");
        exit(EX_OSERR);
    }
}

int args_append(struct args *args, const struct args *more)
{
    for (size_t i = 0; i < more->count; i++) {
        if (args_add(args, more->argv[i]) != 0)
            return -1;
    }
    return 0;
}

void args_free(struct args *args)
{
    for (size_t i = 0; i < args->count; i++)
        free(args->argv[i]);
    free(args->argv);
    memset(args, 0, sizeof *args);
}
