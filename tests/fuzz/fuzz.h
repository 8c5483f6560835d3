/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. A target is one file, fuzz_NAME.c. It passes any
 * bytes to one parser and checks the result. libFuzzer drives it (make fuzz),
 * or replay.c with the files of corpus/NAME.
 *
 * The member_* and is_* functions follow protocol.md, but do not use the kit's
 * code for the same rule: a mistake there would be in both.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/json.h"
#include "server/chat/reply.h"
#include "server/chat/service.h"

#define FUZZ_PASSWORD    "apple" /* alice's */
#define FUZZ_ALICE_TOKEN "token-of-alice-0123456789"
#define FUZZ_BOB_TOKEN   "token-of-bob-0123456789"

enum { FUZZ_NOW = 1000000 }; /* Unix seconds */

/* LLVMFuzzerTestOneInput: tests one input. Returns 0. libFuzzer calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* CHECK: must be true for every input; otherwise it is a finding. */
#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition))                                                      \
            abort();                                                           \
    } while (0)

/*
 * fuzz_text: DATA with a terminating zero, to be freed. It has its exact size,
 * so that a sanitizer reports reads beyond it.
 */
char *fuzz_text(const uint8_t *data, size_t size);

/*
 * fuzz_service: the only service, made at the first call. alice and bob have
 * accounts, and sessions from 127.0.0.1 with the tokens above. bob's receiver
 * listens on port 5555.
 */
struct service *fuzz_service(void);

/* fuzz_ticks: a clock that advances an hour per call, so that no rate limit
   applies. */
int64_t fuzz_ticks(void);

/* fuzz_is_refusal: whether REPLY is STATUS with only this error WORD. */
bool fuzz_is_refusal(const struct reply *reply, int status, const char *word);

/* member_is: whether member NAME of BODY is the string WANTED. */
bool member_is(const cJSON *body, const char *name, const char *wanted);

/* member_number: member NAME of BODY; -1 unless it is an integer over 0. */
long long member_number(const cJSON *body, const char *name);

/* member_port: member port of BODY, or -1 if it is not a port. */
long long member_port(const cJSON *body);

/* is_token: whether TEXT has 16 to 128 visible characters; false for NULL. */
bool is_token(const char *text);

/* is_address: whether inet_pton accepts TEXT; false for NULL. */
bool is_address(const char *text);

#endif
