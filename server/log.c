/* SPDX-License-Identifier: MIT */
/* Lines on their way to standard error, with a thread that writes them. */
#include "server/log.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    ROOM = 262144, /* bytes of lines that wait: some 4,000 requests */
    GATHER_NANOSECONDS = 20000000, /* between one write and the next */
    PATIENCE = 200, /* milliseconds that a reader has at the end */
};

struct log {
    pthread_t thread;
    atomic_bool ending;
    char taken[ROOM];     /* by the thread, to write them */
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;  /* there is a line, or the end */
    size_t len;
    char gathered[ROOM];
};

/* Waits for lines and takes them all. Returns their bytes; 0 at the end. */
static size_t take(struct log *log)
{
    size_t len;

    pthread_mutex_lock(&log->lock);
    while (log->len == 0 && !atomic_load(&log->ending))
        pthread_cond_wait(&log->more, &log->lock);
    len = log->len;
    memcpy(log->taken, log->gathered, len);
    log->len = 0;
    pthread_mutex_unlock(&log->lock);
    return len;
}

/* How many bytes of LINES go at once: as many whole lines as the longest. */
static size_t piece(const char *lines, size_t len)
{
    size_t n = len < LOG_LINE_SIZE ? len : LOG_LINE_SIZE;

    while (lines[n - 1] != '\n')
        n--;
    return n;
}

/* Writes LEN bytes of lines, when somebody takes them. */
static void put(struct log *log, size_t len)
{
    struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
    const char *from = log->taken;

    while (len > 0) {
        ssize_t n;

        while (poll(&err, 1, PATIENCE) == 0) {
            if (atomic_load(&log->ending))
                return;
        }
        n = write(STDERR_FILENO, from, piece(from, len));
        if (n <= 0)
            return;
        from += n;
        len -= (size_t)n;
    }
}

/* A line is written at once, and those that follow it soon all together. */
static void *run(void *context)
{
    const struct timespec moment = {.tv_nsec = GATHER_NANOSECONDS};
    struct log *log = context;
    size_t len;

    while ((len = take(log)) > 0) {
        put(log, len);
        if (!atomic_load(&log->ending))
            nanosleep(&moment, NULL);
    }
    return NULL;
}

static void discard(struct log *log)
{
    pthread_cond_destroy(&log->more);
    pthread_mutex_destroy(&log->lock);
    free(log);
}

int log_start(struct log **log)
{
    struct log *new = calloc(1, sizeof *new);

    *log = NULL;
    if (new == NULL)
        return -1;
    pthread_mutex_init(&new->lock, NULL);
    pthread_cond_init(&new->more, NULL);
    if (pthread_create(&new->thread, NULL, run, new) != 0) {
        discard(new);
        return -1;
    }
    *log = new;
    return 0;
}

void log_stop(struct log *log)
{
    if (log == NULL)
        return;
    pthread_mutex_lock(&log->lock);
    atomic_store(&log->ending, true);
    pthread_cond_signal(&log->more);
    pthread_mutex_unlock(&log->lock);
    pthread_join(log->thread, NULL);
    discard(log);
}

void log_write(struct log *log, const struct log_entry *entry)
{
    char line[LOG_LINE_SIZE];
    size_t len;

    log_format(line, sizeof line - 1, entry);
    len = strlen(line);
    line[len++] = '\n';
    pthread_mutex_lock(&log->lock);
    if (log->len == 0)
        pthread_cond_signal(&log->more);
    if (len <= ROOM - log->len) {
        memcpy(log->gathered + log->len, line, len);
        log->len += len;
    }
    pthread_mutex_unlock(&log->lock);
}
