/* SPDX-License-Identifier: MIT */
/* A list of sockets with a time for each, and the thread that looks at it. */
#include "server/http/deadlines.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"

enum {
    TICK = 50,          /* milliseconds between two looks */
    LINGER = 2000,      /* milliseconds to go on draining */
    LINGER_MAX = 128,   /* sockets drained at once */
    DRAIN_BYTES = 4096, /* read at a time */
    DRAIN_READS = 64,   /* ... and so many times at one look */
};

static const int64_t NEVER = INT64_MAX;

struct deadline {
    struct deadlines *all;
    struct deadline *next, *before;
    int fd;
    int64_t at;     /* ticks of lib/clock.h, or NEVER */
    bool lingering; /* FD is ours, nobody else knows it */
};

struct deadlines {
    pthread_mutex_t lock; /* of all that follows, and of every deadline */
    struct deadline *first;
    size_t connections, limit, lingering;
    int wake[2]; /* a pipe: closed to end the thread */
    pthread_t thread;
};

static void unlink_one(struct deadline *one)
{
    if (one->next != NULL)
        one->next->before = one->before;
    if (one->before != NULL)
        one->before->next = one->next;
    else
        one->all->first = one->next;
}

/* Reads and forgets what waits at FD; true when the peer has nothing more. */
static bool drain(int fd)
{
    char waste[DRAIN_BYTES];
    ssize_t n = 1;

    for (int i = 0; i < DRAIN_READS && n > 0; i++)
        n = recv(fd, waste, sizeof waste, MSG_DONTWAIT);
    return n == 0;
}

/* Ends the time of ONE. Its socket stays open until its owner closes it. */
static void expire(struct deadline *one)
{
    shutdown(one->fd, SHUT_RDWR);
    one->at = NEVER;
}

static void forget(struct deadline *one)
{
    unlink_one(one);
    if (one->lingering) {
        one->all->lingering--;
        close(one->fd);
    }
    free(one);
}

/* One look at ONE. */
static void look(struct deadline *one, int64_t now)
{
    bool over = one->at <= now;

    if (one->lingering && (drain(one->fd) || over))
        forget(one);
    else if (over)
        expire(one);
}

static void *run(void *context)
{
    struct deadlines *all = context;
    struct pollfd end = {.fd = all->wake[0], .events = POLLIN};
    struct deadline *next;

    while (poll(&end, 1, TICK) <= 0) {
        int64_t now = kit_ticks();

        pthread_mutex_lock(&all->lock);
        for (struct deadline *one = all->first; one != NULL; one = next) {
            next = one->next;
            look(one, now);
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
    for (struct deadline *one = deadlines->first; one != NULL; one = next) {
        next = one->next;
        forget(one);
    }
    pthread_mutex_destroy(&deadlines->lock);
    free(deadlines);
}

/*
 * Where there are too many, the one that has least time left must leave; of
 * several that came in the same millisecond the first, which stands last.
 */
static void make_room(struct deadlines *all)
{
    struct deadline *least = NULL;

    for (struct deadline *one = all->first; one != NULL; one = one->next) {
        if (!one->lingering && one->at != NEVER &&
            (least == NULL || one->at <= least->at))
            least = one;
    }
    if (least != NULL)
        expire(least);
}

struct deadline *deadline_begin(struct deadlines *deadlines, int fd,
                                int64_t milliseconds)
{
    struct deadline *one = calloc(1, sizeof *one);

    if (one == NULL)
        return NULL;
    one->all = deadlines;
    one->fd = fd;
    one->at = kit_ticks() + milliseconds;
    pthread_mutex_lock(&deadlines->lock);
    if (deadlines->connections++ >= deadlines->limit)
        make_room(deadlines);
    one->next = deadlines->first;
    if (one->next != NULL)
        one->next->before = one;
    deadlines->first = one;
    pthread_mutex_unlock(&deadlines->lock);
    return one;
}

/* Gives ONE the time AT, unless it has less already and may keep that. */
static void change(struct deadline *one, int64_t at, bool keep_less)
{
    if (one == NULL)
        return;
    pthread_mutex_lock(&one->all->lock);
    if (!keep_less || at < one->at)
        one->at = at;
    pthread_mutex_unlock(&one->all->lock);
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

/* Keeps a second descriptor of the socket, to drain it. */
static bool linger(struct deadline *one)
{
    int fd = one->all->lingering < LINGER_MAX ? dup(one->fd) : -1;

    if (fd < 0)
        return false;
    /* We have said all; the peer reads it and then closes too. */
    shutdown(fd, SHUT_WR);
    one->fd = fd;
    one->lingering = true;
    one->at = kit_ticks() + LINGER;
    one->all->lingering++;
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
        forget(deadline);
    pthread_mutex_unlock(&all->lock);
}
