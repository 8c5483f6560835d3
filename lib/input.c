/* SPDX-License-Identifier: MIT */
/* Texts from standard input, with the limit of protocol.md section 2. */
#include "lib/input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"

/* Says why a text is not sent. Never cut, never split: protocol.md 5. */
static int too_long(void)
{
    kit_error("a text over %d bytes is not sent: make it shorter",
              KIT_TEXT_MAX);
    return -1;
}

/* Gives LINE out as a text when it is short enough. */
static int give(const char **text, size_t *len, const char *line,
                size_t line_len)
{
    if (line_len > KIT_TEXT_MAX)
        return too_long();
    *text = line;
    *len = line_len;
    return 1;
}

/* The end of the input: what has no newline is a text too. */
static int last_text(const char **text, size_t *len, struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    const char *rest = lines->bytes + lines->start;
    size_t rest_len = lines->end - lines->start;

    lines->start = lines->end;
    if (rest_len == 0 || input->skipping)
        return 0;
    return give(text, len, rest, rest_len);
}

/* Reads more. Returns 0, or -1 when there will be nothing more to read. */
static int read_more(struct kit_lines *lines)
{
    while (kit_lines_read(lines, STDIN_FILENO) < 0) {
        if (errno == EINTR)
            continue;
        kit_error("cannot read the standard input: %s", strerror(errno));
        /* A line that was cut by the error is no text. */
        lines->start = lines->end;
        lines->ended = true;
        return -1;
    }
    return 0;
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
        if (kit_lines_take(&line, &line_len, lines)) {
            if (!input->skipping)
                return give(text, len, line, line_len);
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
        } else if (read_more(lines) != 0) {
            return -1;
        }
    }
}

bool kit_input_waits(const struct kit_input *input)
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
