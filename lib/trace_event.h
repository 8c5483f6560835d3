/* SPDX-License-Identifier: MIT */
/*
 * Writes an event of a trace, as JSON for a file or as text for a terminal. For
 * lib/trace.c only, which holds the lock of the trace.
 */
#ifndef KIT_TRACE_EVENT_H
#define KIT_TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>

/* A member of an event. If DATA is NULL or NUMBER is 0, it is left out. */
struct kit_event_member {
    const char *name;
    enum {
        KIT_EVENT_TEXT,   /* bytes; if they are not UTF-8, in hex */
        KIT_EVENT_HIDDEN, /* bytes of which only the length is written */
        KIT_EVENT_HEX,    /* bytes, in hex */
        KIT_EVENT_NUMBER,
        KIT_EVENT_TREE, /* a cJSON object, without what is hidden in it */
    } type;
    const void *data;
    size_t len; /* of DATA, if it is bytes */
    long long number;
    bool file_only; /* left out on a terminal: it is there in another form */
    bool allowlist; /* for the object, as in lib/trace_secrets.h */
};

/* An event, with the members that lib/trace.h lists. */
struct kit_event {
    long long n, us;
    const char *program, *user;
    const char *name;                       /* "event": what happened */
    const struct kit_event_member *members; /* the last has no name */
};

/*
 * kit_event_for_file: writes EVENT as a line of JSON. Returns the line, with
 * its newline and without a terminating zero, and sets LEN to its length. It is
 * valid until the next call of a function of this header.
 */
const char *kit_event_for_file(size_t *len, const struct kit_event *event);

/*
 * kit_event_for_terminal: the same as text, for example "[3] shown text=...".
 * Control characters are shown as lib/show.h does. COLOURED: with the escape
 * sequences of a terminal.
 */
const char *kit_event_for_terminal(size_t *len, const struct kit_event *event,
                                   bool coloured);

/* kit_event_wipe: wipes the line, which may contain plaintext or keys. */
void kit_event_wipe(void);

#endif
