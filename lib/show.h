/* SPDX-License-Identifier: MIT */
/* Makes text from others safe to print (protocol.md section 6, the end). */
#ifndef KIT_SHOW_H
#define KIT_SHOW_H

#include <stddef.h>

/* Room for LEN bytes of text, each as \xhh, with a terminating zero. */
#define KIT_SHOWN_SIZE(len) (4 * (len) + 1)

/*
 * kit_show: writes TEXT_LEN bytes of TEXT to OUT so that they cannot control a
 * terminal. Valid UTF-8 is copied unchanged, except that a backslash becomes
 * \\, and control and invisible characters become \xhh for each byte. So do
 * bytes that are not UTF-8. One line of text stays one line. OUT is always
 * terminated. OUT_SIZE must be at least KIT_SHOWN_SIZE(TEXT_LEN); if it is
 * less, the text is cut between two characters.
 */
void kit_show(char *out, size_t out_size, const void *text, size_t text_len);

enum { KIT_QUOTED_SIZE = 1024 }; /* room for a quoted file name */

/*
 * kit_shell_quote: writes the file name NAME to OUT, which has room for
 * KIT_QUOTED_SIZE characters, so that it can be pasted into a shell command as
 * one word: in quotes if it needs them, and with "./" if it begins with "-".
 * A name that is too long is cut.
 */
void kit_shell_quote(char *out, const char *name);

/*
 * kit_show_message: prints "SENDER: text" as one line on standard output and
 * flushes it. The LEN bytes of TEXT, at most KIT_TEXT_MAX, are shown as above.
 */
void kit_show_message(const char *sender, const void *text, size_t len);

#endif
