/* SPDX-License-Identifier: MIT */
/*
 * Crafting lines of message 5, good and bad, for a receiver under test. Make a
 * good line, change some of its parts, then call craft_assemble.
 */
#ifndef GRADE_CRAFT_H
#define GRADE_CRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/box.h"
#include "lib/wire.h"
#include "tests/grade/mistakes.h"

struct receiver_harness;

enum { CRAFT_LINE_MAX = 3 * KIT_LINE_MAX };

struct crafted_m5 {
    char ticket[2 * KIT_SEALED_SIZE]; /* the senderinfo */
    char seq[64];                     /* its JSON text */
    char message[2 * KIT_SEALED_SIZE];
    char line[CRAFT_LINE_MAX]; /* what craft_assemble makes, with a newline */
    size_t len;                /* of line */
    char described[2][1200];   /* what is sealed in ticket and message */
};

/*
 * craft_good: a line that is correct in every way: SEQ of SENDER's chat under
 * SECRET, with LEN bytes of TEXT.
 */
void craft_good(struct crafted_m5 *crafted, const struct receiver_harness *h,
                const char *sender, const char *secret, int64_t seq,
                const void *text, size_t len);

/* craft_next: the next good line of alice's chat, with TEXT. */
void craft_next(struct crafted_m5 *crafted, struct receiver_harness *h,
                const char *text);

/*
 * craft_ticket: replaces the ticket by a valid one, with EXP unless it is 0.
 * craft_ticket_json: replaces it by one that contains JSON, valid or not.
 */
void craft_ticket(struct crafted_m5 *crafted, const struct receiver_harness *h,
                  const char *sender, const char *secret, long long exp);
void craft_ticket_json(struct crafted_m5 *crafted,
                       const struct receiver_harness *h, const char *json);

/*
 * craft_seal: replaces MEMBER ("senderinfo" or "message") by TEXT, sealed under
 * K(STRING, LABEL) with associated data AD. If the same senderinfo was sealed a
 * short time ago, it is the same box: a chat has one ticket.
 */
void craft_seal(struct crafted_m5 *crafted, const char *member,
                const char *string, const char *label, const char *ad,
                const void *text, size_t len);

/*
 * craft_inputs: what goes into a box of alice's chat: into its ticket, or into
 * its message SEQ.
 */
struct box_inputs craft_inputs(const struct receiver_harness *h, bool ticket,
                               int64_t seq);

/*
 * craft_mistake: a line from alice that is good, except that its ticket, or its
 * message, is sealed with the mistakes KEY and AD of mistakes.h. IN is what
 * goes into that box. Returns false if that is impossible, or if the mistake
 * makes no difference with these names.
 */
bool craft_mistake(struct crafted_m5 *crafted, const struct receiver_harness *h,
                   const struct box_inputs *in, int key, int ad);

/* craft_flip_bit: flips BIT of byte AT of SEALED; -1 is the last byte. */
void craft_flip_bit(char *sealed, int at, int bit);

/* craft_assemble: makes the line from its parts. */
void craft_assemble(struct crafted_m5 *crafted);

/* craft_describe: writes the step "It receives WHAT" to the transcript. */
void craft_describe(const struct crafted_m5 *crafted, const char *what);

#endif
