/* SPDX-License-Identifier: MIT */
#include "tests/grade/config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"
#include "tests/grade/path.h"

struct config config;

static struct args crypto, other, server, shipped, selftest, other_selftest,
    confine;

/* Where the values of each key go. File names become absolute. */
static const struct {
    const char *key;
    struct args *values;
    bool file;
} keys[] = {
    {"crypto", &crypto, false},
    {"other", &other, false},
    {"server", &server, true},
    {"shipped", &shipped, true},
    {"confine", &confine, true},
    {"selftest", &selftest, true},
    {"other-selftest", &other_selftest, true},
    {"compile", &config.compile, false},
    {"link", &config.link, false},
    {"object", &config.objects[0], true},
    {"other-object", &config.objects[1], true},
    {"lib", &config.libs[0], false},
    {"other-lib", &config.libs[1], false},
};

enum { KEYS = sizeof keys / sizeof keys[0] };

/* Adds the value in LINE, "key value". Returns 0, or -1 if it is invalid. */
static int add_value(const char *line, const char *kit)
{
    size_t len = strcspn(line, " ");
    char path[PATH_SIZE];

    for (size_t i = 0; i < KEYS && line[len] == ' '; i++) {
        const char *value = line + len + 1;

        if (strlen(keys[i].key) != len || strncmp(line, keys[i].key, len) != 0)
            continue;
        if (!keys[i].file || value[0] == '/')
            return args_add(keys[i].values, value);
        path_format(path, "%s/%s", kit, value);
        return args_add(keys[i].values, path);
    }
    return -1;
}

/* Whether the file is complete: every key has a value, and "end" was read. */
static bool is_complete(bool ended)
{
    for (size_t i = 0; i < KEYS; i++)
        ended &= keys[i].values->count > 0;
    return ended;
}

int config_read(const char *path, const char *kit)
{
    FILE *file = fopen(path, "r");
    bool ended = false, valid = true;
    size_t size = 0;
    char *line = NULL;
    ssize_t n;

    while (file != NULL && valid && (n = getline(&line, &size, file)) > 0) {
        line[n - 1] = line[n - 1] == '\n' ? '\0' : line[n - 1];
        ended = strcmp(line, "end") == 0;
        valid = ended || add_value(line, kit) == 0;
    }
    free(line);
    if (file != NULL)
        fclose(file);
    if (!valid || !is_complete(ended)) {
        kit_error("%s is incomplete or not from make%s%s: type make grade",
                  path, file == NULL ? ", " : "",
                  file == NULL ? strerror(errno) : "");
        return -1;
    }
    for (size_t i = 0; i < config.link.count; i++)
        config.sanitized |=
            strncmp(config.link.argv[i], "-fsanitize=", 11) == 0;
    config.crypto = crypto.argv[0];
    config.other_crypto = other.argv[0];
    config.server = server.argv[0];
    config.shipped = shipped.argv[0];
    config.confine = confine.argv[0];
    config.selftest[0] = selftest.argv[0];
    config.selftest[1] = other_selftest.argv[0];
    return 0;
}
