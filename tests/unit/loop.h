/* SPDX-License-Identifier: MIT */
/*
 * The receiver's loop, which runs in the test itself. Meanwhile a script in
 * another thread acts as its peers, and checks which lines the handler is
 * given. At the end of the script a signal ends the loop.
 */
#ifndef TESTS_UNIT_LOOP_H
#define TESTS_UNIT_LOOP_H

#include "lib/inbox.h"

enum { LOOP_LIMIT = 60 }; /* seconds: no test needs so long */

/* The loop of this test. It listens on 127.0.0.1 by default. */
struct loop {
    struct kit_inbox *inbox;
    uint16_t port;
    int end_signal; /* ends the loop after a script; SIGTERM by default */
    int handled[2]; /* a pipe: what loop_line was given */
};

extern struct loop loop;

/* loop_setup, loop_teardown: for TEST_SUITE. They capture standard error. */
void loop_setup(void);
void loop_teardown(void);

/* loop_listen: listens on IP and PORT, or on a free port if that is 0. */
void loop_listen(const char *ip, uint16_t port);

/*
 * loop_line: a handler that writes "LINE|" to the pipe. The line "bad" closes
 * its connection.
 */
kit_line_handler loop_line;

/* loop_serve: kit_inbox_serve with HANDLER, for at most SECONDS. */
int loop_serve(kit_line_handler *handler, long long seconds);

/* loop_run: runs the loop with loop_line until SCRIPT has run. */
void loop_run(void (*script)(void));

/*
 * loop_run_expect: the same. After its first line, the loop must print REFUSED,
 * or may print anything if that is NULL.
 */
void loop_run_expect(void (*script)(void), const char *refused);

/* loop_expect: what loop_line is given next must be exactly WANT. */
void loop_expect(const char *want);

/* loop_send: sends TEXT from PEER, a connection to the loop. */
void loop_send(int peer, const char *text);

/*
 * loop_peer: a new peer. The loop has accepted it: its first line, "hello", has
 * arrived.
 */
int loop_peer(void);

/* loop_expect_connected: PEER must still be connected: a line arrives. */
void loop_expect_connected(int peer);

/* loop_next_tick: waits until the clock, kit_ticks, has moved on. */
void loop_next_tick(void);

#endif
