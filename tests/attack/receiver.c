/* SPDX-License-Identifier: MIT */
#include "tests/attack/receiver.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/figure.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

#define TOKEN "0123456789abcdef-token-of-bob"

enum { POLL_MS = 10 };

/* Whether LINE is the next text of its chat, under the name of its sender. */
static bool is_next(struct receiver *receiver, const char *line)
{
    char wanted[64];
    int sender, chat;
    long seq;

    if (sscanf(line, "s%d: %d %ld", &sender, &chat, &seq) != 3 || chat < 0 ||
        chat >= RECEIVER_CHATS || seq != receiver->last[chat] + 1)
        return false;
    snprintf(wanted, sizeof wanted, "s%02d: %d %ld", chat / RECEIVER_PER_SENDER,
             chat, seq);
    if (strcmp(line, wanted) != 0)
        return false;
    receiver->last[chat] = seq;
    return true;
}

static void count(struct receiver *receiver, struct kit_lines *from,
                  const char *line)
{
    if (from == &receiver->err)
        receiver->refused += strncmp(line, "refused: ", 9) == 0;
    else if (is_next(receiver, line))
        receiver->shown++;
    else
        receiver->wrong++;
}

/* One read from FD, and all the lines that it completes. */
static void read_lines(struct receiver *receiver, struct kit_lines *from,
                       int fd)
{
    char text[KIT_LINE_MAX + 1];
    const char *line;
    size_t len;

    if (kit_lines_read(from, fd) <= 0)
        atomic_store(&receiver->stop, true);
    pthread_mutex_lock(&receiver->lock);
    while (kit_lines_take(&line, &len, from)) {
        snprintf(text, sizeof text, "%.*s", (int)len, line);
        count(receiver, from, text);
    }
    pthread_cond_broadcast(&receiver->news);
    pthread_mutex_unlock(&receiver->lock);
}

static void *read_output(void *context)
{
    struct receiver *receiver = context;

    while (!atomic_load(&receiver->stop)) {
        bool reads = !atomic_load(&receiver->paused);
        struct pollfd all[] = {
            {.fd = receiver->process->err.fd, .events = POLLIN},
            {.fd = reads ? receiver->process->out.fd : -1, .events = POLLIN},
        };

        poll(all, 2, POLL_MS);
        if (all[0].revents != 0)
            read_lines(receiver, &receiver->err, all[0].fd);
        if (all[1].revents != 0)
            read_lines(receiver, &receiver->out, all[1].fd);
    }
    return NULL;
}

void receiver_begin(struct receiver *receiver, const char *build)
{
    memset(receiver, 0, sizeof *receiver);
    fixture_open(&receiver->fixture);
    http_server_open(&receiver->server, 200, "{\"token\":\"" TOKEN "\"}");
    receiver->fixture.url = receiver->server.url;
    receiver->process = fixture_receiver(&receiver->fixture, build, "bob");
    receiver->where = receiver->process->where;
    pthread_mutex_init(&receiver->lock, NULL);
    pthread_cond_init(&receiver->news, NULL);
    receiver->thread = thread_begin(read_output, receiver);
    receiver->files = proc_files(receiver->process->pid);
    receiver_watch(receiver);
}

void receiver_stop_reading(struct receiver *receiver)
{
    atomic_store(&receiver->stop, true);
    if (!receiver->thread_ended)
        pthread_join(receiver->thread, NULL);
    receiver->thread_ended = true;
}

int receiver_end(struct receiver *receiver)
{
    int code;

    receiver_stop_reading(receiver);
    code = process_kill(receiver->process, SIGTERM);
    process_end(receiver->process);
    http_server_close(&receiver->server);
    fixture_close(&receiver->fixture);
    return code;
}

/*
 * A sender has one ticket for all texts of a chat, and so has CHAT, except for
 * every fourth text: that has another ticket with the same secret.
 */
static void use_ticket(struct forgery *f, int chat, long seq)
{
    static char tickets[RECEIVER_CHATS][512];

    if (seq % 4 == 0)
        return;
    if (tickets[chat][0] == '\0')
        snprintf(tickets[chat], sizeof tickets[chat], "%.511s", f->senderinfo);
    snprintf(f->senderinfo, sizeof f->senderinfo, "%s", tickets[chat]);
    forgery_line(f);
}

const char *receiver_line(struct forgery *f, int chat, long seq)
{
    char sender[16], secret[64], text[64];

    snprintf(sender, sizeof sender, "s%02d", chat / RECEIVER_PER_SENDER);
    snprintf(secret, sizeof secret, "secret-of-chat-number-%d", chat);
    snprintf(text, sizeof text, "%d %ld", chat, seq);
    forgery_good(f, TOKEN, sender, secret, seq, text);
    use_ticket(f, chat, seq);
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
 * Waits until NUMBER, a member of RECEIVER, is COUNT, or has not grown for MS.
 * Returns its value.
 */
static long wait_for(struct receiver *receiver, const long *number, long count,
                     long ms)
{
    struct timespec end = moment_in(ms);
    long got;
    int late = 0;

    pthread_mutex_lock(&receiver->lock);
    got = *number;
    while (got < count && late == 0) {
        late = pthread_cond_timedwait(&receiver->news, &receiver->lock, &end);
        if (*number > got)
            end = moment_in(ms);
        got = *number;
    }
    pthread_mutex_unlock(&receiver->lock);
    return got;
}

long receiver_shown(struct receiver *receiver, long count)
{
    return wait_for(receiver, &receiver->shown, count, 1000 * RECEIVER_SECONDS);
}

long receiver_refused(struct receiver *receiver, long count)
{
    return wait_for(receiver, &receiver->refused, count,
                    1000 * RECEIVER_SECONDS);
}

/* A receiver with many peers may close a connection without reading it. */
double receiver_deliver(struct receiver *receiver, int chat)
{
    struct forgery f;
    long seq = receiver->last[chat] + 1;
    double began = stopwatch_now();

    receiver_line(&f, chat, seq);
    do {
        int fd = tcp_connect_to(receiver->where);

        receiver->sent++;
        tcp_send(fd, f.line, strlen(f.line));
        close(fd);
    } while (wait_for(receiver, &receiver->last[chat], seq, RECEIVER_AGAIN_MS) <
                 seq &&
             stopwatch_now() - began < 1e3 * RECEIVER_SECONDS);
    return stopwatch_now() - began;
}

/* --- Memory and files ----------------------------------------------------- */

void receiver_watch(struct receiver *receiver)
{
    receiver->memory = proc_memory(receiver->process->pid);
    receiver->peak = proc_peak(receiver->process->pid);
}

void receiver_judge(struct receiver *receiver, long grown, long peak)
{
    pid_t pid = receiver->process->pid;

    figure_is("anything else shown", receiver->wrong, 0);
    figure_most("memory has grown by",
                (double)(proc_memory(pid) - receiver->memory), "KiB",
                (double)grown);
    figure_most("peak memory has grown by",
                (double)(proc_peak(pid) - receiver->peak), "KiB", (double)peak);
    figure_is("descriptors still open",
              proc_files_left(pid, receiver->files) - receiver->files, 0);
    figure_is("exit code after SIGTERM", receiver_end(receiver), 0);
    row_end();
}
