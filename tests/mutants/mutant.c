/* SPDX-License-Identifier: MIT */
/* Reading files of mutants, and making the programs. */
#include "tests/mutants/mutant.h"

#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/say.h"

#define BEGIN   "=== "
#define INCLUDE "#include \"lib/kit.h\"\n"

enum { BASES_MAX = 8, LINE_MAX_LEN = 400 };

static const char *const programs[] = {"sender.c", "receiver.c"};

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

/* An error in line LINE of the file of M. Returns -1. */
__attribute__((format(printf, 3, 4))) static int
wrong(const struct mutant *m, int line, const char *format, ...)
{
    char why[LINE_MAX_LEN + 200];
    va_list args;

    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    kit_error("%s:%d: %s", m->path, line, why);
    return -1;
}

/* Whether TEXT begins with START. */
static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static const char *next_line(const char *text)
{
    text += strcspn(text, "\n");
    return text + (*text == '\n');
}

/* --- The list ------------------------------------------------------------- */

static const struct mutant *find(const struct mutant_list *list,
                                 const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->all[i].name, name) == 0)
            return &list->all[i];
    }
    return NULL;
}

/* Adds M, whose first line is "=== NAME: TITLE" or "=== NAME". */
static int add(struct mutant_list *list, struct mutant m, const char *line)
{
    const char *name = line + strlen(BEGIN);
    size_t len = strcspn(name, ": \n");
    const char *title = begins(name + len, ": ") ? name + len + 2 : name + len;
    size_t title_len = strcspn(title, "\n");
    const struct mutant *other;
    struct mutant *all;

    if (len == 0 || len >= sizeof m.name || title_len >= sizeof m.title ||
        (title == name + len) != (title_len == 0))
        return wrong(&m, m.line, "write \"=== NAME: TITLE\" or \"=== NAME\"");
    memcpy(m.name, name, len);
    memcpy(m.title, title, title_len);
    other = find(list, m.name);
    if (other != NULL)
        return wrong(&m, m.line, "%s is already the name of %s:%d", m.name,
                     other->path, other->line);
    all = realloc(list->all, (list->count + 1) * sizeof *all);
    if (all == NULL)
        return -1;
    list->all = all;
    all[list->count++] = m;
    return 0;
}

static int read_mutants(struct mutant_list *list, const char *path,
                        const char *text)
{
    struct mutant m = {.path = path, .line = 1, .top = text};

    for (const char *at = text; *at != '\0'; at = m.text, m.line++) {
        m.text = next_line(at);
        if (begins(at, BEGIN) && add(list, m, at) != 0)
            return -1;
    }
    return 0;
}

int mutants_read(struct mutant_list *list, const char *folder)
{
    char pattern[MUTANT_PATH];
    glob_t paths;
    int rc = 0;

    snprintf(pattern, sizeof pattern, "%s/*.mutants", folder);
    if (glob(pattern, 0, NULL, &paths) != 0 || paths.gl_pathc > MUTANT_FILES) {
        kit_error("%s: there must be 1 to %d of them", pattern, MUTANT_FILES);
        return -1;
    }
    for (size_t i = 0; i < paths.gl_pathc && rc == 0; i++) {
        char *path = list->files[i].path;

        snprintf(path, MUTANT_PATH, "%s", paths.gl_pathv[i]);
        list->files[i].text = read_file("", path);
        list->file_count++;
        rc = list->files[i].text != NULL
                 ? read_mutants(list, path, list->files[i].text)
                 : -1;
    }
    globfree(&paths);
    return rc;
}

void mutants_free(struct mutant_list *list)
{
    for (int i = 0; i < list->file_count; i++)
        free(list->files[i].text);
    free(list->all);
    memset(list, 0, sizeof *list);
}

bool mutant_is(const struct mutant *m, const char *name)
{
    const char *slash = strrchr(m->path, '/');
    const char *file = slash != NULL ? slash + 1 : m->path;

    return m->title[0] != '\0' &&
           (strcmp(m->name, name) == 0 ||
            (begins(file, name) && file[strlen(name)] == '.'));
}

/* --- The programs --------------------------------------------------------- */

/* Two programs, half made. */
struct draft {
    char *texts[2];  /* of programs[]; NULL: not read yet */
    bool changed[2]; /* by a hunk */
    bool next[2];    /* what the next hunk changes */
    int bases;
};

static int make_draft(struct draft *d, struct mutant *m,
                      const struct mutant_list *list);

/* Makes the base of M, unless it is made already. */
static int make_base(struct draft *d, const struct mutant *m,
                     const struct mutant_list *list)
{
    bool folder =
        strcmp(m->base, "solution") == 0 || strcmp(m->base, "starter") == 0;
    const struct mutant *base = find(list, m->base);
    bool next[2] = {d->next[0], d->next[1]};
    struct mutant copy;
    int rc;

    if (d->texts[0] != NULL)
        return 0;
    for (int i = 0; i < 2 && folder; i++) {
        d->texts[i] = read_file(m->base, programs[i]);
        if (d->texts[i] == NULL)
            return -1;
    }
    if (folder)
        return 0;
    if (base == NULL)
        return wrong(m, m->line, "%s has an unknown base: %s", m->name,
                     m->base);
    if (d->bases++ == BASES_MAX)
        return wrong(m, m->line, "more than %d bases: is %s based on itself?",
                     BASES_MAX, m->name);
    copy = *base;
    rc = make_draft(d, &copy, list);
    memcpy(d->next, next, sizeof next);
    return rc;
}

/* TEXT with OLD, whole lines, replaced by NEW. NULL: COUNT is not 1. */
static char *replace(const char *text, const char *old, const char *new,
                     int *count)
{
    const char *found = NULL;
    char *out = NULL;

    *count = 0;
    for (const char *at = text; (at = strstr(at, old)) != NULL; at++) {
        if (at == text || at[-1] == '\n') {
            found = at;
            ++*count;
        }
    }
    if (*count == 1)
        out = malloc(strlen(text) + strlen(new) + 1);
    if (out != NULL)
        sprintf(out, "%.*s%s%s", (int)(found - text), text, new,
                found + strlen(old));
    return out;
}

/* Copies the lines of the hunk AT that do not begin with MARK. */
static void copy_side(char *to, const char *at, char mark)
{
    for (; *at != '\0' && strchr(" -+", *at) != NULL; at = next_line(at)) {
        if (*at != mark)
            to += sprintf(to, "%.*s\n", (int)strcspn(at + 1, "\n"), at + 1);
    }
}

/* Applies the hunk AT, in line LINE, to program I. */
static int apply(struct draft *d, int i, const struct mutant *m, const char *at,
                 int line)
{
    size_t room = sizeof INCLUDE + strlen(at) + 2;
    char *old = calloc(1, room), *new = calloc(1, room), *text = NULL;
    int count = 0;

    if (old != NULL && new != NULL) {
        copy_side(old, at, '+');
        if (old[0] == '\0' && d->texts[i][0] != '\0') {
            memcpy(old, INCLUDE, sizeof INCLUDE);
            memcpy(new, INCLUDE, sizeof INCLUDE);
        }
        copy_side(new + strlen(new), at, '-');
        text = old[0] != '\0' ? replace(d->texts[i], old, new, &count)
                              : strdup(new);
    }
    free(old);
    free(new);
    if (text == NULL)
        return wrong(m, line,
                     "what this hunk changes must be in %s of %s once, not %d "
                     "times",
                     programs[i], m->base, count);
    free(d->texts[i]);
    d->texts[i] = text;
    d->changed[i] = true;
    return 0;
}

static int apply_hunk(struct draft *d, const struct mutant *m,
                      const struct mutant_list *list, const char *at, int line)
{
    if (!d->next[0] && !d->next[1])
        return wrong(m, line, "no \"in: sender.c\" above this hunk");
    if (make_base(d, m, list) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        if (d->next[i] && apply(d, i, m, at, line) != 0)
            return -1;
    }
    return 0;
}

/* "in: PROGRAM", or "new: PROGRAM": sets what the next hunk changes. */
static int aim(struct draft *d, const struct mutant *m,
               const struct mutant_list *list, const char *program, bool fresh)
{
    bool both = strcmp(program, "both") == 0;

    if (fresh && make_base(d, m, list) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        d->next[i] = both || strcmp(program, programs[i]) == 0;
        if (fresh && d->next[i])
            d->texts[i][0] = '\0';
    }
    return d->next[0] || d->next[1] ? 0 : -1;
}

/* Copies VALUE to TEXT. Returns 0; or -1 if it is too long. */
static int set(char *text, size_t size, const char *value)
{
    return snprintf(text, size, "%s", value) < (int)size ? 0 : -1;
}

/* "IDS", "IDS: WORDS" or "IDS alone: WORDS". */
static int read_fails(struct mutant *m, char *value)
{
    char *colon = strstr(value, ": "), *alone;
    const char *words = colon != NULL ? colon + 2 : "";

    if (colon != NULL)
        *colon = '\0';
    alone = strstr(value, " alone");
    m->alone = alone != NULL;
    if (alone != NULL)
        *alone = '\0';
    if (m->fails[0] != '\0')
        return -1; /* one is enough */
    return set(m->fails, sizeof m->fails, value) != 0
               ? -1
               : set(m->says, sizeof m->says, words);
}

/* A line of the heads: "NAME: VALUE", or "fails VALUE". */
static int read_head(struct draft *d, struct mutant *m,
                     const struct mutant_list *list, char *line)
{
    const struct {
        const char *name;
        char *text;
        size_t size;
        int *number;
    } heads[] = {
        {"base: ", m->base, sizeof m->base, NULL},
        {"reason: ", m->reason, sizeof m->reason, NULL},
        {"only: ", m->only, sizeof m->only, NULL},
        {"points: ", NULL, 0, &m->points},
        {"attempt: ", NULL, 0, &m->attempt},
    };

    if (begins(line, "fails "))
        return read_fails(m, line + strlen("fails "));
    if (begins(line, "in: ") || begins(line, "new: "))
        return aim(d, m, list, strchr(line, ' ') + 1, line[0] == 'n');
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const char *value = line + strlen(heads[i].name);
        char *end;

        if (!begins(line, heads[i].name))
            continue;
        if (heads[i].text == m->base && d->texts[0] != NULL)
            return -1; /* too late */
        if (heads[i].number == NULL)
            return set(heads[i].text, heads[i].size, value);
        *heads[i].number = (int)strtol(value, &end, 10);
        return *end == '\0' ? 0 : -1;
    }
    return -1;
}

/* Reads the lines from AT, which is in line LINE, to the next mutant. */
static int read_section(struct draft *d, struct mutant *m,
                        const struct mutant_list *list, const char *at,
                        int line)
{
    bool in_hunk = false;

    for (; *at != '\0' && !begins(at, BEGIN); at = next_line(at), line++) {
        bool hunk = strchr(" -+", *at) != NULL;
        size_t len = strcspn(at, "\n");
        char copy[LINE_MAX_LEN];

        snprintf(copy, sizeof copy, "%.*s", (int)len, at);
        if (hunk && !in_hunk && apply_hunk(d, m, list, at, line) != 0)
            return -1;
        if (!hunk && len > 0 && *at != '#' &&
            (len >= sizeof copy || read_head(d, m, list, copy) != 0))
            return wrong(m, line, "cannot use \"%.*s\": see mutant.h", (int)len,
                         at);
        in_hunk = hunk;
    }
    return 0;
}

static int make_draft(struct draft *d, struct mutant *m,
                      const struct mutant_list *list)
{
    strcpy(m->base, "solution");
    m->points = m->attempt = -1;
    if (read_section(d, m, list, m->top, 1) != 0 ||
        read_section(d, m, list, m->text, m->line + 1) != 0 ||
        make_base(d, m, list) != 0)
        return -1;
    if ((m->title[0] == '\0') != (m->fails[0] == '\0' && m->points < 0))
        return wrong(m, m->line,
                     "%s needs \"fails\" or \"points\"; a part has neither",
                     m->name);
    return 0;
}

int mutant_make(struct mutant *m, const struct mutant_list *list,
                const char *folder)
{
    struct draft d = {0};
    int rc = make_draft(&d, m, list);

    mkdir(folder, 0777);
    for (int i = 0; i < 2 && rc == 0; i++)
        rc = write_file(folder, programs[i], d.texts[i]);
    m->sender = d.changed[0];
    m->receiver = d.changed[1];
    free(d.texts[0]);
    free(d.texts[1]);
    return rc;
}
