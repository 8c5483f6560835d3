/* SPDX-License-Identifier: MIT */
/* HTTP over a bare socket: bytes to a server of the test, and its answer. */
#ifndef KIT_TESTS_RAW_H
#define KIT_TESTS_RAW_H

#include <stddef.h>

#include "tests/unit/lab.h"

/* A login of alice in parts: a line, its length, its body. */
#define BODY   "{\"username\":\"alice\",\"password\":\"apple\"}"
#define LENGTH "Content-Length: 39\r\n"
#define LINE   "POST /login HTTP/1.1\r\nHost: lab\r\n"
#define CLOSE  "Connection: close\r\n"

enum { RAW_SIZE = 65536 };

struct raw {
    struct lab lab;
    char out[RAW_SIZE]; /* all that came back on the last connection */
};

extern struct raw raw;

/* raw_begin, raw_end: for tcase_add_checked_fixture. */
void raw_begin(void);
void raw_end(void);

/* raw_send: sends LEN bytes on a new connection and reads to its end. */
void raw_send(const char *text, size_t len);

/* raw_status: the status of the first answer; 0 where there was none. */
int raw_status(void);

#endif
