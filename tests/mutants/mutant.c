/* SPDX-License-Identifier: MIT */
/* Reading a mutant, and applying it. */
#include "tests/mutants/mutant.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/say.h"

static const char *const files[] = {"sender.c", "receiver.c"};

/* The whole file FOLDER/NAME (or NAME alone), terminated, or NULL. */
static char *read_file(const char *folder, const char *name)
{
    char path[MUTANT_PATH];
    FILE *file;
    char *text = NULL;
    long size;

    snprintf(path, sizeof path, "%s%s%s", folder, folder[0] != '\0' ? "/" : "",
             name);
    file = fopen(path, "r");
    if (file != NULL && fseek(file, 0, SEEK_END) == 0 &&
        (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0)
        text = calloc(1, (size_t)size + 1);
    if (text != NULL && fread(text, 1, (size_t)size, file) != (size_t)size) {
        free(text);
        text = NULL;
    }
    if (file != NULL)
        fclose(file);
    if (text == NULL)
        kit_error("cannot read %s: %s", path, strerror(errno));
    return text;
}

static int write_file(const char *folder, const char *name, const char *text)
{
    char path[MUTANT_PATH];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    if (file != NULL && fputs(text, file) >= 0 && fclose(file) == 0)
        return 0;
    kit_error("cannot write %s: %s", path, strerror(errno));
    return -1;
}

/* Takes a line "NAME: VALUE" of the head. */
static int take_head(struct mutant *m, const char *name, const char *value)
{
    const struct {
        const char *name;
        char *text;
        size_t size;
        int *number;
    } all[] = {
        {"title", m->title, sizeof m->title, NULL},
        {"base", m->base, sizeof m->base, NULL},
        {"fails", m->fails, sizeof m->fails, NULL},
        {"says", m->says, sizeof m->says, NULL},
        {"reason", m->reason, sizeof m->reason, NULL},
        {"only", m->only, sizeof m->only, NULL},
        {"points", NULL, 0, &m->points},
        {"attempt", NULL, 0, &m->attempt},
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].name, name) != 0)
            continue;
        if (all[i].number != NULL)
            *all[i].number = atoi(value);
        else
            snprintf(all[i].text, all[i].size, "%s", value);
        return 0;
    }
    return -1;
}

/* TEXT with OLD, which stands there once, replaced by NEW. NULL: it does not.
 */
static char *replace(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    char *out = NULL;

    if (old[0] == '\0')
        return strdup(new);
    if (at != NULL && strstr(at + 1, old) == NULL)
        out = malloc(strlen(text) + strlen(new) + 1);
    if (out != NULL)
        sprintf(out, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    return out;
}

/* The text up to a line that is MARK alone; AT is set behind that line. */
static char *take_until(char **at, const char *mark)
{
    char *start = *at, *line = start;
    size_t len = strlen(mark);

    while (*line != '\0') {
        char *next = line + strcspn(line, "\n");

        if ((size_t)(next - line) == len && memcmp(line, mark, len) == 0) {
            *line = '\0';
            *at = next + (next[0] != '\0' ? 1 : 0);
            return start;
        }
        line = next + (*next == '\n');
    }
    return NULL;
}

/* Applies the hunk of FILE that begins at AT to TEXTS. */
static int take_hunk(struct mutant *m, char *texts[2], const char *file,
                     char **at)
{
    int i = strcmp(file, files[0]) == 0 ? 0 : 1;
    char *old = take_until(at, "==="), *new = NULL, *changed = NULL;

    if (old != NULL)
        new = take_until(at, ">>>");
    if (new != NULL && strcmp(file, files[i]) == 0)
        changed = replace(texts[i], old, new);
    if (changed == NULL) {
        kit_error("%s: a hunk of %s has no === or >>>, or its first part does "
                  "not stand there once",
                  m->id, file);
        return -1;
    }
    free(texts[i]);
    texts[i] = changed;
    m->sender |= i == 0;
    m->receiver |= i == 1;
    return 0;
}

/* Reads the base's files when the head is over. */
static int read_base(char *texts[2], const struct mutant *m)
{
    for (int i = 0; i < 2; i++) {
        if (texts[i] == NULL)
            texts[i] = read_file(m->base, files[i]);
        if (texts[i] == NULL)
            return -1;
    }
    return 0;
}

static int apply(struct mutant *m, char *texts[2], char *at)
{
    while (*at != '\0') {
        char *line = at, *end = at + strcspn(at, "\n"), *colon;
        char *hunk;

        at = end + (*end == '\n');
        *end = '\0';
        hunk = strstr(line, " <<<");
        colon = strstr(line, ": ");
        if (hunk != NULL) {
            *hunk = '\0';
            if (read_base(texts, m) != 0 || take_hunk(m, texts, line, &at) != 0)
                return -1;
        } else if (colon != NULL) {
            *colon = '\0';
            if (take_head(m, line, colon + 2) != 0) {
                kit_error("%s: there is no head \"%s\"", m->id, line);
                return -1;
            }
        } else if (*line != '\0') {
            kit_error("%s: what is \"%s\"?", m->id, line);
            return -1;
        }
    }
    return read_base(texts, m);
}

int mutant_make(struct mutant *m, const char *path, const char *folder)
{
    const char *name = strrchr(path, '/');
    char *texts[2] = {NULL, NULL}, *text = read_file("", path);
    int rc = -1;

    memset(m, 0, sizeof *m);
    name = name != NULL ? name + 1 : path;
    snprintf(m->id, sizeof m->id, "%.*s", (int)strcspn(name, "."), name);
    strcpy(m->base, "solution");
    m->points = m->attempt = -1;
    mkdir(folder, 0777);
    if (text != NULL && apply(m, texts, text) == 0 &&
        write_file(folder, files[0], texts[0]) == 0 &&
        write_file(folder, files[1], texts[1]) == 0)
        rc = 0;
    free(texts[0]);
    free(texts[1]);
    free(text);
    return rc;
}
