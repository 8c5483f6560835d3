/* SPDX-License-Identifier: MIT */
/* Looking for secrets in streams, files and /proc. */
#define _GNU_SOURCE /* memmem */
#include "tests/grade/secret_leaks.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base64.h"
#include "tests/grade/config.h"
#include "tests/grade/transcript.h"

bool secret_leaks_contain(const void *bytes, size_t len, const char *text)
{
    return memmem(bytes, len, text, strlen(text)) != NULL;
}

/* The bytes to search, and the bytes that may be printed in them as numbers. */
struct haystack {
    const char *bytes;
    size_t len;
    char *hex;        /* all its hex digits, in lower case, without "0x" */
    uint8_t *decimal; /* its decimal numbers up to 255; negative ones, too */
    size_t hex_len, decimal_len;
};

static void find_hex(struct haystack *h)
{
    for (size_t i = 0; i < h->len; i++) {
        char next = i + 1 < h->len ? h->bytes[i + 1] : ' ';

        if (isxdigit((unsigned char)h->bytes[i]) &&
            !(h->bytes[i] == '0' && (next == 'x' || next == 'X')))
            h->hex[h->hex_len++] = (char)tolower((unsigned char)h->bytes[i]);
    }
}

static void find_decimals(struct haystack *h)
{
    for (size_t i = 0; i < h->len; i++) {
        bool negative = i > 0 && h->bytes[i - 1] == '-';
        unsigned n = 0;

        if (!isdigit((unsigned char)h->bytes[i]))
            continue;
        for (; i < h->len && isdigit((unsigned char)h->bytes[i]); i++)
            n = n > 255 ? n : 10 * n + (unsigned)(h->bytes[i] - '0');
        if (n <= 255)
            h->decimal[h->decimal_len++] = (uint8_t)(negative ? -n : n);
    }
}

static bool contains(const void *bytes, size_t len, const void *part,
                     size_t part_len)
{
    return memmem(bytes, len, part, part_len) != NULL;
}

/* Whether H has N bytes at PART in hex, in this order or in reverse. */
static bool has_hex(const struct haystack *h, const uint8_t *part, size_t n)
{
    char forwards[64], backwards[64];

    for (size_t i = 0; i < n; i++) {
        snprintf(forwards + 2 * i, 3, "%02x", part[i]);
        snprintf(backwards + 2 * i, 3, "%02x", part[n - 1 - i]);
    }
    return contains(h->hex, h->hex_len, forwards, 2 * n) ||
           contains(h->hex, h->hex_len, backwards, 2 * n);
}

/*
 * How H contains a part of SECRET, in words for the report; NULL if it does
 * not. A part must be so long that no other output has it by chance, and
 * characters of a string are less random than the bytes of a key.
 */
static const char *find_part(const struct haystack *h,
                             const struct known_secret *secret)
{
    const uint8_t *bytes = secret->bytes;
    size_t len = secret->len > 0 ? secret->len : strlen(secret->bytes);
    size_t part = secret->len > 0 ? 4 : 8, triples = secret->len > 0 ? 6 : 9;
    char base64[16];

    for (size_t i = 0; i < len; i++) {
        size_t rest = len - i;

        if (rest >= 8 && contains(h->bytes, h->len, bytes + i, 8))
            return "";
        if (rest >= part && has_hex(h, bytes + i, part))
            return ", in hex,";
        if (rest >= part &&
            contains(h->decimal, h->decimal_len, bytes + i, part))
            return ", in decimal,";
        if (rest < triples)
            continue;
        must(kit_base64_encode(base64, sizeof base64, bytes + i, triples) == 0);
        if (contains(h->bytes, h->len, base64, strlen(base64)))
            return ", in base64,";
    }
    return NULL;
}

/* The first of SECRETS that is in BYTES, and how; or NULL. */
static const struct known_secret *find(const char **how,
                                       const struct known_secret *secrets,
                                       const char *bytes, size_t len)
{
    struct haystack h = {.bytes = bytes, .len = len};

    h.hex = malloc(len + 1);
    h.decimal = malloc(len + 1);
    must(h.hex != NULL && h.decimal != NULL);
    find_hex(&h);
    find_decimals(&h);
    while (secrets->what != NULL && (*how = find_part(&h, secrets)) == NULL)
        secrets++;
    free(h.hex);
    free(h.decimal);
    return secrets->what != NULL ? secrets : NULL;
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
                             const struct known_secret *secrets)
{
    static const char *const names[] = {"cmdline", "environ"};
    static char bytes[65536];

    for (int i = 0; i < 2; i++) {
        const struct known_secret *leak;
        const char *how;
        char path[64];
        size_t n;

        snprintf(path, sizeof path, "/proc/%d/%s", (int)p->process, names[i]);
        n = read_file(bytes, sizeof bytes, path);
        leak = find(&how, secrets, bytes, n);
        if (leak == NULL)
            continue;
        expected("no secret in what ps shows");
        got("the %s%s in its %s", leak->what, how,
            i == 0 ? "command line" : "environment");
        fail("Anyone can read the %s in ps: never pass it as an argument or in "
             "the environment.",
             leak->what);
    }
}

void secret_leaks_in_output(const struct program *p,
                            const struct known_secret *secrets)
{
    const struct stream *streams[] = {&p->out, &p->err};

    for (int i = 0; i < 2; i++) {
        const char *how;
        const struct known_secret *leak =
            find(&how, secrets, streams[i]->bytes, streams[i]->len);
        const char *name = i == 0 ? "standard output" : "standard error";

        if (leak == NULL)
            continue;
        detail_text(name, streams[i]->bytes, streams[i]->len);
        expected("no secret in what it prints");
        got("the %s%s on %s", leak->what, how, name);
        fail("The %s is printed on %s: others can read debug output.",
             leak->what, i == 0 ? "stdout" : "stderr");
    }
}

/* Whether FILE may have secrets: the password file, or a trace that the user
   asked for. */
static bool may_have_secrets(const char *file)
{
    return strcmp(file, "password") == 0 ||
           (config.trace != NULL && strstr(file, PROGRAM_TRACE) != NULL);
}

void secret_leaks_in_files(const struct known_secret *secrets)
{
    static char bytes[1 << 20];
    DIR *here = opendir(".");
    struct dirent *entry;

    must(here != NULL);
    while ((entry = readdir(here)) != NULL) {
        const struct known_secret *leak;
        const char *how;
        struct stat st;

        if (may_have_secrets(entry->d_name) || stat(entry->d_name, &st) != 0 ||
            !S_ISREG(st.st_mode))
            continue;
        leak = find(&how, secrets, bytes,
                    read_file(bytes, sizeof bytes, entry->d_name));
        if (leak == NULL)
            continue;
        expected("no secret in a file");
        got("the %s%s in a new file %s with mode %o", leak->what, how,
            printable(entry->d_name, strlen(entry->d_name)),
            (unsigned)(st.st_mode & 0777));
        fail("The %s is stored in the file %s: keep it in memory only.",
             leak->what, printable(entry->d_name, strlen(entry->d_name)));
    }
    closedir(here);
}
