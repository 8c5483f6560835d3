/* SPDX-License-Identifier: MIT */
/* Growing an argv. */
#include "tests/grade/words.h"

#include <stdlib.h>
#include <string.h>

int words_add(struct words *words, const char *word)
{
    char *copy = strdup(word);

    if (words->room < words->count + 2) {
        size_t room = 2 * words->room + 16;
        char **all = realloc(words->all, room * sizeof *all);

        if (all != NULL) {
            words->all = all;
            words->room = room;
        }
    }
    if (copy == NULL || words->room < words->count + 2) {
        free(copy);
        return -1;
    }
    words->all[words->count++] = copy;
    words->all[words->count] = NULL;
    return 0;
}

int words_join(struct words *words, const struct words *more)
{
    for (size_t i = 0; i < more->count; i++) {
        if (words_add(words, more->all[i]) != 0)
            return -1;
    }
    return 0;
}

void words_free(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->all[i]);
    free(words->all);
    memset(words, 0, sizeof *words);
}
