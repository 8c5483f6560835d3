/* SPDX-License-Identifier: MIT */
/* Makes text from others safe for a terminal (protocol.md section 6). */
#include "lib/show.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "backends/crypto.h"
#include "lib/trace.h"
#include "lib/utf8.h"
#include "lib/wire.h"

/* Characters that control a terminal or are invisible: shown as \xhh. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x0000, 0x001f},   /* C0 controls: escape, newline, bell */
    {0x007f, 0x009f},   /* delete, and the C1 controls */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x200b, 0x200f},   /* zero width, and direction marks */
    {0x2028, 0x202e},   /* line separators, and direction overrides */
    {0x2060, 0x206f},   /* joiners, isolates, invisible operators */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xfff9, 0xfffb},   /* annotations */
    {0xe0000, 0xe007f}, /* tags: an invisible copy of ASCII */
};

/* Room for one character as shown: four bytes as \xhh, and a zero. */
enum { SHOWN_MAX = KIT_SHOWN_SIZE(4) };

static bool is_hidden(uint32_t code)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return true;
    return false;
}

/* Writes each of SIZE bytes as \xhh. Returns the length of OUT. */
static size_t show_bytes(char out[SHOWN_MAX], const uint8_t *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        snprintf(out + 4 * i, 5, "\\x%02x", (unsigned)p[i]);
    return 4 * size;
}

/*
 * Shows the first character of P (LEN bytes) and sets SIZE to the number of its
 * bytes. Returns the length of OUT.
 */
static size_t show_one(char out[SHOWN_MAX], size_t *size, const uint8_t *p,
                       size_t len)
{
    uint32_t code;

    /* Show a byte that is not UTF-8, then go on with the next byte. */
    *size = kit_utf8_next(&code, p, len);
    if (*size == 0)
        return show_bytes(out, p, *size = 1);
    if (is_hidden(code))
        return show_bytes(out, p, *size);

    /* Doubled, so that \xhh in the text does not look like ours. */
    if (code == '\\') {
        memcpy(out, "\\\\", 2);
        return 2;
    }
    memcpy(out, p, *size);
    return *size;
}

void kit_show(char *out, size_t out_size, const void *text, size_t text_len)
{
    const uint8_t *bytes = text;
    char shown[SHOWN_MAX];

    if (out_size == 0)
        return;
    for (size_t at = 0, size, len; at < text_len; at += size) {
        const void *from = bytes + at;

        size = len = kit_utf8_plain(from, text_len - at);
        if (size == 0) {
            len = show_one(shown, &size, from, text_len - at);
            from = shown;
        } else if (len >= out_size) {
            size = len = out_size - 1;
        }
        /* Stop if the character and the zero do not both fit. */
        if (len == 0 || len >= out_size)
            break;
        memcpy(out, from, len);
        out += len;
        out_size -= len;
    }
    *out = '\0';
}

void kit_shell_quote(char *out, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ_@%+=:,./-";
    const char *quote = strspn(name, plain) < strlen(name) ? "'" : "";
    const char *mark;
    int len = snprintf(out, KIT_QUOTED_SIZE, "%s%s", quote,
                       name[0] == '-' ? "./" : "");

    /* A single quote becomes '"'"' and not the usual '\'', because kit_error
       doubles each backslash. */
    while ((mark = strchr(name, '\'')) != NULL && len < KIT_QUOTED_SIZE) {
        len += snprintf(out + len, KIT_QUOTED_SIZE - (size_t)len, "%.*s'\"'\"'",
                        (int)(mark - name), name);
        name = mark + 1;
    }
    if (len < KIT_QUOTED_SIZE)
        snprintf(out + len, KIT_QUOTED_SIZE - (size_t)len, "%s%s", name, quote);
}

void kit_show_message(const char *sender, const void *text, size_t len)
{
    char shown[KIT_SHOWN_SIZE(KIT_TEXT_MAX)];

    kit_show(shown, sizeof shown, text, len);
    if (kit_trace_on)
        kit_trace_shown(sender, shown);
    fputs(sender, stdout);
    fputs(": ", stdout);
    puts(shown);
    fflush(stdout);
    /* stdio's own buffer keeps a copy that we cannot wipe; the next message
       overwrites it. */
    kit_wipe(shown, strlen(shown));
}
