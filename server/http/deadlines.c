/* SPDX-License-Identifier: MIT */
/* A list of sockets and their deadlines, and the thread that checks it. */
#include "server/http/deadlines.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"

enum {
    TICK = 50,          /* milliseconds between two checks */
    LINGER = 2000,      /* milliseconds to drain a socket */
    LINGER_MAX = 128,   /* sockets drained at once */
    DRAIN_BYTES = 4096, /* per read */
    DRAIN_READS = 64,   /* per check and socket */
};

static const int64_t NEVER = INT64_MAX;

struct deadline {
    struct deadlines *all;
    struct deadline *next, *previous;
    int fd;
    int64_t at;     /* kit_ticks, or NEVER */
    bool lingering; /* the connection has ended; we drain and close FD */
};

struct deadlines {
    pthread_mutex_t lock; /* for the members below and for every deadline */
    struct deadline *first;
    size_t connections, limit; /* without those that linger */
    size_t lingering;
    int wake[2]; /* a pipe: closed to end the thread */
    pthread_t thread;
};

static void remove_from_list(struct deadline *deadline)
{
    if (deadline->next != NULL)
        deadline->next->previous = deadline->previous;
    if (deadline->previous != NULL)
        deadline->previous->next = deadline->next;
    else
        deadline->all->first = deadline->next;
}

/* Reads and discards what has arrived. Returns true if the peer has closed. */
static bool drain(int fd)
{
    char discarded[DRAIN_BYTES];
    ssize_t n = 1;

    for (int i = 0; i < DRAIN_READS && n > 0; i++)
        n = recv(fd, discarded, sizeof discarded, MSG_DONTWAIT);
    return n == 0;
}

/* Shuts the connection down; libmicrohttpd then closes the socket. */
static void expire(struct deadline *deadline)
{
    shutdown(deadline->fd, SHUT_RDWR);
    deadline->at = NEVER;
}

/* Removes DEADLINE from the list and frees it. */
static void discard(struct deadline *deadline)
{
    remove_from_list(deadline);
    if (deadline->lingering) {
        deadline->all->lingering--;
        close(deadline->fd);
    }
    free(deadline);
}

static void check(struct deadline *deadline, int64_t now)
{
    bool expired = deadline->at <= now;

    if (deadline->lingering && (drain(deadline->fd) || expired))
        discard(deadline);
    else if (expired)
        expire(deadline);
}

static void *run(void *context)
{
    struct deadlines *all = context;
    struct pollfd end = {.fd = all->wake[0], .events = POLLIN};
    struct deadline *next;

    while (poll(&end, 1, TICK) <= 0) {
        int64_t now = kit_ticks();

        pthread_mutex_lock(&all->lock);
        for (struct deadline *deadline = all->first; deadline != NULL;
             deadline = next) {
            next = deadline->next;
            check(deadline, now);
        }
        pthread_mutex_unlock(&all->lock);
    }
    return NULL;
}

int deadlines_start(struct deadlines **deadlines, size_t limit)
{
    struct deadlines *all = calloc(1, sizeof *all);

    *deadlines = NULL;
    if (all == NULL || pipe(all->wake) != 0) {
        free(all);
        return -1;
    }
    all->limit = limit;
    pthread_mutex_init(&all->lock, NULL);
    if (pthread_create(&all->thread, NULL, run, all) != 0) {
        close(all->wake[0]);
        close(all->wake[1]);
        free(all);
        return -1;
    }
    *deadlines = all;
    return 0;
}

void deadlines_stop(struct deadlines *deadlines)
{
    struct deadline *next;

    if (deadlines == NULL)
        return;
    close(deadlines->wake[1]);
    pthread_join(deadlines->thread, NULL);
    close(deadlines->wake[0]);
    for (struct deadline *deadline = deadlines->first; deadline != NULL;
         deadline = next) {
        next = deadline->next;
        discard(deadline);
    }
    pthread_mutex_destroy(&deadlines->lock);
    free(deadlines);
}

/*
 * Shuts down the connection with the earliest deadline. If several have the
 * same, this is the oldest of them: the list is sorted from new to old, and <=
 * chooses the last.
 */
static void make_room(struct deadlines *all)
{
    struct deadline *earliest = NULL;

    for (struct deadline *deadline = all->first; deadline != NULL;
         deadline = deadline->next) {
        if (!deadline->lingering && deadline->at != NEVER &&
            (earliest == NULL || deadline->at <= earliest->at))
            earliest = deadline;
    }
    if (earliest != NULL)
        expire(earliest);
}

struct deadline *deadline_begin(struct deadlines *deadlines, int fd,
                                int64_t milliseconds)
{
    struct deadline *deadline = calloc(1, sizeof *deadline);

    if (deadline == NULL)
        return NULL;
    deadline->all = deadlines;
    deadline->fd = fd;
    deadline->at = kit_ticks() + milliseconds;
    pthread_mutex_lock(&deadlines->lock);
    if (deadlines->connections++ >= deadlines->limit)
        make_room(deadlines);
    deadline->next = deadlines->first;
    if (deadline->next != NULL)
        deadline->next->previous = deadline;
    deadlines->first = deadline;
    pthread_mutex_unlock(&deadlines->lock);
    return deadline;
}

/* Sets the deadline to AT, unless KEEP_EARLIER and it is earlier already. */
static void change(struct deadline *deadline, int64_t at, bool keep_earlier)
{
    if (deadline == NULL)
        return;
    pthread_mutex_lock(&deadline->all->lock);
    if (!keep_earlier || at < deadline->at)
        deadline->at = at;
    pthread_mutex_unlock(&deadline->all->lock);
}

void deadline_set(struct deadline *deadline, int64_t milliseconds)
{
    change(deadline, kit_ticks() + milliseconds, false);
}

void deadline_cap(struct deadline *deadline, int64_t milliseconds)
{
    change(deadline, kit_ticks() + milliseconds, true);
}

void deadline_lift(struct deadline *deadline)
{
    change(deadline, NEVER, false);
}

/*
 * Starts draining the socket. libmicrohttpd closes its descriptor after this,
 * so we duplicate it. Returns false if too many sockets are drained already.
 */
static bool linger(struct deadline *deadline)
{
    int fd = deadline->all->lingering < LINGER_MAX ? dup(deadline->fd) : -1;

    if (fd < 0)
        return false;
    /* Half-close: the peer sees the end of the answer, and closes too. */
    shutdown(fd, SHUT_WR);
    deadline->fd = fd;
    deadline->lingering = true;
    deadline->at = kit_ticks() + LINGER;
    deadline->all->lingering++;
    return true;
}

void deadline_end(struct deadline *deadline)
{
    struct deadlines *all;

    if (deadline == NULL)
        return;
    all = deadline->all;
    pthread_mutex_lock(&all->lock);
    all->connections--;
    if (drain(deadline->fd) || !linger(deadline))
        discard(deadline);
    pthread_mutex_unlock(&all->lock);
}
