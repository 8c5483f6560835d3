/* SPDX-License-Identifier: MIT */
/* Bob as the test plays him: a door, the message 4 that leads to it, lines. */
#ifndef E2E_INBOX_H
#define E2E_INBOX_H

#include <stdint.h>

#include "lib/lines.h"
#include "tests/e2e/forge.h"
#include "tests/e2e/stage.h"

#define TOKEN  "0123456789abcdef-token-of-alice"
#define SECRET "fedcba9876543210-secret-of-this-chat"

struct inbox {
    struct stage stage;
    struct oracle oracle; /* the server, for the test to open and close */
    int listener;
    uint16_t port;
    char ticket[KIT_SEALED_SIZE]; /* that alice passes on unread */
    char m4[8192];                /* with a token: messages 2 and 4 in one */
};

extern struct inbox inbox;

/* inbox_begin, inbox_end: for tcase_add_checked_fixture. */
void inbox_begin(void);
void inbox_end(void);

/* start_alice: starts her sender, to bob, with the oracle as its server. */
struct process *start_alice(void);

/* inbox_open: listens; RCVBUF bytes of buffer, or 0 for the usual. */
void inbox_open(int rcvbuf);
void inbox_close(void);

/* inbox_take: waits for alice to connect. */
int inbox_take(void);

/* inbox_has: whether somebody has connected, or tried to. */
bool inbox_has(void);

/* inbox_line: the next line on FD, terminated; NULL at the end. */
const char *inbox_line(struct kit_lines *in, int fd);

/*
 * inbox_check: LINE is, to the last byte, alice's message SEQ to bob, saying
 * LEN bytes of TEXT. Sets the NONCE it was sealed with.
 */
void inbox_check(struct kit_nonce *nonce, const char *line, int64_t seq,
                 const char *text, size_t len);

#endif
