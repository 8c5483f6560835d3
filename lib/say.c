/* SPDX-License-Identifier: MIT */
/* Writes one line at a time to standard error, safe for a terminal. */
#include "lib/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/show.h"
#include "lib/trace.h"

enum {
    NAME_MAX_LEN = 32,  /* characters of a program's name */
    MESSAGE_MAX = 1024, /* bytes of a message; the rest is cut off */
};

#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

static char program_name[NAME_MAX_LEN + 1];

bool kit_say_coloured(void)
{
    const char *no_color = getenv("NO_COLOR");

    return isatty(STDERR_FILENO) && (no_color == NULL || no_color[0] == '\0');
}

void kit_say_line(const char *line, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDERR_FILENO, line, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        line += n;
        len -= (size_t)n;
    }
}

/*
 * Writes "WORD: TEXT" with WORD in COLOUR, or only TEXT if WORD is empty. The
 * whole line is one write, so that lines of several threads do not mix.
 */
static void say(const char *colour, const char *word, const char *text)
{
    char line[NAME_MAX_LEN + KIT_SHOWN_SIZE(MESSAGE_MAX) + 32];
    char shown[KIT_SHOWN_SIZE(MESSAGE_MAX)];
    bool coloured = kit_say_coloured();
    int len;

    /* TEXT may contain names or words from the server or a peer. */
    kit_show(shown, sizeof shown, text, strlen(text));
    len = snprintf(line, sizeof line, "%s%s%s%s%s\n", coloured ? colour : "",
                   word, word[0] == '\0' ? "" : ": ", coloured ? PLAIN : "",
                   shown);
    if (len > 0)
        kit_say_line(line, (size_t)len);
}

/* Formats a message and writes it after the program's name. */
static void say_formatted(const char *colour, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void say_formatted(const char *colour, const char *format, va_list args)
{
    char text[MESSAGE_MAX + 1];

    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    say(colour, program_name, text);
}

void kit_say_as(const char *program)
{
    snprintf(program_name, sizeof program_name, "%s", program);
}

void kit_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_formatted(RED, format, args);
    va_end(args);
}

void kit_note(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_formatted(YELLOW, format, args);
    va_end(args);
}

int kit_fail(int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_formatted(RED, format, args);
    va_end(args);
    return code;
}

int kit_misuse(const char *format, ...)
{
    va_list args;

    if (getenv("KIT_DEBUG") == NULL)
        return -1;
    va_start(args, format);
    say_formatted(YELLOW, format, args);
    va_end(args);
    return -1;
}

int kit_refused(const char *word)
{
    if (kit_trace_on)
        kit_trace_refused(word);
    say(YELLOW, "refused", word);
    return -1;
}
