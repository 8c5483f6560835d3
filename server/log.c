/* SPDX-License-Identifier: MIT */
/* "2024-05-01T09:30:00Z 127.0.0.1 POST /login 200 alice 243 ms" */
#include "server/log.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/show.h"

enum {
    WORD_MAX = 64, /* bytes of a method or a path that are shown */
    ROOM = 16384,  /* bytes of lines that wait */
    GATHER_NANOSECONDS = 20000000, /* how long a line waits for others */
};

struct log {
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;  /* there is a line, or the end */
    bool ending;
    size_t len;
    char lines[ROOM];
    pthread_t thread;
};

/*
 * Writes up to MAX bytes of TEXT, foreign, to OUT as one word: blanks are
 * shown as well, and nothing is a word too.
 */
static void show_word(char *out, size_t out_size, const char *text, size_t max)
{
    size_t len = strnlen(text, max < WORD_MAX ? max : WORD_MAX);

    kit_show(out, out_size, len > 0 ? text : "-", len > 0 ? len : 1);
    for (char *p = strchr(out, ' '); p != NULL; p = strchr(p, ' '))
        *p = '_';
}

void log_format(char *out, size_t out_size, const struct log_entry *entry)
{
    char method[KIT_SHOWN_SIZE(WORD_MAX)], path[KIT_SHOWN_SIZE(WORD_MAX)];
    char when[32], status[8] = "-";
    time_t seconds = (time_t)entry->now;
    struct tm utc;

    /* Behind a question mark somebody may have put his password. */
    show_word(method, sizeof method, entry->method, WORD_MAX);
    show_word(path, sizeof path, entry->path, strcspn(entry->path, "?") + 1);
    if (entry->status != 0)
        snprintf(status, sizeof status, "%u", entry->status % 1000);
    if (gmtime_r(&seconds, &utc) == NULL ||
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        when[0] = '\0';
    snprintf(out, out_size, "%s %s %s %s %s %s %lld ms", when, entry->ip,
             method, path, status, entry->user[0] == '\0' ? "-" : entry->user,
             (long long)entry->milliseconds);
}

/* How many bytes of LINES go at once: whole lines, as many as a pipe takes. */
static size_t piece(const char *lines, size_t len)
{
    size_t n = len < PIPE_BUF ? len : PIPE_BUF;

    while (n > 0 && lines[n - 1] != '\n')
        n--;
    return n > 0 ? n : strcspn(lines, "\n") + 1;
}

/* Writes what has been gathered; what nobody takes is lost. */
static void flush(struct log *log)
{
    struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
    const char *lines = log->lines;
    size_t n;

    for (size_t left = log->len; left > 0; lines += n, left -= n) {
        n = piece(lines, left);
        if (poll(&err, 1, 0) != 1 || write(STDERR_FILENO, lines, n) < 0)
            break;
    }
    log->len = 0;
}

/*
 * Sleeps until there is a line, waits for a few more, and writes them; at the
 * end, what is left.
 */
static void *run(void *context)
{
    const struct timespec moment = {.tv_nsec = GATHER_NANOSECONDS};
    struct log *log = context;

    pthread_mutex_lock(&log->lock);
    while (!log->ending || log->len > 0) {
        flush(log);
        while (log->len == 0 && !log->ending)
            pthread_cond_wait(&log->more, &log->lock);
        pthread_mutex_unlock(&log->lock);
        nanosleep(&moment, NULL);
        pthread_mutex_lock(&log->lock);
    }
    pthread_mutex_unlock(&log->lock);
    return NULL;
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
        free(new);
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
    log->ending = true;
    pthread_cond_signal(&log->more);
    pthread_mutex_unlock(&log->lock);
    pthread_join(log->thread, NULL);
    pthread_cond_destroy(&log->more);
    pthread_mutex_destroy(&log->lock);
    free(log);
}

void log_write(struct log *log, const struct log_entry *entry)
{
    char line[LOG_LINE_SIZE];
    size_t len;

    log_format(line, sizeof line - 1, entry);
    len = strlen(line);
    line[len++] = '\n';
    pthread_mutex_lock(&log->lock);
    if (len > sizeof log->lines - log->len)
        flush(log);
    if (log->len == 0)
        pthread_cond_signal(&log->more);
    memcpy(log->lines + log->len, line, len);
    log->len += len;
    pthread_mutex_unlock(&log->lock);
}
