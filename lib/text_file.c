/* SPDX-License-Identifier: MIT */
/* Handles byte order marks, line ends and encodings of text files. */
#include "lib/text_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/utf8.h"

#define SAVE "save it as UTF-8 (in the editor: Save As, Encoding)"

static const char bom[] = "\xef\xbb\xbf"; /* U+FEFF in UTF-8 */
enum { BOM_LEN = sizeof bom - 1 };

/* The encoding, guessed from the first bytes. BYTES: UTF-8, Latin-1, ... */
enum form { BYTES, UTF16_LITTLE, UTF16_BIG, UTF32 };

static enum form find_form(const char *text, size_t len)
{
    uint8_t b[4] = {1, 1, 1, 1}; /* a missing byte counts as 1 */

    memcpy(b, text, len < sizeof b ? len : sizeof b);
    if ((b[0] == 0xff && b[1] == 0xfe && b[2] == 0 && b[3] == 0) ||
        (b[0] == 0 && b[1] == 0 && b[2] == 0xfe && b[3] == 0xff))
        return UTF32;
    if ((b[0] == 0xff && b[1] == 0xfe) || (b[0] != 0 && b[1] == 0))
        return UTF16_LITTLE;
    if ((b[0] == 0xfe && b[1] == 0xff) || (b[0] == 0 && b[1] != 0))
        return UTF16_BIG;
    return BYTES;
}

/* The number, from 1, of the line that has byte AT of TEXT. */
static int line_of(const char *text, size_t at)
{
    int line = 1;

    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    return line;
}

/* The number of bytes before the first one that is not valid UTF-8. */
static size_t count_utf8(const char *text, size_t len)
{
    size_t at = 0, size = 1;
    uint32_t code;

    while (at < len && (size = kit_utf8_next(&code, text + at, len - at)) > 0)
        at += size;
    return at;
}

size_t kit_text_file_bom_len(const char *text, size_t len)
{
    return len >= BOM_LEN && memcmp(text, bom, BOM_LEN) == 0 ? BOM_LEN : 0;
}

/* Removes the BOM and changes line ends to LF. Returns the new length. */
static size_t normalize(char *text, size_t len)
{
    size_t from = kit_text_file_bom_len(text, len), to = 0;

    for (; from < len; from++) {
        if (text[from] != '\r')
            text[to++] = text[from];
        else if (from + 1 == len || text[from + 1] != '\n')
            text[to++] = '\n';
    }
    /* The text may be secret: wipe what is after the new end. */
    kit_wipe(text + to, len - to);
    return to;
}

int kit_text_file_clean(char why[KIT_TEXT_FILE_WHY], char *text, size_t *len,
                        enum kit_encoding encoding)
{
    enum form form = find_form(text, *len);
    const char *zero = memchr(text, 0, *len);
    size_t good = encoding == KIT_UTF8 ? count_utf8(text, *len) : *len;

    if (form != BYTES)
        snprintf(why, KIT_TEXT_FILE_WHY, "it is %s text: " SAVE,
                 form == UTF32 ? "UTF-32" : "UTF-16");
    else if (zero != NULL)
        snprintf(why, KIT_TEXT_FILE_WHY,
                 "line %d has a zero byte: remove it, or name a text file",
                 line_of(text, (size_t)(zero - text)));
    else if (good < *len)
        snprintf(why, KIT_TEXT_FILE_WHY,
                 "line %d is not UTF-8 (Latin-1?): " SAVE, line_of(text, good));
    if (form != BYTES || zero != NULL || good < *len)
        return -1;
    *len = normalize(text, *len);
    return 0;
}

/* --- Converting ----------------------------------------------------------- */

/* Windows-1252, 0x80 to 0x9f. All other bytes are the same as in Latin-1. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

enum { GROWTH = 3 }; /* one byte of input becomes at most 3 of UTF-8 */

/* Writes CODE as UTF-8. Zero would end the string, so it becomes a space. */
static char *put(char *out, uint32_t code)
{
    if (code == 0)
        code = ' ';
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *out++ = (char)(0xe0 | code >> 12);
        } else {
            *out++ = (char)(0xf0 | code >> 18);
            *out++ = (char)(0x80 | (code >> 12 & 0x3f));
        }
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (code & 0x3f));
    return out;
}

/* The 16-bit unit at P. */
static uint32_t unit(const uint8_t *p, enum form form)
{
    return form == UTF16_BIG ? (uint32_t)(p[0] << 8 | p[1])
                             : (uint32_t)(p[1] << 8 | p[0]);
}

static char *put_utf16(char *out, const uint8_t *p, size_t len, enum form form)
{
    for (size_t at = 0; at + 2 <= len; at += 2) {
        uint32_t code = unit(p + at, form), low = 0;

        if (code >= 0xd800 && code < 0xdc00 && at + 4 <= len)
            low = unit(p + at + 2, form);
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 2;
        } else if (code >= 0xd800 && code < 0xe000) {
            code = 0xfffd; /* half of a surrogate pair */
        }
        out = put(out, code);
    }
    return out;
}

/* Converts a line to UTF-8. A file may mix UTF-8 and Windows-1252. */
static char *put_line(char *out, const uint8_t *p, size_t len)
{
    bool utf8 = count_utf8((const char *)p, len) == len;

    for (size_t i = 0; i < len; i++) {
        if (utf8 && p[i] != 0)
            *out++ = (char)p[i];
        else if (p[i] >= 0x80 && p[i] < 0xa0)
            out = put(out, windows_1252[p[i] - 0x80]);
        else
            out = put(out, p[i]);
    }
    return out;
}

/* Returns TEXT converted to UTF-8; or NULL with WHY. */
static char *convert(char why[KIT_TEXT_FILE_WHY], const char *text, size_t len)
{
    enum form form = find_form(text, len);
    char *out = form != UTF32 ? calloc(len + 1, GROWTH) : NULL, *end = out;
    size_t at = kit_text_file_bom_len(text, len);

    if (out == NULL) {
        snprintf(why, KIT_TEXT_FILE_WHY, "%s",
                 form == UTF32 ? "it is UTF-32 text: " SAVE
                               : "there is no memory for it: close other "
                                 "programs");
        return NULL;
    }
    if (form != BYTES)
        end = put_utf16(out, (const uint8_t *)text, len, form);
    while (form == BYTES && at < len) {
        const char *line = text + at;
        const char *newline = memchr(line, '\n', len - at);
        size_t size = newline != NULL ? (size_t)(newline - line) + 1 : len - at;

        end = put_line(end, (const uint8_t *)line, size);
        at += size;
    }
    normalize(out, (size_t)(end - out));
    return out;
}

/* --- Reading -------------------------------------------------------------- */

/* Reads FD to its end, at most SIZE bytes. Returns the number, or -1. */
static ssize_t read_all(int fd, char *out, size_t size)
{
    size_t len = 0;
    ssize_t n;

    do {
        n = read(fd, out + len, size - len);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            len += (size_t)n;
    } while (n != 0 && len < size);
    return (ssize_t)len;
}

char *kit_text_file_read(char why[KIT_TEXT_FILE_WHY], int fd, size_t most,
                         enum kit_encoding encoding)
{
    char *text = calloc(1, most + 2), *out = NULL;
    ssize_t n = text != NULL ? read_all(fd, text, most + 1) : 0;
    size_t len = n > 0 ? (size_t)n : 0;

    if (text == NULL)
        snprintf(why, KIT_TEXT_FILE_WHY,
                 "there is no memory for it: close other programs");
    else if (n < 0)
        snprintf(why, KIT_TEXT_FILE_WHY, "%s: it must be a readable file",
                 strerror(errno));
    else if (len > most)
        snprintf(why, KIT_TEXT_FILE_WHY,
                 "it has more than %zu bytes: make it smaller", most);
    else if (encoding == KIT_ANY_TEXT)
        out = convert(why, text, len);
    else if (kit_text_file_clean(why, text, &len, encoding) == 0)
        return text;
    if (text != NULL)
        kit_wipe(text, len);
    free(text);
    return out;
}
