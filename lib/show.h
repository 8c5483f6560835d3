/* SPDX-License-Identifier: MIT */
/* Showing text that somebody else wrote (protocol.md section 6, the end). */
#ifndef KIT_SHOW_H
#define KIT_SHOW_H

#include <stddef.h>

/* Room for LEN bytes of text shown, with a terminating zero: \xhh is four. */
#define KIT_SHOWN_SIZE(len) (4 * (len) + 1)

/*
 * kit_show: writes TEXT_LEN bytes of TEXT to OUT so that a terminal shows
 * them and obeys none of them: valid UTF-8 as it is, backslash as \\, and
 * control and invisible characters, as well as bytes that are not UTF-8, as
 * \xhh for each byte. One line of text stays one line. OUT_SIZE must be at
 * least KIT_SHOWN_SIZE(TEXT_LEN); with less, as many whole characters as fit
 * are written. Always terminated.
 */
void kit_show(char *out, size_t out_size, const void *text, size_t text_len);

enum { KIT_QUOTED_SIZE = 1024 }; /* of a word below; what is longer is cut */

/*
 * kit_shell_quote: writes NAME, a file's, to OUT (KIT_QUOTED_SIZE) as one word
 * of a shell's command that is to be typed: between quotes if it needs them,
 * and never taken for an option.
 */
void kit_shell_quote(char *out, const char *name);

/*
 * kit_show_message: writes "SENDER: text" as one line to standard output, at
 * once, with LEN bytes of TEXT (at most KIT_TEXT_MAX) shown as above.
 */
void kit_show_message(const char *sender, const void *text, size_t len);

#endif
