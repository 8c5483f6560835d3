/* SPDX-License-Identifier: MIT */
/* A buffer that is filled at its end and emptied from its start. */
#include "lib/lines.h"

#include <string.h>
#include <unistd.h>

ssize_t kit_lines_read(struct kit_lines *lines, int fd)
{
    size_t rest = lines->end - lines->start;
    ssize_t n;

    /* Move what is left to the start, then wipe the bytes after it: lib/input.c
       has plaintext here. */
    memmove(lines->bytes, lines->bytes + lines->start, rest);
    kit_wipe(lines->bytes + rest, lines->start);
    lines->start = 0;
    lines->end = rest;
    if (rest == sizeof lines->bytes)
        return 0;
    n = read(fd, lines->bytes + rest, sizeof lines->bytes - rest);
    if (n > 0)
        lines->end += (size_t)n;
    if (n == 0)
        lines->ended = true;
    return n;
}

bool kit_lines_take(const char **line, size_t *len, struct kit_lines *lines)
{
    const char *first = lines->bytes + lines->start;
    const char *newline = memchr(first, '\n', lines->end - lines->start);

    if (newline == NULL)
        return false;
    *line = first;
    *len = (size_t)(newline - first);
    lines->start += *len + 1;
    return true;
}

bool kit_lines_full(const struct kit_lines *lines)
{
    return kit_lines_unfinished(lines) == sizeof lines->bytes;
}

size_t kit_lines_unfinished(const struct kit_lines *lines)
{
    size_t rest = 0;

    /* Count back from the end to the last newline, or to the start. */
    while (rest < lines->end - lines->start &&
           lines->bytes[lines->end - rest - 1] != '\n')
        rest++;
    return rest;
}
