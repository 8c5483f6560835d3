/* SPDX-License-Identifier: MIT */
/* Formatting log lines, and the thread that writes them. */
#include "server/http/log.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/show.h"

/* --- The line ------------------------------------------------------------- */

/* For example: 2024-05-01T09:30:00Z 127.0.0.1 POST /login 200 alice 243 ms */
enum { WORD_MAX = 64 }; /* bytes of a method or a path that are shown */

/*
 * Writes up to MAX bytes of TEXT, which a client sent, to OUT as one word. A
 * blank becomes an underscore, and an empty TEXT a dash.
 */
static void show_word(char *out, size_t out_size, const char *text, size_t max)
{
    size_t len = strnlen(text, max < WORD_MAX ? max : WORD_MAX);

    kit_show(out, out_size, len > 0 ? text : "-", len > 0 ? len : 1);
    for (char *p = strchr(out, ' '); p != NULL; p = strchr(p, ' '))
        *p = '_';
}

/* NOW as text. Most lines have the same time as the line before, and strftime
   is slow: so the text is kept. */
static const char *time_text(long long now)
{
    static _Thread_local long long last = -1;
    static _Thread_local char text[32];
    time_t seconds = (time_t)now;
    struct tm utc;

    if (now == last)
        return text;
    if (gmtime_r(&seconds, &utc) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        text[0] = '\0';
    last = now;
    return text;
}

void log_format(char *out, size_t out_size, const struct log_entry *entry)
{
    char method[KIT_SHOWN_SIZE(WORD_MAX)], path[KIT_SHOWN_SIZE(WORD_MAX)];
    char status[8] = "-";

    /* Show the "?", but not the query after it: it may contain a password. */
    show_word(method, sizeof method, entry->method, WORD_MAX);
    show_word(path, sizeof path, entry->path, strcspn(entry->path, "?") + 1);
    /* % 1000: so the compiler knows that the number fits. */
    if (entry->status != 0)
        snprintf(status, sizeof status, "%u", entry->status % 1000);
    snprintf(out, out_size, "%s %s %s %s %s %s %lld ms", time_text(entry->now),
             entry->ip, method, path, status,
             entry->user[0] == '\0' ? "-" : entry->user,
             (long long)entry->milliseconds);
}

/* --- The thread ----------------------------------------------------------- */

enum {
    ROOM = 262144, /* bytes of buffered lines, about 4,000 requests */
    /* Bytes in one write. If poll reports a pipe as writable, Linux has room
       for that many in it (PIPE_BUF), so the write does not block. */
    WRITE_MAX = 4096,
    GATHER_NANOSECONDS = 20000000, /* between two writes */
    PATIENCE = 200, /* milliseconds to wait at the end if writing blocks */
};

struct log {
    pthread_t thread;
    atomic_bool ending;
    char taken[ROOM];     /* lines that the thread writes, without the lock */
    pthread_mutex_t lock; /* for the members below */
    pthread_cond_t more;  /* a line was added, or the log ends */
    size_t len;           /* bytes of lines that were added */
    char gathered[ROOM];
};

/* Waits for lines and takes them all. Returns how many bytes, 0 at the end. */
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

/* How many bytes to write at once: as many whole lines as fit WRITE_MAX. */
static size_t next_write(const char *lines, size_t len)
{
    size_t n = len < WRITE_MAX ? len : WRITE_MAX;

    while (lines[n - 1] != '\n')
        n--;
    return n;
}

/* Writes the LEN bytes that were taken; waits while standard error blocks. */
static void write_taken(struct log *log, size_t len)
{
    struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
    const char *from = log->taken;

    while (len > 0) {
        ssize_t n;

        while (poll(&err, 1, PATIENCE) == 0) {
            if (atomic_load(&log->ending))
                return;
        }
        n = write(STDERR_FILENO, from, next_write(from, len));
        if (n <= 0)
            return;
        from += n;
        len -= (size_t)n;
    }
}

/* Writes a line immediately, and the lines of the next 20 ms together. */
static void *run(void *context)
{
    const struct timespec moment = {.tv_nsec = GATHER_NANOSECONDS};
    struct log *log = context;
    size_t len;

    while ((len = take(log)) > 0) {
        write_taken(log, len);
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
