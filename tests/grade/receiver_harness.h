/* SPDX-License-Identifier: MIT */
/*
 * The test harness for a receiver: the program under test, a mock of the server
 * that it logs in to, well-behaved senders (alice, carol) and an attacker
 * (mallory).
 *
 * How does a check know that a line was refused, and is not just slow to be
 * shown? After each line that must be refused, the harness sends a sentinel: a
 * good line from carol on another connection. Once the sentinel is shown, the
 * receiver has dealt with the line before it, and whatever it printed for that
 * line comes before the sentinel on standard output.
 *
 * These functions fail the check if the receiver does not do what they wait
 * for; CAUSE is then the cause that the student reads.
 */
#ifndef GRADE_RECEIVER_HARNESS_H
#define GRADE_RECEIVER_HARNESS_H

#include "tests/grade/craft.h"
#include "tests/grade/mistakes.h"
#include "tests/grade/mock_server.h"
#include "tests/grade/program.h"
#include "tests/support/tcp.h"

enum {
    RECEIVER_EXIT_MS = 3000, /* for a program that is crashing to end */
    RECEIVER_GRACE_MS = 500, /* for a line that it may still print */
};

struct receiver_harness {
    char names[4][33];
    const char *me;      /* the user name of the receiver under test */
    const char *alice;   /* a well-behaved sender */
    const char *mallory; /* an attacker who has an account, too */
    const char *carol;   /* sends the sentinels */
    char password[129], token[129];
    char secret[129]; /* of alice's chat */
    char sentinel_secret[129];
    long sentinel_seq, alice_seq; /* the last seq of these two chats */
    long long exp; /* of every ticket, unless a check changes it */
    struct mock_server server;
    struct program *program;
    bool strict;      /* run it with --strict-ip */
    const char *asan; /* for ASAN_OPTIONS; NULL: look for no memory leaks */
    char ip[64];      /* where the receiver listens */
    uint16_t port;
    bool keeps_open; /* it does not close the connection after a bad line */
};

/* receiver_setup: chooses names and secrets and starts the mock server. */
void receiver_setup(struct receiver_harness *h);

/*
 * receiver_launch: runs the receiver under test. receiver_start: runs it and
 * waits until it prints that it listens.
 */
void receiver_launch(struct receiver_harness *h);
void receiver_start(struct receiver_harness *h);

/* receiver_setup_and_start: receiver_setup, then receiver_start. */
void receiver_setup_and_start(struct receiver_harness *h);

/* receiver_restart: kills it and starts it again with the current settings. */
void receiver_restart(struct receiver_harness *h);

/* receiver_connect: connects to the receiver. Returns the socket. */
int receiver_connect(struct receiver_harness *h);

/* How a receiver has ended a connection. */
enum receiver_end {
    STAYS_OPEN,
    CLOSED_NORMALLY, /* with a FIN */
    WAS_RESET,
};

/* receiver_wait_closed: waits a moment for the receiver to close FD. */
enum receiver_end receiver_wait_closed(struct receiver_harness *h, int fd);

/*
 * receiver_next_line: the next line on standard output. Returns NULL if none
 * comes in time, or soon after the receiver has closed FD. FD may be -1.
 */
const char *receiver_next_line(struct receiver_harness *h, int fd);

/*
 * receiver_expected_line: the line that section 6 demands for TEXT from SENDER.
 * Returns static memory.
 */
const char *receiver_expected_line(const char *sender, const void *text,
                                   size_t len);

/*
 * receiver_expect_text: the next line must be TEXT from SENDER, which was sent
 * on FD.
 */
void receiver_expect_text(struct receiver_harness *h, int fd,
                          const char *sender, const void *text, size_t len,
                          const char *cause);

/*
 * receiver_shows: sends LINE, which has a text, on a new connection. Returns
 * whether the receiver shows a text then.
 */
bool receiver_shows(struct receiver_harness *h, const struct crafted_m5 *line);

/* receiver_expect_only: the next line must be LINE, with none before it. */
void receiver_expect_only(struct receiver_harness *h, const char *line,
                          const char *cause);

/*
 * receiver_expect_address: fails the check if the receiver has noted that the
 * address in a ticket is empty: then TODO 5 has not read it.
 */
void receiver_expect_address(const struct receiver_harness *h);

/*
 * receiver_fail_silent: fails the check because LINE was not shown. The cause
 * is CAUSE, unless the program has ended, or LINE was only not flushed.
 */
_Noreturn void receiver_fail_silent(struct receiver_harness *h,
                                    const char *line, const char *cause);

/*
 * receiver_send_sentinel: sends the next sentinel. CAUSE is for a receiver that
 * shows something else first; NULL: it may.
 */
void receiver_send_sentinel(struct receiver_harness *h, const char *cause);

#endif
