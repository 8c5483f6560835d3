/* SPDX-License-Identifier: MIT */
/* Writes to the result, in memory that outlives the process of the check. */
#include "tests/grade/transcript.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/show.h"

enum {
    SHOWN_MAX = 160,   /* bytes that printable() shows */
    DETAIL_MAX = 68,   /* ... in a detail line: a quoted secret fits */
    SHOWN_BUFFERS = 8, /* results of printable() for one message */
    HEX_BEFORE = 8,    /* bytes shown before a difference */
    HEX_ROW = 20,      /* bytes in a row */
    STEP_INDENT = 4,   /* columns before the number of a step */
    DETAIL_INDENT = 8,
};

struct result *transcript;

const char *reason_word(enum reason reason)
{
    static const char *const words[] = {
        [WRONG] = "failed",          [UNWRITTEN] = "unwritten",
        [SIGNALLED] = "crashed",     [SANITIZER] = "sanitizer",
        [EXITED] = "exited",         [TIME_OUT] = "time-out",
        [FLOOD] = "too much output", [REFUSED] = "connection refused",
        [PORT_USED] = "port in use", [VANISHED] = "no result",
    };

    return words[reason];
}

/* Appends a line. A transcript that is full ends with "...". */
static void add(const char *text)
{
    struct result *r = transcript;
    size_t room = sizeof r->steps - r->steps_len;
    int n = snprintf(r->steps + r->steps_len, room, "%s\n", text);

    if (n < 0 || (size_t)n >= room) {
        r->steps_len = sizeof r->steps - 1;
        memcpy(r->steps + r->steps_len - 6, "\n...\n", 6);
    } else {
        r->steps_len += (size_t)n;
    }
}

static void add_v(int indent, const char *front, const char *format,
                  va_list args)
{
    char text[2048];
    int n = snprintf(text, sizeof text, "%*s%s", indent, "", front);

    vsnprintf(text + n, sizeof text - (size_t)n, format, args);
    add(text);
}

void step(const char *format, ...)
{
    char number[16];
    va_list args;

    snprintf(number, sizeof number, "%2d. ", ++transcript->step);
    va_start(args, format);
    add_v(STEP_INDENT, number, format, args);
    va_end(args);
}

void detail(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_v(DETAIL_INDENT, "", format, args);
    va_end(args);
}

struct transcript_mark transcript_mark(void)
{
    return (struct transcript_mark){transcript->steps_len, transcript->step};
}

void transcript_rewind(struct transcript_mark mark)
{
    transcript->steps_len = mark.len;
    transcript->steps[mark.len] = '\0';
    transcript->step = mark.step;
}

const char *printable(const void *bytes, size_t len)
{
    static char buffers[SHOWN_BUFFERS][KIT_SHOWN_SIZE(SHOWN_MAX) + 40];
    static unsigned next;
    char *out = buffers[next++ % SHOWN_BUFFERS];
    size_t used;

    kit_show(out, KIT_SHOWN_SIZE(SHOWN_MAX), bytes,
             len > SHOWN_MAX ? SHOWN_MAX : len);
    used = strlen(out);
    if (len > SHOWN_MAX)
        snprintf(out + used, 40, "... (%zu bytes)", len);
    return out;
}

void detail_text(const char *name, const void *bytes, size_t len)
{
    if (len > DETAIL_MAX)
        detail("%-11s %s... (%zu bytes)", name, printable(bytes, DETAIL_MAX),
               len);
    else
        detail("%-11s %s", name, printable(bytes, len));
}

/* Writes one row of hex, from byte FROM of LEN. */
static void hex_row(const char *name, const uint8_t *bytes, size_t from,
                    size_t len)
{
    char row[16 + 3 * HEX_ROW + 1];
    int n = snprintf(row, sizeof row, "%-9s", name);

    for (size_t i = from; i < len && i < from + HEX_ROW; i++)
        n += snprintf(row + n, sizeof row - (size_t)n, " %02x", bytes[i]);
    detail("%s", row);
}

void detail_difference(const void *wanted, size_t wanted_len,
                       const void *got_bytes, size_t got_len)
{
    const uint8_t *w = wanted, *g = got_bytes;
    size_t shorter = wanted_len < got_len ? wanted_len : got_len;
    size_t at = 0, from;

    while (at < shorter && w[at] == g[at])
        at++;
    if (at == wanted_len && at == got_len)
        return;
    from = at > HEX_BEFORE ? at - HEX_BEFORE : 0;
    detail("first difference at byte %zu (%zu bytes expected, %zu came):", at,
           wanted_len, got_len);
    hex_row("expected", w, from, wanted_len);
    hex_row("got", g, from, got_len);
    detail("%*s^^", (int)(10 + 3 * (at - from)), "");
}

#define KEEP(field)                                                            \
    do {                                                                       \
        va_list args;                                                          \
        va_start(args, format);                                                \
        vsnprintf(transcript->field, sizeof transcript->field, format, args);  \
        va_end(args);                                                          \
    } while (0)

void note(const char *format, ...)
{
    KEEP(note);
}

void expected(const char *format, ...)
{
    KEEP(expected);
}

void got(const char *format, ...)
{
    KEEP(got);
}

void see_todo(const char *todo)
{
    snprintf(transcript->todo, sizeof transcript->todo, "%s", todo);
}

_Noreturn void fail_as(enum reason reason, const char *format, ...)
{
    KEEP(cause);
    transcript->reason = reason;
    /* Set the verdict last, when everything else is complete. */
    transcript->verdict = FAILED;
    _exit(1);
}

/* What the user can do about ERROR, in a system call of the grader. */
static const char *advice(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
        return "set TMPDIR to a folder with free space";
    case EAGAIN:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        return "end other programs on this machine";
    case EADDRINUSE:
    case EADDRNOTAVAIL:
        return "is the loopback device up, and are ports free?";
    default:
        return "a step of the grader itself failed";
    }
}

_Noreturn void no_verdict(const char *format, ...)
{
    KEEP(cause);
    transcript->verdict = BROKEN;
    _exit(1);
}

_Noreturn void fail_test(const char *format, ...)
{
    KEEP(cause);
    transcript->verdict = BROKEN;
    _exit(1);
}

_Noreturn void broken(const char *what, const char *where)
{
    int error = errno;

    no_verdict("%s: %s (in %s: %s)", strerror(error), advice(error), where,
               what);
}
