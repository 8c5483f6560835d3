/* SPDX-License-Identifier: MIT */
/* A server without HTTP, for fuzzing the bodies of requests. */
#ifndef TESTS_FUZZ_PLACE_H
#define TESTS_FUZZ_PLACE_H

#include "lib/json.h"
#include "server/service.h"

#define PLACE_PASSWORD    "apple" /* alice's */
#define PLACE_ALICE_TOKEN "token-of-alice-0123456789"
#define PLACE_BOB_TOKEN   "token-of-bob-0123456789"

enum { PLACE_NOW = 1000000 }; /* Unix seconds */

/*
 * place_open: the one service, made at the first call: alice and bob have
 * accounts and the sessions above.
 */
struct service *place_open(void);

/* place_ticks: an hour later at every call: nobody has asked too often. */
int64_t place_ticks(void);

/*
 * place_is: whether member NAME of BODY is the string WANTED.
 */
bool place_is(const cJSON *body, const char *name, const char *wanted);

#endif
