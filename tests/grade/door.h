/* SPDX-License-Identifier: MIT */
/*
 * The receiver's door as the grader plays it: an address of this run alone, a
 * port that message 4 names, and port 4444, where somebody knocks who does
 * not look at the port.
 */
#ifndef GRADE_DOOR_H
#define GRADE_DOOR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/lines.h"
#include "tests/grade/program.h"

struct door {
    char ip[16];   /* "127.37.4.11"; 127.0.0.1 where no other is known */
    uint16_t port; /* the one that message 4 names */
    int named;     /* listens there */
    int usual;     /* listens at port 4444; -1: somebody else does */
};

/* One connection that came through it. */
struct visit {
    int fd;
    bool by_usual; /* it came to port 4444 */
    struct kit_lines in;
    char line[KIT_LINE_MAX + 1];
};

/* door_open: RCVBUF is the size of its connections' buffer, 0: as usual. */
void door_open(struct door *door, int rcvbuf);

/*
 * door_beside: a socket where somebody knocks who looks "localhost" up: at
 * 127.0.0.1 and the door's port. Where that one is taken there, the door moves
 * to another, which message 4 has to name then. -1 where the door itself is at
 * 127.0.0.1.
 */
int door_beside(struct door *door);

/* door_knocked: whether somebody has connected, or tried to, until now. */
bool door_knocked(const struct door *door);

/* door_take: waits for P to connect; the check fails if it does not. */
void door_take(struct visit *visit, const struct door *door, struct program *p);

/*
 * door_line: the next line that P sends, without its newline and terminated,
 * and its length. NULL at the end of the connection. The check fails when
 * nothing comes, and when a line is longer than the protocol's.
 */
const char *door_line(size_t *len, struct visit *visit, struct program *p);

void door_leave(struct visit *visit);

/*
 * socket_listen: a socket that listens at IP and PORT (0: any), or -1.
 * socket_call: one that is connected there from the address FROM (NULL: any),
 * or -1.
 */
int socket_listen(const char *ip, uint16_t port, int rcvbuf);
int socket_call(const char *ip, uint16_t port, const char *from);

#endif
