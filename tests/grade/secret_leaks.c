/* SPDX-License-Identifier: MIT */
/* Looking for secrets in streams, files and /proc. */
#define _GNU_SOURCE /* memmem */
#include "tests/grade/secret_leaks.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/grade/transcript.h"

bool secret_leaks_contain(const void *bytes, size_t len, const char *text)
{
    return memmem(bytes, len, text, strlen(text)) != NULL;
}

/* The first of SECRETS that BYTES contain, or NULL. */
static const struct secret_name *find(const struct secret_name *secrets,
                                      const char *bytes, size_t len)
{
    for (; secrets->what != NULL; secrets++) {
        if (secret_leaks_contain(bytes, len, secrets->text))
            return secrets;
    }
    return NULL;
}

/* Reads the beginning of the file at PATH. Returns the length. */
static size_t read_file(char *out, size_t size, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t n = file != NULL ? fread(out, 1, size, file) : 0;

    if (file != NULL)
        fclose(file);
    return n;
}

void secret_leaks_in_process(const struct program *p,
                             const struct secret_name *secrets)
{
    static const char *const names[] = {"cmdline", "environ"};
    static char bytes[65536];

    for (int i = 0; i < 2; i++) {
        const struct secret_name *leak;
        char path[64];
        size_t n;

        snprintf(path, sizeof path, "/proc/%d/%s", (int)p->process, names[i]);
        n = read_file(bytes, sizeof bytes, path);
        leak = find(secrets, bytes, n);
        if (leak == NULL)
            continue;
        expected("no secret in what ps shows");
        got("the %s in its %s", leak->what,
            i == 0 ? "command line" : "environment");
        fail("Anyone can read the %s in ps.", leak->what);
    }
}

void secret_leaks_in_output(const struct program *p,
                            const struct secret_name *secrets)
{
    const struct stream *streams[] = {&p->out, &p->err};

    for (int i = 0; i < 2; i++) {
        const struct secret_name *leak =
            find(secrets, streams[i]->bytes, streams[i]->len);
        const char *name = i == 0 ? "standard output" : "standard error";

        if (leak == NULL)
            continue;
        detail_text(name, streams[i]->bytes, streams[i]->len);
        expected("no secret in what it prints");
        got("the %s on %s", leak->what, name);
        fail("The %s is printed on %s: others can read debug output.",
             leak->what, i == 0 ? "stdout" : "stderr");
    }
}

void secret_leaks_in_files(const struct secret_name *secrets)
{
    static char bytes[1 << 20];
    DIR *here = opendir(".");
    struct dirent *entry;

    must(here != NULL);
    while ((entry = readdir(here)) != NULL) {
        const struct secret_name *leak;
        struct stat st;

        if (strcmp(entry->d_name, "password") == 0 ||
            stat(entry->d_name, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        leak =
            find(secrets, bytes, read_file(bytes, sizeof bytes, entry->d_name));
        if (leak == NULL)
            continue;
        expected("no secret in a file");
        got("the %s in a new file %s with mode %o", leak->what,
            printable(entry->d_name, strlen(entry->d_name)),
            (unsigned)(st.st_mode & 0777));
        fail("The %s is stored in the file %s: keep it in memory only.",
             leak->what, printable(entry->d_name, strlen(entry->d_name)));
    }
    closedir(here);
}
