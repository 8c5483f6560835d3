/* SPDX-License-Identifier: MIT */
/*
 * A play about the receiver's loop: it runs in the test itself, while a
 * script in a thread plays the peers, looks at what is handed on, and ends
 * the loop with a signal.
 */
#ifndef TESTS_UNIT_INBOX_SCRIPT_H
#define TESTS_UNIT_INBOX_SCRIPT_H

#include "lib/inbox.h"

struct inbox_script {
    struct kit_inbox *inbox;
    uint16_t port;
    int signal;    /* what ends the loop: SIGTERM, unless changed */
    int handed[2]; /* a pipe: what was handed on */
};

extern struct inbox_script inbox_script;

/* Both for tcase_add_checked_fixture: a loop on 127.0.0.1, not yet running. */
void inbox_script_begin(void);
void inbox_script_end(void);

/*
 * inbox_script_on_line: a handler that hands a line on as "IP: LINE|". Its
 * context is &inbox_script. The line "bad" closes its connection.
 */
int inbox_script_on_line(void *context, const char *peer_ip, const char *line,
                         size_t len);

/* inbox_script_run: runs the loop while SCRIPT runs, and ends with it. */
void inbox_script_run(void (*script)(void));

/* inbox_script_expect: exactly WANT is handed on next. */
void inbox_script_expect(const char *want);

/* inbox_script_say: TEXT from PEER. */
void inbox_script_say(int peer, const char *text);

/* inbox_script_peer: a new peer, who has said hello and so surely was taken in.
 */
int inbox_script_peer(void);

/*
 * inbox_script_next_tick: waits until the clock, which has milliseconds, has
 * moved: what comes before and what comes after are not heard at the same time.
 */
void inbox_script_next_tick(void);

#endif
