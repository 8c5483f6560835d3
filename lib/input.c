/* SPDX-License-Identifier: MIT */
/* Reads texts from standard input; protocol.md section 2 has the limit. */
#include "lib/input.h"

#include <errno.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/text_file.h"

/*
 * Linux keeps this many bytes of a line typed at a terminal and drops the rest
 * of it. macOS keeps 1,024, then rings the bell and drops even Enter, so that
 * the program never gets a line that is too long.
 */
enum { TERMINAL_LINE_MAX = 4095 };

/* A text is not cut or split: protocol.md section 5. */
static int refuse_long(void)
{
    kit_error("a text over %d bytes is not sent: make it shorter",
              KIT_TEXT_MAX);
    return KIT_INPUT_REFUSED;
}

static int refuse_cut(void)
{
    kit_error("a text of %d bytes or more is not sent from a terminal, which "
              "may cut it: make it shorter, or put it into a file and type: "
              "make sender ME=... TO=... < FILE",
              TERMINAL_LINE_MAX);
    return KIT_INPUT_REFUSED;
}

/* Sets TEXT to LINE if it is short enough and not cut. */
static int take_text(const char **text, size_t *len, const char *line,
                     size_t line_len, const struct kit_input *input)
{
    if (line_len > KIT_TEXT_MAX)
        return refuse_long();
    if (input->cut)
        return refuse_cut();
    *text = line;
    *len = line_len;
    return KIT_INPUT_TEXT;
}

/* At the end of the input: bytes without a newline are a text, too. */
static int take_last(const char **text, size_t *len, struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    const char *rest = lines->bytes + lines->start;
    size_t rest_len = lines->end - lines->start;

    lines->start = lines->end;
    if (rest_len == 0 || input->skipping) {
        kit_wipe(lines->bytes, sizeof lines->bytes);
        return KIT_INPUT_END;
    }
    return take_text(text, len, rest, rest_len, input);
}

/* Whether standard input is a terminal that collects a line up to Enter. */
static bool is_typed(void)
{
    struct termios terminal;

    return tcgetattr(STDIN_FILENO, &terminal) == 0 &&
           (terminal.c_lflag & ICANON) != 0;
}

/* Whether the line of N bytes just read may have been cut by the terminal. */
static bool may_be_cut(const struct kit_lines *lines, size_t n)
{
    if (n > 0 && lines->bytes[lines->end - 1] == '\n')
        n--;
    return n >= TERMINAL_LINE_MAX && is_typed();
}

/*
 * Waits until there is input, and watches the connection meanwhile. If pselect
 * fails, returns: the caller's read waits for the input then. Does not use
 * poll, which on macOS cannot wait for a terminal.
 */
static void wait_for_input(struct kit_outbox *watch)
{
    fd_set readable;

    while (watch->fd >= 0 && watch->fd < FD_SETSIZE) {
        int rc;

        FD_ZERO(&readable);
        FD_SET(STDIN_FILENO, &readable);
        FD_SET(watch->fd, &readable);
        rc = pselect(watch->fd + 1, &readable, NULL, NULL, NULL, NULL);
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0 || FD_ISSET(STDIN_FILENO, &readable))
            return;
        /* If the connection has ended, this closes WATCH. */
        (void)!kit_outbox_is_open(watch);
    }
}

/* Reads more into the buffer. Returns 0; or -1 if reading failed. */
static int read_more(struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    ssize_t n;

    if (input->watch != NULL)
        wait_for_input(input->watch);
    while ((n = kit_lines_read(lines, STDIN_FILENO)) < 0) {
        if (errno == EINTR)
            continue;
        kit_error("cannot read standard input (%s): start the sender again",
                  strerror(errno));
        /* Do not send the line that the error cut. */
        kit_wipe(lines->bytes, sizeof lines->bytes);
        lines->start = lines->end;
        lines->ended = true;
        return -1;
    }
    if (n > 0)
        input->cut = may_be_cut(lines, (size_t)n);
    return 0;
}

/*
 * Skips the byte order mark that editors on Windows write at the start of a
 * file. It may arrive in pieces from a pipe, so this waits until there are
 * three bytes or a whole line.
 */
static void skip_bom(struct kit_input *input)
{
    struct kit_lines *lines = &input->lines;
    const char *first = lines->bytes + lines->start;
    size_t len = lines->end - lines->start;

    if (input->past_bom ||
        (len < 3 && !lines->ended && memchr(first, '\n', len) == NULL))
        return;
    lines->start += kit_text_file_bom_len(first, len);
    input->past_bom = true;
}

/* Without a note, the user sees only an empty screen. */
static void greet(struct kit_input *input)
{
    if (!input->greeted && isatty(STDIN_FILENO))
        kit_note("type a line and Enter to send it; Ctrl-D on an empty one "
                 "ends the chat");
    input->greeted = true;
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
        skip_bom(input);
        if (kit_lines_take(&line, &line_len, lines)) {
            if (!input->skipping)
                return take_text(text, len, line, line_len, input);
            /* This was the end of a line that was refused. */
            input->skipping = false;
        } else if (lines->ended) {
            return take_last(text, len, input);
        } else if (kit_lines_full(lines)) {
            bool refused = input->skipping;

            lines->start = lines->end;
            input->skipping = true;
            if (!refused)
                return refuse_long();
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

    /* If a line is being skipped, its end is not a text. */
    if (newline != NULL && input->skipping)
        newline = memchr(newline + 1, '\n', (size_t)(end - newline - 1));
    return newline != NULL;
}
