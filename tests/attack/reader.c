/* SPDX-License-Identifier: MIT */
/* A thread at the two pipes of a receiver. */
#include "tests/attack/reader.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/forgery.h"
#include "tests/support/http_client.h"
#include "tests/support/http_server.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

#define TOKEN "0123456789abcdef-token-of-bob"

enum { LOOK_MS = 10 };

/* Whether LINE is the next text of its chat, under the name of its sender. */
static bool is_next(struct reader *reader, const char *line)
{
    char wanted[64];
    int sender, chat;
    long seq;

    if (sscanf(line, "s%d: %d %ld", &sender, &chat, &seq) != 3 || chat < 0 ||
        chat >= READER_CHATS || seq != reader->last[chat] + 1)
        return false;
    snprintf(wanted, sizeof wanted, "s%02d: %d %ld", chat / READER_PER_SENDER,
             chat, seq);
    if (strcmp(line, wanted) != 0)
        return false;
    reader->last[chat] = seq;
    return true;
}

static void take(struct reader *reader, struct kit_lines *from,
                 const char *line)
{
    if (from == &reader->err)
        reader->refused += strncmp(line, "refused: ", 9) == 0;
    else if (is_next(reader, line))
        reader->shown++;
    else
        reader->wrong++;
}

/* One read from FD, and all the lines that it completes. */
static void hear(struct reader *reader, struct kit_lines *from, int fd)
{
    char text[KIT_LINE_MAX + 1];
    const char *line;
    size_t len;

    if (kit_lines_read(from, fd) <= 0)
        atomic_store(&reader->stop, true);
    pthread_mutex_lock(&reader->lock);
    while (kit_lines_take(&line, &len, from)) {
        snprintf(text, sizeof text, "%.*s", (int)len, line);
        take(reader, from, text);
    }
    pthread_cond_broadcast(&reader->news);
    pthread_mutex_unlock(&reader->lock);
}

static void *listen_to(void *context)
{
    struct reader *reader = context;

    while (!atomic_load(&reader->stop)) {
        bool reads = !atomic_load(&reader->stopped);
        struct pollfd all[] = {
            {.fd = reader->bob->err.fd, .events = POLLIN},
            {.fd = reads ? reader->bob->out.fd : -1, .events = POLLIN},
        };

        poll(all, 2, LOOK_MS);
        if (all[0].revents != 0)
            hear(reader, &reader->err, all[0].fd);
        if (all[1].revents != 0)
            hear(reader, &reader->out, all[1].fd);
    }
    return NULL;
}

void reader_begin(struct reader *reader, const char *build)
{
    memset(reader, 0, sizeof *reader);
    fixture_open(&reader->fixture);
    http_server_open(&reader->oracle, 200, "{\"token\":\"" TOKEN "\"}");
    reader->fixture.url = reader->oracle.url;
    reader->bob = fixture_receiver(&reader->fixture, build, "solution", "bob",
                                   NULL, &reader->where);
    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->news, NULL);
    ck_assert_int_eq(pthread_create(&reader->thread, NULL, listen_to, reader),
                     0);
}

void reader_leave(struct reader *reader)
{
    atomic_store(&reader->stop, true);
    if (!reader->left)
        pthread_join(reader->thread, NULL);
    reader->left = true;
}

int reader_end(struct reader *reader)
{
    int code;

    reader_leave(reader);
    code = process_kill(reader->bob, SIGTERM);
    process_end(reader->bob);
    http_server_close(&reader->oracle);
    fixture_close(&reader->fixture);
    return code;
}

const char *reader_line(struct forgery *f, int chat, long seq)
{
    char sender[16], secret[64], text[64];

    snprintf(sender, sizeof sender, "s%02d", chat / READER_PER_SENDER);
    snprintf(secret, sizeof secret, "secret-of-chat-number-%d", chat);
    snprintf(text, sizeof text, "%d %ld", chat, seq);
    forgery_good(f, TOKEN, sender, secret, seq, text);
    return f->line;
}

/*
 * The moment in MS from now, for a condition variable: on the real-time clock,
 * because macOS has no pthread_condattr_setclock.
 */
static struct timespec moment_in(long ms)
{
    struct timespec at;

    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += ms % 1000 * 1000000;
    at.tv_sec += ms / 1000 + at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

/*
 * Waits until NUMBER, one of ours, is COUNT, or has not grown for MS. Returns
 * what it is.
 */
static long wait_ms(struct reader *reader, const long *number, long count,
                    long ms)
{
    struct timespec end = moment_in(ms);
    long got;
    int late = 0;

    pthread_mutex_lock(&reader->lock);
    got = *number;
    while (got < count && late == 0) {
        late = pthread_cond_timedwait(&reader->news, &reader->lock, &end);
        if (*number > got)
            end = moment_in(ms);
        got = *number;
    }
    pthread_mutex_unlock(&reader->lock);
    return got;
}

static long wait_for(struct reader *reader, const long *number, long count,
                     int seconds)
{
    return wait_ms(reader, number, count, 1000L * seconds);
}

long reader_shown(struct reader *reader, long count, int seconds)
{
    return wait_for(reader, &reader->shown, count, seconds);
}

long reader_refused(struct reader *reader, long count, int seconds)
{
    return wait_for(reader, &reader->refused, count, seconds);
}

/* As a sender does it: who had to make room before he spoke comes again. */
double reader_good(struct reader *reader, int chat, int seconds)
{
    struct forgery f;
    long seq = reader->last[chat] + 1;
    double began = stopwatch_now();

    reader_line(&f, chat, seq);
    do {
        int fd = tcp_connect_to(reader->where);

        reader->sent++;
        tcp_send(fd, f.line, strlen(f.line));
        close(fd);
    } while (wait_ms(reader, &reader->last[chat], seq, READER_AGAIN_MS) < seq &&
             stopwatch_now() - began < 1e3 * seconds);
    return stopwatch_now() - began;
}
