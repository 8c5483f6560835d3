/* SPDX-License-Identifier: MIT */
/* Reads the texts that the user types: each line of standard input is one. */
#ifndef KIT_INPUT_H
#define KIT_INPUT_H

#include "lib/lines.h"
#include "lib/outbox.h"

/* Initialize it with {0}. */
struct kit_input {
    struct kit_lines lines;
    bool skipping; /* skip the rest of a line that was too long */
    bool cut;      /* the terminal may have cut the last line */
    bool past_bom; /* the first bytes were checked for a byte order mark */
    bool greeted;  /* the note about how to type was printed */
    struct kit_outbox *watch; /* a connection to watch while waiting; or NULL */
};

/* What kit_input_text returns. */
enum {
    KIT_INPUT_END = 0,
    KIT_INPUT_TEXT = 1,
    KIT_INPUT_REFUSED = -1, /* do not send this line; read the next */
    KIT_INPUT_FAILED = -2,  /* reading failed: there are no more lines */
};

/*
 * kit_input_text: waits for the next line of standard input. Returns
 * KIT_INPUT_TEXT with TEXT and LEN: the line without its newline and without a
 * terminating zero. TEXT is valid until the next call. Texts are wiped from
 * INPUT as soon as more is read, and at the end of the input. The last line may
 * lack its newline. After it, returns KIT_INPUT_END.
 *
 * Returns KIT_INPUT_REFUSED for a line over KIT_TEXT_MAX bytes, and skips it.
 * The same for a line that a terminal may have cut: Linux keeps the first 4,095
 * bytes of a typed line and silently drops the rest. The reason is printed on
 * standard error, also for KIT_INPUT_FAILED. At a terminal the first call
 * prints how to type.
 *
 * While it waits, it watches the connection of INPUT, so that the user learns
 * immediately that texts may be lost.
 */
int kit_input_text(const char **text, size_t *len, struct kit_input *input);

/* kit_input_has_line: whether another whole line has been read already. */
bool kit_input_has_line(const struct kit_input *input);

#endif
