/* SPDX-License-Identifier: MIT */
/* A line buffer in front of a TCP connection that is reopened if it breaks. */
#include "lib/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/net.h"
#include "lib/say.h"

/* Closes the connection. After SHUT_WR, what was sent still arrives. */
static void hang_up(struct kit_outbox *outbox)
{
    if (outbox->fd >= 0) {
        shutdown(outbox->fd, SHUT_WR);
        close(outbox->fd);
    }
    outbox->fd = -1;
}

/* Waits until FD can be written. Returns 0; or -1 with errno after SECONDS. */
static int wait_writable(int fd, int seconds)
{
    int64_t end = kit_ticks() + INT64_C(1000) * seconds;
    struct pollfd one = {.fd = fd, .events = POLLOUT};

    for (;;) {
        int64_t left = end - kit_ticks();
        int n = left > 0 ? poll(&one, 1, (int)left) : 0;

        if (n > 0)
            return 0;
        if (n == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        if (errno != EINTR)
            return -1;
    }
}

/* Waits for a connect that is in progress. Returns 0; or -1 with errno. */
static int finish_connecting(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (wait_writable(fd, KIT_OUTBOX_CONNECT_SECONDS) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return -1;
    errno = error;
    return error == 0 ? 0 : -1;
}

/* Returns a non-blocking socket connected to TO; or -1 with errno. */
static int connect_to(const struct sockaddr_storage *to, socklen_t len)
{
    int fd = socket(to->ss_family, SOCK_STREAM, 0);
    int on = 1, rc, why;

    if (fd < 0)
        return -1;
    /* Lines are already collected in our buffer: TCP need not wait for more. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    rc = fcntl(fd, F_SETFL, O_NONBLOCK);
    if (rc == 0)
        rc = connect(fd, (const struct sockaddr *)to, len);
    if (rc != 0 && (errno == EINPROGRESS || errno == EINTR))
        rc = finish_connecting(fd);
    if (rc == 0)
        return fd;
    why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* Connects OUTBOX, whose ip is a valid address. Returns 0 or -1. */
static int reconnect(struct kit_outbox *outbox)
{
    struct sockaddr_storage to;
    socklen_t len = kit_net_sockaddr(&to, outbox->ip, outbox->port);

    outbox->fd = connect_to(&to, len);
    if (outbox->fd >= 0)
        return 0;
    kit_error("the receiver at %s port %u does not answer (%s): "
              "is it still running, and does it listen on this address?",
              outbox->ip, (unsigned)outbox->port, strerror(errno));
    return -1;
}

/*
 * Whether the peer has closed the connection. A receiver never sends anything.
 * If a peer does, this drops 16 KiB of it and stops, so that it returns even if
 * the peer sends without end.
 */
static bool has_hung_up(int fd)
{
    char ignored[1024];

    for (int i = 0; i < 16; i++) {
        ssize_t n = recv(fd, ignored, sizeof ignored, 0);

        if (n < 0)
            return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
        if (n == 0)
            return true;
    }
    return false;
}

/*
 * Sends the buffer and sets SENT to the number of bytes sent. Returns 0 if all
 * of it was sent; or -1 with errno.
 */
static int send_bytes(size_t *sent, const struct kit_outbox *outbox)
{
    *sent = 0;
    while (*sent < outbox->len) {
        ssize_t n =
            send(outbox->fd, outbox->bytes + *sent, outbox->len - *sent, 0);

        if (n >= 0)
            *sent += (size_t)n;
        else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (wait_writable(outbox->fd, KIT_OUTBOX_SEND_SECONDS) != 0)
                return -1;
        } else if (errno != EINTR)
            return -1;
    }
    return 0;
}

/* Removes the lines that lie entirely in the first SENT bytes. */
static void remove_sent(struct kit_outbox *outbox, size_t sent)
{
    while (sent > 0 && outbox->bytes[sent - 1] != '\n')
        sent--;
    outbox->len -= sent;
    memmove(outbox->bytes, outbox->bytes + sent, outbox->len);
}

/* Prints why sending failed. Returns -1. */
static int explain(const struct kit_outbox *outbox, int why)
{
    if (why == ETIMEDOUT)
        kit_error("the receiver at %s port %u has read nothing for %d s: "
                  "is it stopped?",
                  outbox->ip, (unsigned)outbox->port, KIT_OUTBOX_SEND_SECONDS);
    else
        kit_error("the receiver at %s port %u has closed the connection (%s): "
                  "look at what it prints, then start the sender again",
                  outbox->ip, (unsigned)outbox->port, strerror(why));
    return -1;
}

int kit_outbox_open(struct kit_outbox *outbox, const char *ip, uint16_t port)
{
    memset(outbox, 0, sizeof *outbox);
    outbox->fd = -1;
    if (!kit_is_address(ip)) {
        kit_error("the receiver's address in message 4 is not an IP address: "
                  "%s; is it the lab's server?",
                  ip != NULL ? ip : "nothing");
        return -1;
    }
    /* A broken connection is an error to deal with here, not a signal. */
    signal(SIGPIPE, SIG_IGN);
    snprintf(outbox->ip, sizeof outbox->ip, "%s", ip);
    outbox->port = port;
    return reconnect(outbox);
}

int kit_outbox_line(struct kit_outbox *outbox, const char *line, size_t len)
{
    if (len >= KIT_LINE_MAX) {
        kit_error("a line of %zu bytes was not sent: use at most %d, with the "
                  "newline",
                  len, KIT_LINE_MAX);
        return -1;
    }
    if (len + 1 > sizeof outbox->bytes - outbox->len &&
        kit_outbox_flush(outbox) != 0)
        return -1;
    memcpy(outbox->bytes + outbox->len, line, len);
    outbox->bytes[outbox->len + len] = '\n';
    outbox->len += len + 1;
    return 0;
}

int kit_outbox_flush(struct kit_outbox *outbox)
{
    bool stuck = false; /* the last connection did not take a whole line */

    while (outbox->len > 0) {
        size_t before = outbox->len, sent;
        int why;

        if (outbox->fd >= 0 && has_hung_up(outbox->fd))
            hang_up(outbox);
        if (outbox->fd < 0 && reconnect(outbox) != 0)
            return -1;
        if (send_bytes(&sent, outbox) == 0) {
            outbox->len = 0;
            return 0;
        }
        why = errno;
        remove_sent(outbox, sent);
        hang_up(outbox);
        /* Give up after two connections in a row that took no whole line. */
        if (why == ETIMEDOUT || (stuck && outbox->len == before))
            return explain(outbox, why);
        stuck = outbox->len == before;
    }
    return 0;
}

int kit_outbox_close(struct kit_outbox *outbox)
{
    int rc = 0;

    /* Lines in the buffer but no connection: the last flush has failed. */
    if (outbox->len > 0)
        rc = outbox->fd >= 0 ? kit_outbox_flush(outbox) : -1;

    /* Without this test, fd of an outbox that was never opened is 0: stdin. */
    if (outbox->ip[0] != '\0')
        hang_up(outbox);
    memset(outbox, 0, sizeof *outbox);
    outbox->fd = -1;
    return rc;
}
