/* SPDX-License-Identifier: MIT */
/*
 * The loop of the receiver. One thread serves all peers, a little at a time:
 * poll says who has something, each of them gets one read, and round again.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/peers_internal.h"
#include "lib/say.h"

/* What poll watches: the pipe, the listener, then every peer in its place. */
enum { WAKE, LISTENER, FIRST_PEER, WATCHED = FIRST_PEER + KIT_PEERS_MAX };

/* The end of the pipe for the signal handler, which gets no context. */
static volatile sig_atomic_t wake_fd = -1;

static void wake(int number)
{
    int why = errno;
    ssize_t n = write(wake_fd, "", 1);

    /* A full pipe has woken the loop already. */
    (void)n;
    errno = why;
}

/* The handlers of SIGINT and SIGTERM, to be put back afterwards. */
struct handlers {
    struct sigaction on_int, on_term;
};

static void set_handlers(struct handlers *old, const struct kit_peers *peers)
{
    struct sigaction action = {.sa_handler = wake};

    wake_fd = peers->wake[1];
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &old->on_int);
    sigaction(SIGTERM, &action, &old->on_term);
}

static void restore_handlers(const struct handlers *old)
{
    sigaction(SIGINT, &old->on_int, NULL);
    sigaction(SIGTERM, &old->on_term, NULL);
    wake_fd = -1;
}

/* Takes the signals' bytes out of the pipe. Returns whether there was one. */
static bool was_woken(const struct kit_peers *peers)
{
    char bytes[64];
    bool woken = false;

    while (read(peers->wake[0], bytes, sizeof bytes) > 0)
        woken = true;
    return woken;
}

/* The line that says: now a sender may be started. */
static void say_ready(const struct kit_peers *peers)
{
    bool v6 = strchr(peers->ip, ':') != NULL;

    fprintf(stderr, "listening on %s%s%s:%u\n", v6 ? "[" : "", peers->ip,
            v6 ? "]" : "", (unsigned)peers->port);
    fflush(stderr);
}

/* Fills WATCH; a descriptor of -1 is one that poll leaves out. */
static void watch_all(struct pollfd watch[WATCHED],
                      const struct kit_peers *peers, int64_t now)
{
    bool resting = now < peers->rested;

    watch[WAKE].fd = peers->wake[0];
    watch[LISTENER].fd = resting ? -1 : peers->listener;
    for (int i = 0; i < KIT_PEERS_MAX; i++)
        watch[FIRST_PEER + i].fd = peers->peer[i].fd;
    for (int i = 0; i < WATCHED; i++) {
        watch[i].events = POLLIN;
        watch[i].revents = 0;
    }
}

/* Milliseconds from NOW to the first thing that happens by itself. */
static int time_to_wait(const struct kit_peers *peers, int64_t now, int64_t end)
{
    int64_t first = end;

    if (now < peers->rested && peers->rested < first)
        first = peers->rested;
    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        const struct kit_peer *peer = &peers->peer[i];

        if (peer->fd >= 0 && peer->heard + peers->idle < first)
            first = peer->heard + peers->idle;
    }
    if (first == INT64_MAX)
        return -1;
    if (first <= now)
        return 0;
    return first - now < INT32_MAX ? (int)(first - now) : INT32_MAX;
}

/* What can no longer be shown must not be taken in: it would be lost. */
static bool is_deaf(void)
{
    return ferror(stdout) != 0;
}

static int say_deaf(void)
{
    kit_error(
        "cannot write to standard output: what reads it has ended, or the "
        "disk is full; start the receiver again");
    return -1;
}

/* Hands every whole line of PEER on. Returns -1 when the peer must go. */
static int hand_on(struct kit_peer *peer, kit_line_handler *handler,
                   void *context)
{
    const char *line;
    size_t len;

    while (kit_lines_take(&line, &len, &peer->lines)) {
        if (handler(context, peer->ip, line, len) != 0 || is_deaf())
            return -1;
    }
    if (kit_lines_full(&peer->lines))
        return kit_refused("length");
    return 0;
}

/* One read from PEER: whoever sends much does not keep the others waiting. */
static void hear(struct kit_peer *peer, kit_line_handler *handler,
                 void *context)
{
    ssize_t n = kit_lines_read(&peer->lines, peer->fd);

    if (n > 0) {
        peer->heard = kit_ticks();
        if (hand_on(peer, handler, context) != 0)
            kit_peer_hang_up(peer);
    } else if (n == 0 ||
               (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        kit_peer_leave(peer);
    }
}

/*
 * Closes the peers that had been silent too long at NOW, when poll was asked.
 * What has come since, while a line was shown for a long time, is no silence.
 */
static void end_silence(struct kit_peers *peers, int64_t now)
{
    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        struct kit_peer *peer = &peers->peer[i];

        if (peer->fd >= 0 && now - peer->heard >= peers->idle)
            kit_peer_leave(peer);
    }
}

/* One round. Returns 0 to go on, 1 when a signal came, -1 with errno. */
static int serve_once(struct kit_peers *peers, kit_line_handler *handler,
                      void *context, int64_t end)
{
    struct pollfd watch[WATCHED];
    int64_t now = kit_ticks();

    watch_all(watch, peers, now);
    if (poll(watch, WATCHED, time_to_wait(peers, now, end)) < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : -1;
    /* Those who are here come before those who want to come in. */
    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        if (watch[FIRST_PEER + i].revents != 0 && !is_deaf())
            hear(&peers->peer[i], handler, context);
    }
    end_silence(peers, now);
    if (watch[LISTENER].revents != 0)
        kit_peers_accept(peers);
    /* Last, so that a signal does not swallow lines that came before it. */
    return watch[WAKE].revents != 0 && was_woken(peers);
}

int kit_peers_serve(struct kit_peers *peers, kit_line_handler *handler,
                    void *context, long long seconds)
{
    bool limited = seconds > 0 && seconds < INT32_MAX;
    int64_t end = limited ? kit_ticks() + seconds * 1000 : INT64_MAX;
    struct handlers old;
    int rc = 0;

    set_handlers(&old, peers);
    say_ready(peers);
    while (rc == 0 && kit_ticks() < end && !is_deaf())
        rc = serve_once(peers, handler, context, end);
    if (rc < 0)
        kit_error("cannot wait for connections: %s", strerror(errno));
    /* A signal that came while a line was being shown has cut that short. */
    if (rc == 0 && is_deaf())
        rc = was_woken(peers) ? 1 : say_deaf();
    restore_handlers(&old);
    /* A signal ends it well, the time has come otherwise. */
    return rc < 0 ? -1 : rc == 0;
}
