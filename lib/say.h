/* SPDX-License-Identifier: MIT */
/*
 * What a program says to its user, on standard error: one line, in the
 * program's name, colour only on a terminal and without NO_COLOR. What came
 * from outside is shown as lib/show.h shows it, whatever the format.
 */
#ifndef KIT_SAY_H
#define KIT_SAY_H

/* kit_say_as: sets the name that stands before every line: "sender". */
void kit_say_as(const char *program);

/* kit_error: "sender: what went wrong and what to do next". */
void kit_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* kit_note: the same for what is worth knowing and no error. */
void kit_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * kit_refused: "refused: WORD", the receiver's one line for a line it does
 * not accept (protocol.md section 6). Returns -1, so that a caller can refuse
 * and return in one step.
 */
int kit_refused(const char *word);

#endif
