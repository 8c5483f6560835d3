/* SPDX-License-Identifier: MIT */
/*
 * One thread serves all peers in a poll loop. Each ready peer gets one read per
 * round, so a peer that sends a lot does not keep the others waiting.
 */
#include "lib/inbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/net.h"
#include "lib/say.h"
#include "lib/trace.h"

enum { ACCEPT_PAUSE = 1000 }; /* milliseconds, if no descriptor is free */

/* The indices for poll: the pipe, the listener, then the slots of the peers. */
enum { WAKE, LISTENER, FIRST_PEER, WATCHED = FIRST_PEER + KIT_INBOX_PEERS };

/* --- Connections ---------------------------------------------------------- */

/* Closes a connection and frees its slot. */
static void close_peer(struct kit_peer *peer)
{
    close(peer->fd);
    memset(peer, 0, sizeof *peer);
    peer->fd = -1;
}

/* Resets a connection: the sender learns that a line was refused. */
static void reset_peer(struct kit_peer *peer)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close_peer(peer);
}

/*
 * Whether bytes have arrived that were not read. If so, close would send a RST
 * on Linux, but a FIN on macOS, as if all of them had been processed.
 */
static bool has_unread(const struct kit_peer *peer)
{
    char byte;

    return recv(peer->fd, &byte, 1, MSG_PEEK) > 0;
}

/*
 * Ends a connection: normally if all that came was processed, and with a reset
 * if not. If the last line is incomplete, that is a refusal.
 */
static void disconnect(struct kit_peer *peer)
{
    bool unfinished = kit_lines_unfinished(&peer->lines) > 0;

    if (unfinished)
        (void)kit_refused("unfinished");
    if (unfinished || has_unread(peer))
        reset_peer(peer);
    else
        close_peer(peer);
}

/* Returns a free slot, or NULL. */
static struct kit_peer *find_free(struct kit_inbox *inbox)
{
    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        if (inbox->peer[i].fd < 0)
            return &inbox->peer[i];
    }
    return NULL;
}

/*
 * Disconnects the peer that has been silent longest. Returns its slot; or NULL
 * if there is no peer.
 */
static struct kit_peer *make_room(struct kit_inbox *inbox)
{
    struct kit_peer *longest = NULL;

    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        struct kit_peer *peer = &inbox->peer[i];

        if (peer->fd >= 0 &&
            (longest == NULL || peer->last_read < longest->last_read))
            longest = peer;
    }
    if (longest != NULL)
        disconnect(longest);
    return longest;
}

/* Puts the new connection FD into a slot. */
static void add_peer(struct kit_inbox *inbox, int fd,
                     const struct sockaddr_storage *from)
{
    struct kit_peer *peer = find_free(inbox);

    if (peer == NULL)
        peer = make_room(inbox);
    peer->fd = fd;
    peer->last_read = kit_ticks();
    kit_net_text(peer->ip, (const struct sockaddr *)from);
}

/* Whether WHY means that there is no descriptor or memory for a connection. */
static bool out_of_resources(int why)
{
    return why == EMFILE || why == ENFILE || why == ENOBUFS || why == ENOMEM;
}

void kit_inbox_accept(struct kit_inbox *inbox)
{
    struct sockaddr_storage from;
    socklen_t size = sizeof from;
    int fd = accept(inbox->listener, (struct sockaddr *)&from, &size);

    if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
        add_peer(inbox, fd, &from);
    else if (fd >= 0)
        close(fd);
    else if (out_of_resources(errno) && make_room(inbox) == NULL)
        /* There is no peer to disconnect. Without a pause, poll would report
           the same connection again and again. */
        inbox->accept_after = kit_ticks() + ACCEPT_PAUSE;
    /* Other errors mean that the new connection broke before we accepted it. */
}

/* --- Signals -------------------------------------------------------------- */

/* The write end of the pipe. A signal handler has no context argument. */
static volatile sig_atomic_t wake_fd = -1;

static void wake(int number)
{
    int why = errno;
    ssize_t n = write(wake_fd, "", 1);

    /* If the pipe is full, the loop will wake up anyway. */
    (void)n;
    errno = why;
}

/* The previous handlers of SIGINT and SIGTERM. */
struct handlers {
    struct sigaction on_int, on_term;
};

static void set_handlers(struct handlers *old, const struct kit_inbox *inbox)
{
    struct sigaction action = {.sa_handler = wake};

    wake_fd = inbox->wake[1];
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

/* Empties the pipe. Returns whether a signal had written to it. */
static bool was_woken(const struct kit_inbox *inbox)
{
    char bytes[64];
    bool woken = false;

    while (read(inbox->wake[0], bytes, sizeof bytes) > 0)
        woken = true;
    return woken;
}

/* --- The loop ------------------------------------------------------------- */

/* Prints that senders can connect now. */
static void say_ready(const struct kit_inbox *inbox)
{
    char endpoint[KIT_ENDPOINT_SIZE];

    kit_net_endpoint(endpoint, inbox->ip, inbox->port);
    fprintf(stderr, "listening on %s\n", endpoint);
    fflush(stderr);
}

/* Fills WATCH. poll ignores descriptors that are -1. */
static void watch_all(struct pollfd watch[WATCHED],
                      const struct kit_inbox *inbox, int64_t now)
{
    bool pausing = now < inbox->accept_after;

    watch[WAKE].fd = inbox->wake[0];
    watch[LISTENER].fd = pausing ? -1 : inbox->listener;
    for (int i = 0; i < KIT_INBOX_PEERS; i++)
        watch[FIRST_PEER + i].fd = inbox->peer[i].fd;
    for (int i = 0; i < WATCHED; i++) {
        watch[i].events = POLLIN;
        watch[i].revents = 0;
    }
}

/* The timeout for poll: milliseconds to the next time limit, -1 for none. */
static int find_timeout(const struct kit_inbox *inbox, int64_t now, int64_t end)
{
    int64_t first = end;

    if (now < inbox->accept_after && inbox->accept_after < first)
        first = inbox->accept_after;
    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        const struct kit_peer *peer = &inbox->peer[i];

        if (peer->fd >= 0 && peer->last_read + inbox->idle < first)
            first = peer->last_read + inbox->idle;
    }
    if (first == INT64_MAX)
        return -1;
    if (first <= now)
        return 0;
    return first - now < INT32_MAX ? (int)(first - now) : INT32_MAX;
}

/* After a failure, read no more lines: they could not be shown. */
static bool output_failed(void)
{
    return ferror(stdout) != 0;
}

static int explain_output(void)
{
    kit_error("cannot write to standard output (the program that reads it has "
              "ended, or the disk is full): start the receiver again");
    return -1;
}

/* Passes the whole lines of PEER on. Returns -1 to close its connection. */
static int pass_lines(struct kit_peer *peer, kit_line_handler *handler,
                      void *context)
{
    const char *line;
    size_t len;

    while (kit_lines_take(&line, &len, &peer->lines)) {
        if (kit_trace_on)
            kit_trace_message(&(struct kit_trace_message){.event = "received",
                                                          .peer = peer->ip,
                                                          .line = line,
                                                          .len = len});
        if (handler(context, peer->ip, line, len) != 0 || output_failed())
            return -1;
    }
    if (kit_lines_full(&peer->lines))
        return kit_refused("length");
    return 0;
}

/* Reads once from PEER and passes the lines on. */
static void read_peer(struct kit_peer *peer, kit_line_handler *handler,
                      void *context)
{
    ssize_t n = kit_lines_read(&peer->lines, peer->fd);

    if (n > 0) {
        peer->last_read = kit_ticks();
        if (pass_lines(peer, handler, context) != 0)
            reset_peer(peer);
    } else if (n == 0 ||
               (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        disconnect(peer);
    }
}

/*
 * Disconnects the peers that had been silent too long at NOW, the time before
 * poll. A later time would be unfair: what peers have sent since then, perhaps
 * during a slow call of the handler, is not read yet.
 */
static void close_silent(struct kit_inbox *inbox, int64_t now)
{
    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        struct kit_peer *peer = &inbox->peer[i];

        if (peer->fd >= 0 && now - peer->last_read >= inbox->idle)
            disconnect(peer);
    }
}

/* One round. Returns 0 to go on, 1 after a signal, or -1 with errno. */
static int serve_once(struct kit_inbox *inbox, kit_line_handler *handler,
                      void *context, int64_t end)
{
    struct pollfd watch[WATCHED];
    int64_t now = kit_ticks();

    watch_all(watch, inbox, now);
    if (poll(watch, WATCHED, find_timeout(inbox, now, end)) < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : -1;
    /* Read before accepting: a new peer may cause an old one to be closed. */
    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        if (watch[FIRST_PEER + i].revents != 0 && !output_failed())
            read_peer(&inbox->peer[i], handler, context);
    }
    close_silent(inbox, now);
    if (watch[LISTENER].revents != 0)
        kit_inbox_accept(inbox);
    /* The signal comes last, so that lines before it are not lost. */
    return watch[WAKE].revents != 0 && was_woken(inbox);
}

int kit_inbox_serve(struct kit_inbox *inbox, kit_line_handler *handler,
                    void *context, long long seconds)
{
    bool limited = seconds > 0 && seconds < INT32_MAX;
    int64_t end = limited ? kit_ticks() + seconds * 1000 : INT64_MAX;
    struct handlers old;
    int rc = 0;

    set_handlers(&old, inbox);
    say_ready(inbox);
    while (rc == 0 && kit_ticks() < end && !output_failed())
        rc = serve_once(inbox, handler, context, end);
    if (rc < 0)
        kit_error("cannot wait for connections (%s): start the receiver again",
                  strerror(errno));
    /* A signal can interrupt the output: then this is not a failure. */
    if (rc == 0 && output_failed())
        rc = was_woken(inbox) ? 1 : explain_output();
    restore_handlers(&old);
    /* In this function rc is 1 after a signal and 0 if the time is over. The
       result is the opposite. */
    return rc < 0 ? -1 : rc == 0;
}

/* --- Opening and closing -------------------------------------------------- */

/* Opens the listener of INBOX and stores its port. */
static int open_listener(struct kit_inbox *inbox, const char *ip, uint16_t port)
{
    snprintf(inbox->ip, sizeof inbox->ip, "%s", ip);
    /* V6_ONLY, so that no peer has an IPv4-mapped address. */
    return kit_net_listen(&inbox->listener, &inbox->port, ip, port,
                          KIT_NET_V6_ONLY) == EX_OK
               ? 0
               : -1;
}

/* Opens the pipe that the signal handler writes to. Neither end blocks. */
static int open_wake(struct kit_inbox *inbox)
{
    if (pipe(inbox->wake) == 0 &&
        fcntl(inbox->wake[0], F_SETFL, O_NONBLOCK) == 0 &&
        fcntl(inbox->wake[1], F_SETFL, O_NONBLOCK) == 0)
        return 0;
    kit_error("cannot make a pipe (%s): close other programs", strerror(errno));
    return -1;
}

int kit_inbox_listen(struct kit_inbox **inbox, uint16_t *bound, const char *ip,
                     uint16_t port)
{
    struct kit_inbox *new = calloc(1, sizeof *new);

    *inbox = NULL;
    *bound = 0;
    if (new == NULL) {
        kit_error("no memory for connections: close other programs");
        return -1;
    }
    new->listener = new->wake[0] = new->wake[1] = -1;
    new->idle = INT64_C(1000) * KIT_INBOX_IDLE_SECONDS;
    for (int i = 0; i < KIT_INBOX_PEERS; i++)
        new->peer[i].fd = -1;
    if (open_listener(new, ip, port) != 0 || open_wake(new) != 0) {
        kit_inbox_close(new);
        return -1;
    }
    *inbox = new;
    *bound = new->port;
    return 0;
}

void kit_inbox_close(struct kit_inbox *inbox)
{
    if (inbox == NULL)
        return;
    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        if (inbox->peer[i].fd >= 0)
            disconnect(&inbox->peer[i]);
    }
    if (inbox->listener >= 0)
        close(inbox->listener);
    if (inbox->wake[0] >= 0) {
        close(inbox->wake[0]);
        close(inbox->wake[1]);
    }
    free(inbox);
}
