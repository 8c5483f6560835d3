/* SPDX-License-Identifier: MIT */
/*
 * The trace: a record of what a program sends, receives, derives, seals, opens
 * and refuses, for --trace and --verbose. It is written by the functions of the
 * kit, so sender.c and receiver.c need no line for it.
 *
 * In a trace file, each line is one event, a JSON object. It is ASCII, without
 * < > & and ', so that a line can be copied into a web page. All events have
 *
 *     n, us           the number of the event in this program, and its time in
 *                     microseconds since 1970, which never goes back
 *     program, user   "sender", "receiver" or "server", and its user's name
 *                     ("" for the server)
 *     event           what happened: the functions below list the events, and
 *                     the members that each has
 *
 * Passwords, tokens, secrets and keys are {"hidden": N}, where N is their
 * length in bytes, unless --trace-keys was given. A member whose value is not
 * UTF-8 has "_hex" after its name, and is hex.
 *
 * Every caller tests kit_trace_on before it calls one of these functions. They
 * may be called from several threads at once, and leave errno unchanged.
 */
#ifndef KIT_TRACE_H
#define KIT_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/crypto.h"
#include "lib/box.h"

/* The options of every program that can trace. */
struct kit_trace_options {
    const char *file; /* --trace, or NULL */
    bool keys;        /* --trace-keys */
    bool verbose;     /* --verbose: the same events on standard error */
};

/* What --help prints for them. */
#define KIT_TRACE_HELP      "write every message to a new FILE"
#define KIT_TRACE_KEYS_HELP "write passwords, tokens and keys to it, too"
#define KIT_VERBOSE_HELP    "print every message on standard error"

/* Whether to trace. Only kit_trace_open and kit_trace_close change it. */
extern bool kit_trace_on;

/*
 * kit_trace_open: begins the trace that OPTIONS ask for, if any. PROGRAM and
 * USER are members of every event. All these strings must stay valid until the
 * program ends: the trace ends then. The file must not exist: a trace is never
 * added to another one, nor to a file that others can read. Creates it with
 * mode 0600. With --trace-keys, prints a note that the file will contain keys.
 * Returns EX_OK; or another exit code, with the reason on standard error. Call
 * it before creating threads.
 */
int kit_trace_open(const struct kit_trace_options *options, const char *program,
                   const char *user) KIT_MUST_CHECK;

/* kit_trace_close: ends the trace, after all other threads. */
void kit_trace_close(void);

/* A message, for kit_trace_message. */
struct kit_trace_message {
    const char *event; /* "sent" or "received" */
    const char *peer;  /* "server", the peer's address or the user */
    const char *path;  /* of a request; NULL: message 5 */
    int status;        /* of an answer; 0: a request, or message 5 */
    const char *line;  /* the body of a request or answer, or the line */
    size_t len;        /* of LINE, in bytes */
};

/*
 * kit_trace_message: writes the event "sent" or "received". Its member
 * "message" is the number of the message, which follows from path and status.
 * "peer", "path" and "status" are as above. "line" is the text as it travelled,
 * and "fields" is the same as a JSON object, if it is one. The whole "line" is
 * hidden if something in "fields" is hidden, or if a request or an answer is
 * not an object.
 */
void kit_trace_message(const struct kit_trace_message *message);

/*
 * kit_trace_derived: writes the event "derived" with "label", "input", "key"
 * and "key_id": 8 hex digits that depend on the key but do not reveal it.
 */
void kit_trace_derived(const struct kit_key *key, const char *input,
                       const char *label);

/*
 * kit_trace_box: writes EVENT, which is "sealed", "opened" or "not_opened". It
 * has "key", "key_id", "nonce", "ciphertext" and "tag" (hex), "ad" and "text".
 * If the text is a ticket, it is hidden, and "fields" is its JSON. TEXT is NULL
 * if the box was not opened.
 */
void kit_trace_box(const char *event, const struct kit_key *key,
                   const struct kit_box *box, const char *ad, const void *text,
                   size_t len);

/* kit_trace_refused: writes "refused" with "step", the reason in one word. */
void kit_trace_refused(const char *step);

/* kit_trace_shown: writes "shown" with "text": the line "SENDER: SHOWN". */
void kit_trace_shown(const char *sender, const char *shown);

#endif
