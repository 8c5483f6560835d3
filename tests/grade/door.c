/* SPDX-License-Identifier: MIT */
/* Listening where the sender under test should knock, and reading its lines. */
#include "tests/grade/door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/grade/chance.h"
#include "tests/grade/transcript.h"

#define LOCALHOST "127.0.0.1"

enum { CALL_MS = 3000 }; /* to connect: whoever listens does so at once */

static bool set_address(struct sockaddr_in *at, const char *ip, uint16_t port)
{
    memset(at, 0, sizeof *at);
    at->sin_family = AF_INET;
    at->sin_port = htons(port);
    return inet_pton(AF_INET, ip, &at->sin_addr) == 1;
}

int socket_listen(const char *ip, uint16_t port, int rcvbuf)
{
    struct sockaddr_in at;
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    must(fd >= 0 && set_address(&at, ip, port));
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* What is accepted later inherits it. */
    if (rcvbuf > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 64) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Connects FD to AT within CALL_MS, even where nobody accepts. */
static bool call_within(int fd, const struct sockaddr_in *at)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int error = 0, flags = fcntl(fd, F_GETFL);
    socklen_t size = sizeof error;

    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (connect(fd, (const struct sockaddr *)at, sizeof *at) != 0 &&
        (errno != EINPROGRESS || poll(&one, 1, CALL_MS) != 1 ||
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
         error != 0))
        return false;
    fcntl(fd, F_SETFL, flags);
    return true;
}

int socket_call(const char *ip, uint16_t port, const char *from)
{
    struct sockaddr_in at, mine;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool bound = from == NULL;

    must(fd >= 0 && set_address(&at, ip, port));
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (!bound && set_address(&mine, from, 0))
        bound = bind(fd, (struct sockaddr *)&mine, sizeof mine) == 0;
    if (bound && call_within(fd, &at))
        return fd;
    close(fd);
    return -1;
}

/* Listens at the door's address, at a port that the system chooses. */
static bool take_port(struct door *door, int rcvbuf)
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;

    door->named = socket_listen(door->ip, 0, rcvbuf);
    if (door->named < 0)
        return false;
    must(getsockname(door->named, (struct sockaddr *)&at, &size) == 0);
    door->port = ntohs(at.sin_port);
    return true;
}

void door_open(struct door *door, int rcvbuf)
{
    snprintf(door->ip, sizeof door->ip, "127.%u.%u.%u",
             (unsigned)(1 + chance_below(200)), (unsigned)chance_below(255),
             (unsigned)(2 + chance_below(250)));
    if (!take_port(door, rcvbuf)) { /* only Linux has all of 127.0.0.0/8 */
        snprintf(door->ip, sizeof door->ip, LOCALHOST);
        must(take_port(door, rcvbuf));
    }
    /* Where one address serves all checks, one of them at a time may. */
    door->usual = strcmp(door->ip, LOCALHOST) == 0
                      ? -1
                      : socket_listen(door->ip, KIT_PORT_DEFAULT, rcvbuf);
}

int door_beside(struct door *door)
{
    if (strcmp(door->ip, LOCALHOST) == 0)
        return -1;
    /* Of the ports there other programs of this machine hold a few. */
    for (int tries = 0; tries < 100; tries++) {
        int fd = socket_listen(LOCALHOST, door->port, 0);

        if (fd >= 0)
            return fd;
        close(door->named);
        must(take_port(door, 0));
    }
    return -1;
}

/* Whether FD is ready to be read now. */
static bool waits(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    return fd >= 0 && poll(&one, 1, 0) == 1;
}

bool door_knocked(const struct door *door)
{
    return waits(door->named) || waits(door->usual);
}

void door_take(struct visit *visit, const struct door *door, struct program *p)
{
    int64_t end = program_deadline();
    struct pollfd both[] = {{.fd = door->named, .events = POLLIN},
                            {.fd = door->usual, .events = POLLIN}};
    enum event event;

    memset(visit, 0, sizeof *visit);
    do
        event = program_watch(p, both, 2, end);
    while (event == EVENT_HEARD);
    if (event == EVENT_GONE)
        program_died(p, "a connection to the receiver");
    if (event == EVENT_LATE) {
        expected("a connection to the receiver at %s", door->ip);
        got("none for %d seconds", PROGRAM_SECONDS);
        fail_as(TIME_OUT, "%s does not connect to the receiver.", p->role);
    }
    visit->by_usual = !waits(door->named);
    visit->fd = accept(visit->by_usual ? door->usual : door->named, NULL, NULL);
    must(visit->fd >= 0);
    fcntl(visit->fd, F_SETFD, FD_CLOEXEC);
    fcntl(visit->fd, F_SETFL, O_NONBLOCK);
}

/* Reads more of the line. False at the end of the connection. */
static bool read_more(struct visit *visit, struct program *p)
{
    if (kit_lines_full(&visit->in)) {
        expected("a newline within %d bytes", KIT_LINE_MAX);
        got("none");
        fail("Message 5 is one line of at most %d bytes, with a newline at "
             "its end.",
             KIT_LINE_MAX);
    }
    if (!waits(visit->fd))
        program_ready(p, visit->fd, POLLIN, "a line of message 5");
    return kit_lines_read(&visit->in, visit->fd) > 0;
}

const char *door_line(size_t *len, struct visit *visit, struct program *p)
{
    const char *line;

    while (!kit_lines_take(&line, len, &visit->in)) {
        if (read_more(visit, p))
            continue;
        if (kit_lines_unfinished(&visit->in) == 0)
            return NULL;
        expected("a newline at the end of message 5");
        got("%zu bytes without one, then the end of the connection",
            kit_lines_unfinished(&visit->in));
        fail("The last line is cut: it has no newline. Either write() sent "
             "less than asked, or the newline was forgotten.");
    }
    memcpy(visit->line, line, *len);
    visit->line[*len] = '\0';
    return visit->line;
}

void door_leave(struct visit *visit)
{
    close(visit->fd);
    visit->fd = -1;
}
