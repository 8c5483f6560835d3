/* SPDX-License-Identifier: MIT */
/*
 * Reads the members of messages, each into a variable of its type.
 *
 * Each function reads member NAME of OBJECT and returns 0; or -1, with the
 * output zero, if the member is missing or is not as protocol.md section 2
 * defines it. OBJECT may be NULL: then every member is missing. Where a member
 * may be missing, the comment says what its absence means; if it is there but
 * wrong, the function fails all the same.
 */
#ifndef KIT_MEMBERS_H
#define KIT_MEMBERS_H

#include <limits.h>

#include "lib/box.h"
#include "lib/json.h"
#include "lib/wire.h"

#define KIT_NEVER LLONG_MAX /* the last second of a ticket without exp */

/* kit_json_name: a NAME. */
int kit_json_name(struct kit_name *out, const cJSON *object,
                  const char *name) KIT_MUST_CHECK;

/* kit_json_address: a numeric IPv4 or IPv6 address. */
int kit_json_address(struct kit_address *out, const cJSON *object,
                     const char *name) KIT_MUST_CHECK;

/* kit_json_port: a port, 1 to 65535. If it is missing, OUT is MISSING. */
int kit_json_port(uint16_t *out, const cJSON *object, const char *name,
                  uint16_t missing) KIT_MUST_CHECK;

/* kit_json_token: the token of a session. */
int kit_json_token(struct kit_token *out, const cJSON *object,
                   const char *name) KIT_MUST_CHECK;

/* kit_json_secret: the secret of a chat. */
int kit_json_secret(struct kit_secret *out, const cJSON *object,
                    const char *name) KIT_MUST_CHECK;

/* kit_json_ticket: senderinfo: SEALED, at most KIT_TICKET_MAX characters. */
int kit_json_ticket(struct kit_ticket *out, const cJSON *object,
                    const char *name) KIT_MUST_CHECK;

/* kit_json_box: SEALED, decoded. It is not opened. */
int kit_json_box(struct kit_box *out, const cJSON *object,
                 const char *name) KIT_MUST_CHECK;

/* kit_json_seq: the number of a text, 1 to KIT_SEQ_MAX. */
int kit_json_seq(uint32_t *out, const cJSON *object,
                 const char *name) KIT_MUST_CHECK;

/*
 * kit_json_good_until: exp of a ticket. OUT is the last second in which the
 * ticket is accepted: KIT_CLOCK_SKEW seconds after exp, because clocks differ.
 * If exp is missing, OUT is KIT_NEVER.
 */
int kit_json_good_until(long long *out, const cJSON *object,
                        const char *name) KIT_MUST_CHECK;

/*
 * kit_json_same_or_missing: whether member NAME is missing or is the string
 * EXPECTED. Returns 0 if so, otherwise -1.
 */
int kit_json_same_or_missing(const char *expected, const cJSON *object,
                             const char *name) KIT_MUST_CHECK;

/*
 * kit_json_line: writes OBJECT as one line of JSON. Returns 0; or -1 with LINE
 * zero if OBJECT is NULL, the line would be longer than KIT_LINE_MAX with its
 * newline, or there is no memory.
 */
int kit_json_line(struct kit_line *line, const cJSON *object) KIT_MUST_CHECK;

#endif
