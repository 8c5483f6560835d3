/* SPDX-License-Identifier: MIT */
/*
 * A receiver under test, and the grader around it: the server that gave it a
 * token, senders that are in order, and an attacker.
 *
 * Whether a line was refused cannot be seen by waiting. So behind every line
 * that is to be refused comes the fence: a good line of a second sender on a
 * connection of its own. When it is shown, the line before has been dealt
 * with, and whatever it left on standard output stands in front of it.
 */
#ifndef GRADE_POST_H
#define GRADE_POST_H

#include <stdint.h>

#include "lib/box.h"
#include "tests/grade/arbiter.h"
#include "tests/grade/guess.h"
#include "tests/grade/program.h"

enum {
    POST_LINE = 3 * KIT_LINE_MAX,
    POST_ENDING_MS = 3000, /* for a program that crashes to be gone */
    POST_GRACE_MS = 500,   /* for a line that it still had to show */
};

struct post {
    char names[4][33];
    const char *me;              /* the receiver under test */
    const char *alice, *mallory; /* a good sender, and one who is not */
    const char *carol;           /* whose lines are the fence */
    char password[129], token[129];
    char secret[129]; /* of alice's chat */
    char fence_secret[129];
    long fences, alices; /* the last numbers of their chats */
    struct arbiter arbiter;
    struct program *program;
    bool strict; /* --strict-ip */
    bool leaks;  /* are looked for, where the system can */
    char ip[64]; /* where it listens */
    uint16_t port;
    bool keeps_open; /* it does not close the connection of a bad line */
};

/* A line of message 5 in its parts, each of which a check may spoil. */
struct forged {
    char ticket[2 * KIT_SEALED_SIZE];
    char seq[64]; /* as it stands in JSON */
    char message[2 * KIT_SEALED_SIZE];
    char line[POST_LINE]; /* what post_write makes of them, with a newline */
    size_t len;
    char told[2][1200]; /* what was sealed as ticket and message, in words */
};

/*
 * post_prepare: names, secrets, the server. post_run: the receiver; post_start
 * waits until it is ready, too.
 */
void post_prepare(struct post *post);
void post_run(struct post *post);
void post_start(struct post *post);

/* post_begin: both. */
void post_begin(struct post *post);

/* post_again: ends it, and starts it with what has changed in POST. */
void post_again(struct post *post);

/*
 * post_good: a line from SENDER with SECRET and number SEQ that says LEN bytes
 * of TEXT, in order in every way.
 */
void post_good(struct forged *f, const struct post *post, const char *sender,
               const char *secret, int64_t seq, const void *text, size_t len);

/*
 * post_ticket: another ticket for the receiver under test, with EXP unless it
 * is 0; post_ticket_of: one that says JSON, whatever that is. post_seal: MEMBER
 * ("senderinfo" or "message") becomes TEXT sealed under K(STRING, LABEL) with
 * AD. Both before post_write.
 */
void post_ticket(struct forged *f, const struct post *post, const char *sender,
                 const char *secret, long long exp);
void post_ticket_of(struct forged *f, const struct post *post,
                    const char *json);
void post_seal(struct forged *f, const char *member, const char *string,
               const char *label, const char *ad, const void *text, size_t len);

/* post_says: alice's first line, that says TEXT under a ticket of JSON. */
void post_says(struct forged *f, const struct post *post, const char *json,
               const char *text);

/* post_next: the next line of alice's chat, saying TEXT. */
void post_next(struct forged *f, struct post *post, const char *text);

/* post_flip: flips one bit of byte AT of SEALED; negative: from its end. */
void post_flip(char *sealed, int at, int bit);

/* post_write: puts the parts together again. */
void post_write(struct forged *f);

/* post_show: the parts in the transcript, WHAT in the step above them. */
void post_show(const struct forged *f, const char *what);

/* post_call: a connection to it; the check fails when there is none. */
int post_call(struct post *post);

/* post_send: LEN bytes on FD; a peer that has gone is no error. */
void post_send(int fd, const void *bytes, size_t len);

/*
 * post_hear: the next line on standard output; NULL when none comes in time,
 * or none although the receiver has closed the connection FD (-1: none).
 */
const char *post_hear(struct post *post, int fd);

/*
 * post_nothing: fails the check, since WANTED was not shown: for CAUSE, unless
 * it comes only when the program ends, or the program has ended.
 */
_Noreturn void post_nothing(struct post *post, const char *wanted,
                            const char *cause);

/*
 * post_expect: that line is SENDER's TEXT as section 6 shows it. CAUSE is what
 * the student reads when it is not.
 */
void post_expect(struct post *post, int fd, const char *sender,
                 const void *text, size_t len, const char *cause);

/* post_shown: what section 6 makes of a text, with its sender's name. */
const char *post_shown(const char *sender, const void *text, size_t len);

/* post_only: the next line is WANTED; CAUSE if something comes before it. */
void post_only(struct post *post, const char *wanted, const char *cause);

/* post_fence: carol's next line; CAUSE if something else was shown. */
void post_fence(struct post *post, const char *cause);

/*
 * post_refuses: sends F's line on a connection of its own; nothing of it may
 * be shown. WHAT says what is wrong with it, CAUSE is read if it is accepted.
 */
void post_refuses(struct post *post, const struct forged *f, const char *what,
                  const char *cause);

/* post_accepts: sends F's line; it must be shown as SENDER's TEXT. */
void post_accepts(struct post *post, const struct forged *f, const char *what,
                  const char *sender, const void *text, size_t len,
                  const char *cause);

/* post_settle: waits until FD is closed by the receiver. False: it is not. */
bool post_settle(struct post *post, int fd);

#endif
