/* SPDX-License-Identifier: MIT */
/* Reading grade.conf. */
#include "tests/grade/conf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"
#include "tests/grade/lab.h"
#include "tests/grade/words.h"

static struct words crypto, other, server, shipped, known, other_known;

/* Where the words of each key go; a file is named with its whole path. */
static const struct {
    const char *key;
    struct words *words;
    bool file;
} keys[] = {
    {"crypto", &crypto, false},        {"other", &other, false},
    {"server", &server, true},         {"shipped", &shipped, true},
    {"known", &known, true},           {"other-known", &other_known, true},
    {"compile", &lab.compile, false},  {"link", &lab.link, false},
    {"object", &lab.objects[0], true}, {"other-object", &lab.objects[1], true},
    {"lib", &lab.libs[0], false},      {"other-lib", &lab.libs[1], false},
};

enum { KEYS = sizeof keys / sizeof keys[0] };

/* Takes LINE, "key word". Returns 0, or -1 for what it does not know. */
static int take(const char *line, const char *kit)
{
    size_t len = strcspn(line, " ");
    char path[LAB_PATH];

    for (size_t i = 0; i < KEYS && line[len] == ' '; i++) {
        const char *word = line + len + 1;

        if (strlen(keys[i].key) != len || strncmp(line, keys[i].key, len) != 0)
            continue;
        if (!keys[i].file || word[0] == '/')
            return words_add(keys[i].words, word);
        lab_path(path, "%s/%s", kit, word);
        return words_add(keys[i].words, path);
    }
    return -1;
}

/* Whether the file was whole and no key is without a word. */
static bool is_whole(bool ended)
{
    for (size_t i = 0; i < KEYS; i++)
        ended &= keys[i].words->count > 0;
    return ended;
}

int conf_read(const char *path, const char *kit)
{
    FILE *file = fopen(path, "r");
    bool ended = false, valid = true;
    size_t size = 0;
    char *line = NULL;
    ssize_t n;

    while (file != NULL && valid && (n = getline(&line, &size, file)) > 0) {
        line[n - 1] = line[n - 1] == '\n' ? '\0' : line[n - 1];
        ended = strcmp(line, "end") == 0;
        valid = ended || take(line, kit) == 0;
    }
    free(line);
    if (file != NULL)
        fclose(file);
    if (!valid || !is_whole(ended)) {
        kit_error("%s is not what make writes%s%s: type make grade", path,
                  file == NULL ? ", " : "",
                  file == NULL ? strerror(errno) : "");
        return -1;
    }
    for (size_t i = 0; i < lab.link.count; i++)
        lab.sanitized |= strncmp(lab.link.all[i], "-fsanitize=", 11) == 0;
    lab.crypto = crypto.all[0];
    lab.other = other.all[0];
    lab.server = server.all[0];
    lab.shipped = shipped.all[0];
    lab.known[0] = known.all[0];
    lab.known[1] = other_known.all[0];
    return 0;
}
