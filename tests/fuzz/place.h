/* SPDX-License-Identifier: MIT */
/*
 * A server without HTTP, for fuzzing the bodies of requests; and what
 * protocol.md says of members, found out by other means than the kit's.
 */
#ifndef TESTS_FUZZ_PLACE_H
#define TESTS_FUZZ_PLACE_H

#include "lib/json.h"
#include "server/chat/reply.h"
#include "server/chat/service.h"

#define PLACE_PASSWORD    "apple" /* alice's */
#define PLACE_ALICE_TOKEN "token-of-alice-0123456789"
#define PLACE_BOB_TOKEN   "token-of-bob-0123456789"

enum { PLACE_NOW = 1000000 }; /* Unix seconds */

/*
 * place_open: the one service, made at the first call: alice and bob have
 * accounts and the sessions above, from 127.0.0.1; bob's listens at port
 * 5555.
 */
struct service *place_open(void);

/* place_ticks: an hour later at every call: nobody has asked too often. */
int64_t place_ticks(void);

/* place_is: whether member NAME of BODY is the string WANTED. */
bool place_is(const cJSON *body, const char *name, const char *wanted);

/* place_is_str16: 16 to 128 bytes that can be seen. NULL is none. */
bool place_is_str16(const char *text);

/* place_is_address: what inet_pton takes. NULL is none. */
bool place_is_address(const char *text);

/* place_number: member NAME of BODY, or -1 when it is no integer over 0. */
long long place_number(const cJSON *body, const char *name);

/* place_port: member port of BODY, or -1 when it is no port. */
long long place_port(const cJSON *body);

/* place_refused: whether REPLY is STATUS with just this WORD. */
bool place_refused(const struct reply *reply, int status, const char *word);

#endif
