/* SPDX-License-Identifier: MIT */
/*
 * Prints messages for the user on standard error: one line each, which begins
 * with the program's name, or with "refused". Colour is used only on a terminal
 * and if NO_COLOR is unset or empty. Messages may contain text from the
 * network: control characters are shown as lib/show.h does.
 */
#ifndef KIT_SAY_H
#define KIT_SAY_H

#include <stdbool.h>
#include <stddef.h>

/* kit_say_as: sets the name that begins every line, for example "sender". */
void kit_say_as(const char *program);

/* kit_error: prints "sender: what went wrong, and what to do". */
void kit_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* kit_note: the same for what the user should know but is not an error. */
void kit_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * kit_fail: kit_error, then returns CODE, so that a caller can write
 * return kit_fail(EX_PROTOCOL, "message 2 has no token: check the URL").
 */
int kit_fail(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * kit_misuse: prints that a caller passed an invalid argument: the function,
 * the argument, what to do. Prints only if the environment has KIT_DEBUG, which
 * make grade sets. Returns -1.
 */
int kit_misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * kit_refused: prints "refused: WORD". A receiver does so for every line that
 * it rejects (protocol.md section 6), a sender for a step that fails. Returns
 * -1, so that a caller can write return kit_refused("json").
 */
int kit_refused(const char *word);

/*
 * kit_say_coloured: whether to use colour on standard error: if it is a
 * terminal, and NO_COLOR is unset or empty (no-color.org).
 */
bool kit_say_coloured(void);

/*
 * kit_say_line: writes the LEN bytes of LINE, newline included, to standard
 * error without changing them. An error is ignored: there is nowhere to report
 * it.
 */
void kit_say_line(const char *line, size_t len);

#endif
