/* SPDX-License-Identifier: MIT */
/* Standard output as a file, and its lines taken apart. */
#include "tests/fuzz/shown.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

void shown_begin(void)
{
    FILE *file = tmpfile();

    MUST(file != NULL && dup2(fileno(file), STDOUT_FILENO) >= 0);
}

void shown_read(char *out, size_t out_size)
{
    ssize_t len;

    fflush(stdout);
    len = pread(STDOUT_FILENO, out, out_size, 0);
    MUST(len >= 0 && (size_t)len < out_size);
    out[len] = '\0';
    MUST(strlen(out) == (size_t)len);
    if (len > 0)
        MUST(ftruncate(STDOUT_FILENO, 0) == 0 &&
             lseek(STDOUT_FILENO, 0, SEEK_SET) == 0);
}

/* Nothing that hides or turns text around: some of section 6's list. */
static void check_visible(const char *line)
{
    static const char *const hidden[] = {
        "\xc2\x85",     "\xd8\x9c",     "\xe2\x80\x8b", "\xe2\x80\xae",
        "\xe2\x81\xa6", "\xef\xbb\xbf", "\xef\xbf\xb9", "\xf3\xa0\x81\x81",
    };

    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        MUST(strstr(line, hidden[i]) == NULL);
}

/* Takes the byte that is shown at *AT, as itself, as \\ or as \xhh. */
static unsigned take_byte(const char **at)
{
    unsigned byte = (unsigned char)*(*at)++;
    char hex[3] = "";

    MUST(byte >= ' ' && byte != 0x7f);
    if (byte != '\\')
        return byte;
    if (**at == '\\')
        return (unsigned char)*(*at)++;
    MUST(**at == 'x');
    memcpy(hex, *at + 1, 2);
    *at += 3;
    return (unsigned)strtoul(hex, NULL, 16);
}

void shown_check(const char *line, const char *sender, const char *text,
                 size_t len)
{
    size_t sender_len = strlen(sender);

    check_visible(line);
    MUST(strncmp(line, sender, sender_len) == 0);
    line += sender_len;
    MUST(strncmp(line, ": ", 2) == 0);
    line += 2;
    for (size_t i = 0; i < len; i++)
        MUST(take_byte(&line) == (unsigned char)text[i]);
    MUST(strcmp(line, "\n") == 0);
}
