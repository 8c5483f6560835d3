/* SPDX-License-Identifier: MIT */
/*
 * The test harness for a sender: the program under test, a mock of the server
 * that it asks, and a mock of the receiver that it connects to.
 *
 * These functions fail the check if the sender does not do what they wait for.
 */
#ifndef GRADE_SENDER_HARNESS_H
#define GRADE_SENDER_HARNESS_H

#include "lib/box.h"
#include "tests/grade/m5.h"
#include "tests/grade/mock_receiver.h"
#include "tests/grade/mock_server.h"
#include "tests/grade/program.h"

/* Message 4: the JSON text of each member. An empty one is left out. */
struct m4 {
    char ip_addr[15000], port[40], secret[300], senderinfo[15000];
    char receiver[300], more[512];
};

struct sender_harness {
    char names[2][33];
    const char *sender, *receiver; /* user names; they point into names */
    char password[129], token[129], secret[129], last_secret[129];
    char senderinfo[KIT_SEALED_SIZE];
    struct m4 m4; /* see sender_set_answer */
    struct mock_server server;
    struct mock_receiver receiver_side;
    struct mock_connection connection;
    struct program *program;
    pid_t first_pid;    /* of the first run in this check */
    const char *asan;   /* for ASAN_OPTIONS; NULL: look for no memory leaks */
    const char *cacert; /* for --cacert, or NULL */
    int rcvbuf;         /* receive buffer of the mock receiver; 0: default */
    SSL_CTX *tls;       /* of the mock server; NULL: plain HTTP */
    struct box_inputs inputs;
};

/* sender_setup: chooses names and secrets and starts both mocks. */
void sender_setup(struct sender_harness *h);

/* sender_set_answer: makes the server answer with h->m4 from now on. */
void sender_set_answer(struct sender_harness *h);

/*
 * sender_new_chat: makes a new secret and ticket for the next message 4.
 * sender_similar_chat: the same, but only character AT of the secret changes.
 * sender_new_secrets: also makes a new token, for the next run.
 */
void sender_new_chat(struct sender_harness *h);
void sender_similar_chat(struct sender_harness *h, size_t at);
void sender_new_secrets(struct sender_harness *h);

/* sender_start: runs the sender under test. */
void sender_start(struct sender_harness *h);

/* sender_setup_and_start: sender_setup, then sender_start. */
void sender_setup_and_start(struct sender_harness *h);

/*
 * sender_accept: waits until the sender connects. Some senders connect only
 * once they have a text to send, so the caller must have typed one.
 */
void sender_accept(struct sender_harness *h);

/* sender_type_and_accept: types a text, then waits for the connection. */
void sender_type_and_accept(struct sender_harness *h);

/* sender_type: writes TEXT and a newline to the sender's standard input. */
void sender_type(struct sender_harness *h, const char *text, size_t len);

/*
 * sender_next_line: the next line from the current connection. If there is
 * none yet, waits for the sender to connect. See mock_receiver_line. Also
 * returns NULL if the sender ends without a connection.
 */
const char *sender_next_line(size_t *len, struct sender_harness *h);

/*
 * sender_read_m5: reads the next line of message 5, from the current connection
 * or a new one.
 */
void sender_read_m5(struct m5 *m5, struct sender_harness *h);

/* sender_type_and_open: types TEXT, reads its message 5 and opens the box. */
void sender_type_and_open(struct m5 *m5, struct sender_harness *h,
                          const char *text, size_t len);

/*
 * sender_expect_exit: closes the input and waits for the sender to exit. Its
 * exit code must be 0 if SUCCESS, and another one otherwise.
 */
void sender_expect_exit(struct sender_harness *h, bool success);

/*
 * sender_connects: waits until the sender connects, and returns true. Returns
 * false if it ends before that, or if the time is over.
 */
bool sender_connects(struct sender_harness *h);

/*
 * sender_expect_accepted: one more run, with a correct answer, which the sender
 * must accept. Call it after refusals: a sender that refuses everything must
 * not pass.
 */
void sender_expect_accepted(struct sender_harness *h);

/*
 * sender_expect_refusal: a complete run in which the sender must refuse the
 * server's answer: exit with a code other than 0, print an error, and connect
 * to no receiver. WHAT describes the answer. If the sender connects, CAUSE is
 * the cause of the failure.
 */
void sender_expect_refusal(struct sender_harness *h, const char *what,
                           const char *cause);

#endif
