/* SPDX-License-Identifier: MIT */
/* Texts from standard input, with the limit of protocol.md section 2. */
#include "lib/input.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/text_file.h"

/*
 * Linux keeps this many bytes of a line typed at a terminal and drops the rest
 * of it. macOS keeps 1,024, then rings the bell and drops Enter too, so a line
 * that is too long never arrives.
 */
enum { TERMINAL_LINE_MAX = 4095 };

/* Says why a text is not sent. Never cut, never split: protocol.md 5. */
static int too_long(void)
{
    kit_error("a text over %d bytes is not sent: make it shorter",
              KIT_TEXT_MAX);
    return KIT_INPUT_REFUSED;
}

static int maybe_cut(void)
{
    kit_error("a text of %d bytes or more is not sent from a terminal, which "
              "would cut it: make it shorter, or put it into a file and type: "
              "make sender ME=... TO=... < FILE",
              TERMINAL_LINE_MAX);
    return KIT_INPUT_REFUSED;
}

/* Gives LINE out as a text when it is short enough, and whole. */
static int give(const char **text, size_t *len, const char *line,
                size_t line_len, const struct kit_input *input)
{
    if (line_len > KIT_TEXT_MAX)
        return too_long();
    if (input->cut)
        return maybe_cut();
    *text = line;
    *len = line_len;
    return KIT_INPUT_TEXT;
}

/* The end of the input: what has no newline is a text too. */
static int last_text(const char **text, size_t *len, struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    const char *rest = lines->bytes + lines->start;
    size_t rest_len = lines->end - lines->start;

    lines->start = lines->end;
    if (rest_len == 0 || input->skipping)
        return KIT_INPUT_END;
    return give(text, len, rest, rest_len, input);
}

/* Whether the terminal collects a line, up to Enter, before we can read it. */
static bool is_typed(void)
{
    struct termios terminal;

    return tcgetattr(STDIN_FILENO, &terminal) == 0 &&
           (terminal.c_lflag & ICANON) != 0;
}

/* Whether the N bytes just read, one line, may have lost some at the end. */
static bool may_be_cut(const struct kit_lines *lines, size_t n)
{
    if (n > 0 && lines->bytes[lines->end - 1] == '\n')
        n--;
    return n >= TERMINAL_LINE_MAX && is_typed();
}

/* Reads more. Returns 0, or -1 when there will be nothing more to read. */
static int read_more(struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    ssize_t n;

    while ((n = kit_lines_read(lines, STDIN_FILENO)) < 0) {
        if (errno == EINTR)
            continue;
        kit_error("cannot read the standard input: %s", strerror(errno));
        /* The error cut this line short: it is not sent. */
        lines->start = lines->end;
        lines->ended = true;
        return -1;
    }
    if (n > 0)
        input->cut = may_be_cut(lines, (size_t)n);
    return 0;
}

/*
 * Skips the byte order mark with which editors on Windows begin a file. A pipe
 * may deliver it in pieces, so this waits for the first line or three bytes.
 */
static void skip_mark(struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    const char *first = lines->bytes + lines->start;
    size_t len = lines->end - lines->start;

    if (input->past_mark ||
        (len < 3 && !lines->ended && memchr(first, '\n', len) == NULL))
        return;
    lines->start += kit_text_file_bom_len(first, len);
    input->past_mark = true;
}

/* An empty screen does not say what it waits for. */
static void greet(struct kit_input *input)
{
    if (!input->begun && isatty(STDIN_FILENO))
        kit_note("type a line and Enter to send it; Ctrl-D on an empty one "
                 "ends the chat");
    input->begun = true;
}

int kit_input_text(const char **text, size_t *len, struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    const char *line;
    size_t line_len;

    *text = NULL;
    *len = 0;
    greet(input);
    for (;;) {
        skip_mark(input);
        if (kit_lines_take(&line, &line_len, lines)) {
            if (!input->skipping)
                return give(text, len, line, line_len, input);
            /* This was the end of a line that has been refused already. */
            input->skipping = false;
        } else if (lines->ended) {
            return last_text(text, len, input);
        } else if (kit_lines_full(lines)) {
            bool again = input->skipping;

            lines->start = lines->end;
            input->skipping = true;
            if (!again)
                return too_long();
        } else if (read_more(input) != 0) {
            return KIT_INPUT_FAILED;
        }
    }
}

bool kit_input_has_line(const struct kit_input *input)
{
    const struct kit_lines *lines = &input->lines;
    const char *end = lines->bytes + lines->end;
    const char *from = lines->bytes + lines->start;
    const char *newline = memchr(from, '\n', (size_t)(end - from));

    /* The end of a line that is being skipped is no text. */
    if (newline != NULL && input->skipping)
        newline = memchr(newline + 1, '\n', (size_t)(end - newline - 1));
    return newline != NULL;
}
