/* SPDX-License-Identifier: MIT */
/*
 * A sender under test, and the grader around it: the server that it asks, the
 * door at which it should knock, and the words and secrets of this run.
 */
#ifndef GRADE_CHAT_H
#define GRADE_CHAT_H

#include "lib/box.h"
#include "tests/grade/arbiter.h"
#include "tests/grade/door.h"
#include "tests/grade/m5.h"
#include "tests/grade/program.h"

/* Message 4, each member as it stands in JSON; NULL: left out. */
struct m4 {
    char ip_addr[15000], port[40], secret[300], senderinfo[15000];
    char receiver[300], more[512];
};

struct chat {
    char names[2][33];
    const char *sender, *receiver;
    char password[129], token[129], secret[129];
    char senderinfo[KIT_SEALED_SIZE];
    struct m4 m4; /* what the server answers; a check may change it */
    struct arbiter arbiter;
    struct door door;
    struct visit visit;
    struct program *program;
    pid_t first_pid;    /* of its first run */
    bool leaks;         /* are looked for, where the system can */
    const char *cacert; /* --cacert, or NULL */
    int rcvbuf;         /* of the door, 0: as usual */
    struct tls *tls;    /* of the server, NULL: in clear */
    struct secrets secrets;
};

/* chat_prepare: names, secrets, the server and the door, all in order. */
void chat_prepare(struct chat *chat);

/* chat_serve: lets the server answer as chat->m4 says from now on. */
void chat_serve(struct chat *chat);

/* chat_renew: another token, secret and ticket for the next run. */
void chat_renew(struct chat *chat);

/* chat_start: runs the sender of the submission. */
void chat_start(struct chat *chat);

/* chat_begin: prepare and start. */
void chat_begin(struct chat *chat);

/*
 * chat_take: waits until it connects. It may do so at once or only when there
 * is something to send, so something must have been typed.
 */
void chat_take(struct chat *chat);

/* chat_knock: types a text and waits until it connects. */
void chat_knock(struct chat *chat);

/* chat_type: LEN bytes of TEXT and a newline, as if typed. */
void chat_type(struct chat *chat, const char *text, size_t len);

/*
 * chat_line: as door_line, on the connection that there is or on the first
 * one; NULL also when the program ends without one.
 */
const char *chat_line(size_t *len, struct chat *chat);

/*
 * chat_read: the next line of message 5; it must come, on the connection that
 * there is or on a new one.
 */
void chat_read(struct m5 *m5, struct chat *chat);

/* chat_say: types TEXT, reads the line that comes of it and opens it. */
void chat_say(struct m5 *m5, struct chat *chat, const char *text, size_t len);

/*
 * chat_exits: the input ends, and the program with an exit code that is 0 if
 * GOOD and none of a crash otherwise.
 */
void chat_exits(struct chat *chat, bool good);

/* chat_knocks: whether it connects, or has, before it ends. */
bool chat_knocks(struct chat *chat);

/*
 * chat_accepts: after refusals, a run that is not to be refused: who refuses
 * everything has not looked.
 */
void chat_accepts(struct chat *chat);

/*
 * chat_refuses: the whole run of a sender that should give up on what the
 * server answers: it ends by itself, not with 0, says why on standard error
 * and does not connect to anybody. WHAT is what it should refuse, CAUSE what
 * the student reads otherwise.
 */
void chat_refuses(struct chat *chat, const char *what, const char *cause);

#endif
