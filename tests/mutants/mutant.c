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

#define INCLUDE "#include \"lib/kit.h\"\n"

static const char *const files[] = {"sender.c", "receiver.c"};

/* What "in" and "new" accept; bit I is for files[I]. */
static const struct {
    const char *name;
    int bits;
} programs[] = {{"sender.c", 1}, {"receiver.c", 2}, {"both", 3}};

/* An error in line LINE of FILE. Returns -1. */
__attribute__((format(printf, 3, 4))) static int
wrong(const char *file, int line, const char *format, ...)
{
    char why[500];
    va_list args;

    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    kit_error("%s:%d: %s", file, line, why);
    return -1;
}

/* The whole file at PATH, terminated, or NULL. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    long size;

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

/* --- Lines ---------------------------------------------------------------- */

/* Goes through a text line by line. */
struct cursor {
    const char *at, *end; /* the rest of the text */
    int number;           /* of the current line */
    const char *line;     /* the current line */
    size_t len;           /* without its newline */
};

static bool next_line(struct cursor *c)
{
    const char *newline;

    if (c->at == c->end)
        return false;
    newline = memchr(c->at, '\n', (size_t)(c->end - c->at));
    c->line = c->at;
    c->len = (size_t)((newline != NULL ? newline : c->end) - c->at);
    c->at = newline != NULL ? newline + 1 : c->end;
    c->number++;
    return true;
}

static bool in_hunk(const struct cursor *c)
{
    return c->len > 0 && strchr(" -+", c->line[0]) != NULL;
}

/* Whether the current line is "NAME: VALUE". */
static bool is_head(const struct cursor *c, const char *name)
{
    size_t len = strlen(name);

    return c->len > len + 2 && memcmp(c->line, name, len) == 0 &&
           memcmp(c->line + len, ": ", 2) == 0;
}

/* --- Reading -------------------------------------------------------------- */

/* The bits of programs[] for LEN bytes of NAME; 0 if it is not one of them. */
static int programs_of(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (strlen(programs[i].name) == len &&
            memcmp(programs[i].name, name, len) == 0)
            return programs[i].bits;
    }
    return 0;
}

static int copy(struct mutant *m, const struct cursor *c, char *to, size_t size,
                const char *from, size_t len)
{
    if (len >= size)
        return wrong(m->file, c->number, "%.*s is too long: at most %zu bytes",
                     (int)len, from, size - 1);
    memcpy(to, from, len);
    to[len] = '\0';
    return 0;
}

/* "fails IDS", "fails IDS: WORDS", "fails IDS alone: WORDS". */
static int read_fails(struct mutant *m, const struct cursor *c)
{
    static const char alone[] = " alone";
    const char *ids = c->line + strlen("fails "), *end = c->line + c->len;
    const char *words = memchr(ids, ':', (size_t)(end - ids));
    size_t len = (size_t)((words != NULL ? words : end) - ids);
    size_t tail = sizeof alone - 1;

    if (m->fails[0] != '\0')
        return wrong(m->file, c->number, "a second \"fails\": write one line");
    m->alone = len > tail && memcmp(ids + len - tail, alone, tail) == 0;
    if (m->alone)
        len -= tail;
    if (copy(m, c, m->fails, sizeof m->fails, ids, len) != 0)
        return -1;
    if (words == NULL)
        return 0;
    words += strspn(words, ": ");
    return copy(m, c, m->says, sizeof m->says, words, (size_t)(end - words));
}

/* A number from 0 to 999. */
static int read_number(struct mutant *m, const struct cursor *c, int *number,
                       const char *digits)
{
    char *end;

    *number = (int)strtol(digits, &end, 10);
    if (end == digits || end != c->line + c->len || *number < 0 ||
        *number > 999)
        return wrong(m->file, c->number, "this is not a number of points");
    return 0;
}

/* A line "NAME: VALUE" of M; or of the defaults, which have no name. */
static int read_head(struct mutant *m, const struct cursor *c)
{
    const struct {
        const char *name;
        char *text;
        size_t size;
        int *number;
    } heads[] = {
        {"base", m->base, sizeof m->base, NULL},
        {"reason", m->reason, sizeof m->reason, NULL},
        {"only", m->only, sizeof m->only, NULL},
        {"points", NULL, 0, &m->points},
        {"attempt", NULL, 0, &m->attempt},
        {"in", NULL, 0, NULL},
        {"new", NULL, 0, NULL},
    };

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const char *value = c->line + strlen(heads[i].name) + 2;
        size_t len = (size_t)(c->line + c->len - value);
        int bits;

        if (!is_head(c, heads[i].name))
            continue;
        if (heads[i].number != NULL)
            return read_number(m, c, heads[i].number, value);
        if (heads[i].text != NULL)
            return copy(m, c, heads[i].text, heads[i].size, value, len);
        bits = programs_of(value, len);
        if (bits == 0)
            return wrong(m->file, c->number,
                         "%.*s is not a program: sender.c, receiver.c, both",
                         (int)len, value);
        if (m->name[0] == '\0') { /* a mutant's own count where they are */
            m->programs = bits;
            m->fresh = c->line[0] == 'n';
        }
        return 0;
    }
    return wrong(m->file, c->number, "unknown line: %.*s (see mutant.h)",
                 (int)c->len, c->line);
}

static const struct mutant *find(const struct mutant_list *list,
                                 const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->all[i].name, name) == 0)
            return &list->all[i];
    }
    return NULL;
}

/* "=== NAME: TITLE" or "=== NAME": a new mutant, which has the DEFAULTS. */
static struct mutant *begin(struct mutant_list *list,
                            const struct mutant *defaults,
                            const struct cursor *c)
{
    const char *name = c->line + strlen("=== "), *end = c->line + c->len;
    const char *colon = memchr(name, ':', (size_t)(end - name));
    const char *title = colon != NULL ? colon : end;
    struct mutant m = *defaults;
    const struct mutant *other;
    struct mutant *all;

    m.line = c->number;
    m.text = m.end = c->at;
    if (copy(&m, c, m.name, sizeof m.name, name, (size_t)(title - name)) != 0)
        return NULL;
    title += strspn(title, ": ");
    if (copy(&m, c, m.title, sizeof m.title, title, (size_t)(end - title)) != 0)
        return NULL;
    if (m.name[0] == '\0' || strchr(m.name, ' ') != NULL) {
        wrong(m.file, m.line, "write \"=== NAME: TITLE\", NAME without spaces");
        return NULL;
    }
    other = find(list, m.name);
    if (other != NULL) {
        wrong(m.file, m.line, "%s is already the name of %s:%d", m.name,
              other->file, other->line);
        return NULL;
    }
    all = realloc(list->all, (list->count + 1) * sizeof *all);
    if (all == NULL)
        return NULL;
    list->all = all;
    all[list->count] = m;
    return &all[list->count++];
}

/* Reads all mutants of TEXT, which is the file at PATH. */
static int read_mutants(struct mutant_list *list, const char *path,
                        const char *text)
{
    struct mutant defaults = {.base = "solution", .points = -1, .attempt = -1};
    struct mutant *m = &defaults;
    struct cursor c = {.at = text, .end = text + strlen(text)};

    snprintf(defaults.file, sizeof defaults.file, "%s", path);
    while (next_line(&c)) {
        if (c.len > 4 && memcmp(c.line, "=== ", 4) == 0) {
            m = begin(list, &defaults, &c);
            if (m == NULL)
                return -1;
        } else if (in_hunk(&c)) {
            if (m == &defaults)
                return wrong(path, c.number, "a hunk above the first mutant");
        } else if (c.len > 6 && memcmp(c.line, "fails ", 6) == 0) {
            if (read_fails(m, &c) != 0)
                return -1;
        } else if (c.len > 0 && c.line[0] != '#') {
            if (read_head(m, &c) != 0)
                return -1;
        }
        m->end = c.at;
    }
    return 0;
}

static bool is_folder(const char *base)
{
    return strcmp(base, "solution") == 0 || strcmp(base, "starter") == 0;
}

/* Whether M says what it must get, unless it is a part, and has a base. */
static int check(const struct mutant_list *list, const struct mutant *m)
{
    const struct mutant *base = m;

    if (m->title[0] != '\0' && m->fails[0] == '\0' && m->points < 0)
        return wrong(m->file, m->line, "%s has neither fails nor points",
                     m->name);
    if (m->title[0] == '\0' && m->fails[0] != '\0')
        return wrong(m->file, m->line, "%s has \"fails\" but no title",
                     m->name);
    for (size_t i = 0; !is_folder(base->base); i++) {
        const struct mutant *next = find(list, base->base);

        if (next == NULL)
            return wrong(base->file, base->line, "%s has an unknown base: %s",
                         base->name, base->base);
        if (i == list->count)
            return wrong(m->file, m->line, "%s is based on itself", m->name);
        base = next;
    }
    return 0;
}

int mutants_read(struct mutant_list *list, const char *folder)
{
    char pattern[MUTANT_PATH];
    glob_t paths;
    int rc = -1;

    snprintf(pattern, sizeof pattern, "%s/*.mutants", folder);
    if (glob(pattern, 0, NULL, &paths) != 0) {
        kit_error("cannot find %s", pattern);
        return -1;
    }
    for (size_t i = 0; i < paths.gl_pathc && i < MUTANT_FILES; i++) {
        char *text = read_file(paths.gl_pathv[i]);

        if (text == NULL)
            goto done;
        list->texts[list->files++] = text;
        if (read_mutants(list, paths.gl_pathv[i], text) != 0)
            goto done;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (check(list, &list->all[i]) != 0)
            goto done;
    }
    rc = 0;
done:
    globfree(&paths);
    return rc;
}

void mutants_free(struct mutant_list *list)
{
    for (int i = 0; i < list->files; i++)
        free(list->texts[i]);
    free(list->all);
    memset(list, 0, sizeof *list);
}

bool mutant_is(const struct mutant *m, const char *name)
{
    const char *slash = strrchr(m->file, '/');
    const char *file = slash != NULL ? slash + 1 : m->file;
    size_t len = strcspn(file, ".");

    if (m->title[0] == '\0')
        return false;
    return strcmp(m->name, name) == 0 ||
           (strlen(name) == len && memcmp(file, name, len) == 0);
}

/* --- Making --------------------------------------------------------------- */

/* The programs, half made. */
struct draft {
    char *texts[2];  /* of files[] */
    bool changed[2]; /* by a hunk */
    int programs;    /* the bits of those that the next hunk changes */
};

/* TEXT with OLD, whole lines, replaced by KEPT and NEW. NULL: COUNT is not 1.
 */
static char *replace(const char *text, const char *old, const char *kept,
                     const char *new, int *count)
{
    const char *found = NULL;
    char *out = NULL;

    *count = 0;
    for (const char *at = strstr(text, old); at != NULL;
         at = strstr(at + 1, old)) {
        if (at != text && at[-1] != '\n')
            continue;
        found = at;
        ++*count;
    }
    if (*count == 1)
        out = malloc(strlen(text) + strlen(kept) + strlen(new) + 1);
    if (out != NULL)
        sprintf(out, "%.*s%s%s%s", (int)(found - text), text, kept, new,
                found + strlen(old));
    return out;
}

/* Applies a hunk to program I: OLD, maybe empty, becomes NEW. */
static int apply_hunk(struct draft *d, int i, const char *old, const char *new,
                      const struct mutant *m, int line)
{
    int count = 0;
    char *text;

    if (old[0] != '\0')
        text = replace(d->texts[i], old, "", new, &count);
    else if (d->texts[i][0] == '\0')
        text = strdup(new);
    else
        text = replace(d->texts[i], INCLUDE, INCLUDE, new, &count);
    if (text == NULL)
        return wrong(m->file, line,
                     "%s must be in %s of %s exactly once, not %d times",
                     old[0] != '\0' ? "the old lines of this hunk"
                                    : "#include \"lib/kit.h\"",
                     files[i], m->base, count);
    free(d->texts[i]);
    d->texts[i] = text;
    d->changed[i] = true;
    return 0;
}

/*
 * Takes the hunk that begins at the current line of C apart. OLD and NEW have
 * room for it. Leaves C at its last line.
 */
static void split_hunk(struct cursor *c, char *old, char *new)
{
    struct cursor ahead = *c;

    do {
        size_t len = ahead.len - 1;

        *c = ahead;
        if (c->line[0] != '+') {
            memcpy(old, c->line + 1, len);
            old[len] = '\n';
            old += len + 1;
        }
        if (c->line[0] != '-') {
            memcpy(new, c->line + 1, len);
            new[len] = '\n';
            new += len + 1;
        }
    } while (next_line(&ahead) && in_hunk(&ahead));
    *old = *new = '\0';
}

static int apply_next_hunk(struct draft *d, struct cursor *c,
                           const struct mutant *m)
{
    size_t room = (size_t)(m->end - m->text) + 2; /* a newline, a zero */
    char *old = malloc(room), *new = malloc(room);
    int rc = old != NULL && new != NULL ? 0 : -1, line = c->number;

    if (rc == 0)
        split_hunk(c, old, new);
    if (d->programs == 0)
        rc = wrong(m->file, line, "no \"in: sender.c\" above this hunk");
    for (int i = 0; i < 2 && rc == 0; i++) {
        if ((d->programs & 1 << i) != 0)
            rc = apply_hunk(d, i, old, new, m, line);
    }
    free(old);
    free(new);
    return rc;
}

/* From here on hunks change the programs BITS; if FRESH, empty ones. */
static void aim(struct draft *d, int bits, bool fresh)
{
    d->programs = bits;
    for (int i = 0; i < 2; i++) {
        if (fresh && (bits & 1 << i) != 0)
            d->texts[i][0] = '\0';
    }
}

/* Makes the texts of M from those of its base, which it makes first. */
static int draft(struct draft *d, const struct mutant *m,
                 const struct mutant_list *list)
{
    struct cursor c = {.at = m->text, .end = m->end, .number = m->line};
    char path[MUTANT_PATH];

    for (int i = 0; i < 2 && is_folder(m->base); i++) {
        snprintf(path, sizeof path, "%s/%s", m->base, files[i]);
        d->texts[i] = read_file(path);
        if (d->texts[i] == NULL)
            return -1;
    }
    if (!is_folder(m->base) && draft(d, find(list, m->base), list) != 0)
        return -1;
    aim(d, m->programs, m->fresh);
    while (next_line(&c)) {
        if (is_head(&c, "in"))
            aim(d, programs_of(c.line + 4, c.len - 4), false);
        else if (is_head(&c, "new"))
            aim(d, programs_of(c.line + 5, c.len - 5), true);
        else if (in_hunk(&c) && apply_next_hunk(d, &c, m) != 0)
            return -1;
    }
    return 0;
}

int mutant_make(struct mutant *m, const struct mutant_list *list,
                const char *folder)
{
    struct draft d = {0};
    int rc = draft(&d, m, list);

    mkdir(folder, 0777);
    for (int i = 0; i < 2 && rc == 0; i++)
        rc = write_file(folder, files[i], d.texts[i]);
    m->sender = d.changed[0];
    m->receiver = d.changed[1];
    free(d.texts[0]);
    free(d.texts[1]);
    return rc;
}
