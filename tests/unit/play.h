/* SPDX-License-Identifier: MIT */
/*
 * A play about the receiver's loop: it runs in the test itself, while a
 * script in a thread plays the peers, looks at what is handed on, and ends
 * the loop with a signal.
 */
#ifndef KIT_TESTS_PLAY_H
#define KIT_TESTS_PLAY_H

#include "lib/inbox.h"

struct play {
    struct kit_inbox *inbox;
    uint16_t port;
    int signal;    /* what ends the loop: SIGTERM, unless changed */
    int handed[2]; /* a pipe: what was handed on */
};

extern struct play play;

/* Both for tcase_add_checked_fixture: a loop on 127.0.0.1, not yet running. */
void play_begin(void);
void play_end(void);

/*
 * play_on_line: a handler that hands a line on as "IP: LINE|". Its context is
 * &play. The line "bad" closes its connection.
 */
int play_on_line(void *context, const char *peer_ip, const char *line,
                 size_t len);

/* play_script: runs the loop while SCRIPT runs, and ends with it. */
void play_script(void (*script)(void));

/* play_expect: exactly WANT is handed on next. */
void play_expect(const char *want);

/* play_say: TEXT from PEER. */
void play_say(int peer, const char *text);

/* play_peer: a new peer, who has said hello and so surely was taken in. */
int play_peer(void);

/*
 * play_next_tick: waits until the clock, which has milliseconds, has moved:
 * what comes before and what comes after are not heard at the same time.
 */
void play_next_tick(void);

#endif
