/* SPDX-License-Identifier: MIT */
/*
 * Valid and invalid tickets and lines of message 5. A test that knows the
 * receiver's token can make any.
 */
#ifndef TESTS_SUPPORT_FORGERY_H
#define TESTS_SUPPORT_FORGERY_H

#include <stdint.h>

#include "lib/box.h"
#include "lib/wire.h"

enum { FORGERY_JSON = 1024 }; /* bytes of a ticket before it is sealed */

/* The format of a line: senderinfo, seq and message. */
#define FORGERY_LINE "{\"senderinfo\":\"%s\",\"seq\":%s,\"message\":\"%s\"}\n"

/* A line of message 5 in parts, which a test may change. */
struct forgery {
    char senderinfo[KIT_SEALED_SIZE];
    char seq[32];
    char message[KIT_SEALED_SIZE];
    char line[2 * KIT_LINE_MAX]; /* the result of forgery_line */
};

/*
 * forgery_seal_with: seals LEN bytes of TEXT under KEY with associated data AD,
 * and writes the box to SEALED in base64. TEXT may be longer than the protocol
 * allows. forgery_seal: the same under K(STRING, LABEL); AD is a string.
 */
void forgery_seal_with(char *sealed, size_t size, const struct kit_key *key,
                       const void *ad, size_t ad_len, const void *text,
                       size_t len);
void forgery_seal(char *sealed, size_t size, const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len);

/*
 * forgery_good: a valid line from SENDER to "bob", whose token is TOKEN, with
 * SECRET, SEQ and TEXT.
 */
void forgery_good(struct forgery *f, const char *token, const char *sender,
                  const char *secret, int64_t seq, const char *text);

/*
 * forgery_json: the JSON of a ticket from SENDER at 127.0.0.1, with SECRET, and
 * with EXP unless it is 0. SENDER is copied unchanged, valid or not.
 */
void forgery_json(char out[FORGERY_JSON], const char *sender,
                  const char *secret, long long exp);

/*
 * forgery_ticket_for: a ticket that contains JSON, for RECEIVER, whose session
 * token is TOKEN. forgery_ticket: replaces the ticket of F by one for "bob".
 */
void forgery_ticket_for(char sealed[KIT_SEALED_SIZE], const char *token,
                        const char *receiver, const char *json);
void forgery_ticket(struct forgery *f, const char *token, const char *json);

/* forgery_line: writes the parts to F->line, and returns that. */
const char *forgery_line(struct forgery *f);

#endif
