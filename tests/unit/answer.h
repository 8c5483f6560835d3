/* SPDX-License-Identifier: MIT */
/*
 * A server for tests: a thread that takes one HTTP request after the other,
 * keeps it, and answers with what the test has written down.
 */
#ifndef KIT_TESTS_ANSWER_H
#define KIT_TESTS_ANSWER_H

#include <stdbool.h>

enum { ANSWERS_MAX = 4 };

struct answer {
    const char *text; /* head and body; NULL: no more answers */
    bool then_close;  /* whether the connection ends behind it */
};

/*
 * answer_start: answers those who come to LISTENER with ANSWERS, whose last
 * one has no text.
 */
void answer_start(int listener, const struct answer *answers);

/* answer_wait: waits until all are given. */
void answer_wait(void);

/* answer_request: the request that had answer NUMBER, 0 or more. */
const char *answer_request(int number);

/* answer_connections: how many connections there have been. */
int answer_connections(void);

#endif
