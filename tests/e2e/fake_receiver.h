/* SPDX-License-Identifier: MIT */
/* Bob's receiver, played by the test, and the message 4 with its address. */
#ifndef TESTS_E2E_FAKE_RECEIVER_H
#define TESTS_E2E_FAKE_RECEIVER_H

#include <stdint.h>

#include "lib/box.h"
#include "lib/lines.h"
#include "tests/support/fixture.h"
#include "tests/support/http_server.h"

#define TOKEN  "0123456789abcdef-token-of-alice"
#define SECRET "fedcba9876543210-secret-of-this-chat"

struct fake_receiver {
    struct fixture fixture;
    struct http_server oracle; /* the test opens and closes it */
    int listener;
    uint16_t port;
    char ticket[KIT_SEALED_SIZE]; /* alice forwards it without opening it */
    char m4[8192]; /* messages 2 and 4 in one: it has a token, too */
};

extern struct fake_receiver fake_receiver;

/* fake_receiver_begin, fake_receiver_end: for tcase_add_checked_fixture. */
void fake_receiver_begin(void);
void fake_receiver_end(void);

/* start_alice: starts her sender, to bob, with the oracle as its server. */
struct process *start_alice(void);

/* fake_receiver_open: listens; RCVBUF bytes of buffer, or 0 for the usual. */
void fake_receiver_open(int rcvbuf);
void fake_receiver_close(void);

/* fake_receiver_line: the next line on FD, terminated; NULL at the end. */
const char *fake_receiver_line(struct kit_lines *in, int fd);

/*
 * fake_receiver_check: LINE is, to the last byte, alice's message SEQ to bob,
 * saying LEN bytes of TEXT. Sets the NONCE it was sealed with.
 */
void fake_receiver_check(struct kit_nonce *nonce, const char *line, int64_t seq,
                         const char *text, size_t len);

#endif
