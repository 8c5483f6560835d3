/* SPDX-License-Identifier: MIT */
#include "tests/grade/placeholders.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

enum { LETTERS_MAX = 15000 }; /* of "$40" */

/* The placeholder whose name is the LEN bytes at NAME. */
static struct placeholder find(const struct placeholder *values,
                               const char *name, size_t len)
{
    static char letters[LETTERS_MAX + 1];

    for (; values->name != NULL; values++) {
        if (strlen(values->name) == len &&
            strncmp(values->name, name, len) == 0)
            return *values;
    }
    if (len == 4 && strncmp(name, "zero", len) == 0)
        return (struct placeholder){name, "", 1};
    if (!isdigit((unsigned char)*name) || atoi(name) > LETTERS_MAX)
        no_verdict("a check has an unknown placeholder, $%s", name);
    random_letters(letters, (size_t)atoi(name));
    return (struct placeholder){name, letters, 0};
}

size_t placeholders_expand(char *out, size_t out_size, const char *format,
                           const struct placeholder *values)
{
    size_t n = 0;

    while (*format != '\0') {
        size_t len = strcspn(format, "$");
        struct placeholder part = {NULL, format, len};

        format += len;
        if (len == 0) {
            bool braces = format[1] == '{';
            const char *name = format + 1 + braces;

            while (isalnum((unsigned char)name[len]))
                len++;
            part = find(values, name, len);
            format = name + len + braces;
        }
        if (part.len == 0 && part.value != NULL)
            part.len = strlen(part.value);
        must(n + part.len < out_size);
        memcpy(out + n, part.value != NULL ? part.value : "", part.len);
        n += part.len;
    }
    out[n] = '\0';
    return n;
}
