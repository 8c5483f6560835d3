/* SPDX-License-Identifier: MIT */
/*
 * What the wall shows (server/http/wall.h): who logged in, who asked for whom,
 * and what was refused.
 *
 * It has no password, token, secret or text. It has the name of a user only
 * after a login of this user, or a message 4 to or about this user. Otherwise
 * an invented name, or a password in the wrong field, would get on the wall.
 *
 * Its memory is bounded: the newest FEED_EVENTS events, and the names of the
 * first FEED_PEOPLE users. The functions may be called from any thread.
 */
#ifndef SERVER_CHAT_FEED_H
#define SERVER_CHAT_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "server/chat/reply.h"

enum {
    FEED_EVENTS = 100,
    FEED_PEOPLE = 1024,
    FEED_KINDS = 16,        /* of events: more than there are */
    FEED_JSON_SIZE = 65536, /* enough for all of it */
};

struct feed;

/* feed_new: returns an empty feed, or NULL without memory. */
struct feed *feed_new(void);

/* feed_free: frees FEED, which may be NULL. */
void feed_free(struct feed *feed);

/* feed_add: adds the event of REPLY, the answer to a request. NOW is its time
   in Unix seconds. Does nothing if REPLY has no status. */
void feed_add(struct feed *feed, const struct reply *reply, long long now);

/*
 * feed_read_if_new: writes all of FEED to OUT, FEED_JSON_SIZE bytes, as a JSON
 * object without newlines:
 *
 *     people   names, in the order in which they came
 *     kinds    [word, count] of each kind of event: "logins", "requests", and
 *              the errors of protocol.md section 3 that were sent
 *     events   [time, kind, user, peer] of each event, the newest first: a
 *              local time, and places in kinds and in people. A place of -1 in
 *              people is a user without a name.
 *
 * Returns true; or false with OUT unchanged if it is the same as last time.
 */
bool feed_read_if_new(char *out, struct feed *feed);

#endif
