/* SPDX-License-Identifier: MIT */
/* A line buffer in front of a TCP connection, and how the connection ends. */
#include "lib/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/net.h"
#include "lib/say.h"
#include "lib/trace.h"

/* The time SECONDS from now, in kit_ticks. */
static int64_t in_seconds(int seconds)
{
    return kit_ticks() + INT64_C(1000) * seconds;
}

/*
 * Waits until poll reports one of EVENTS for FD, or until kit_ticks is END.
 * Returns 0; or -1 with errno, which is ETIMEDOUT at END.
 */
static int wait_for(int fd, short events, int64_t end)
{
    struct pollfd one = {.fd = fd, .events = events};

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

    if (wait_for(fd, POLLOUT, in_seconds(KIT_OUTBOX_CONNECT_SECONDS)) != 0 ||
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

/* --- How the connection ends ---------------------------------------------- */

#ifdef SO_NWRITE
/* The bytes that FD has sent and the peer has not acknowledged (macOS). */
static int unacknowledged(int fd)
{
    int bytes = 0;
    socklen_t size = sizeof bytes;

    if (getsockopt(fd, SOL_SOCKET, SO_NWRITE, &bytes, &size) != 0)
        return INT_MAX;
    return bytes;
}
#else
/* The bytes that FD has sent and the peer has not acknowledged (Linux). */
static int unacknowledged(int fd)
{
    int bytes = 0;

    return ioctl(fd, TIOCOUTQ, &bytes) == 0 ? bytes : INT_MAX;
}
#endif

/* Counts the lines that are still in the buffer. */
static uint32_t count_buffered(const struct kit_outbox *outbox)
{
    uint32_t count = 0;

    for (size_t i = 0; i < outbox->len; i++)
        count += outbox->bytes[i] == '\n';
    return count;
}

/* Closes the connection, which has ended as it should. */
static void end_normally(struct kit_outbox *outbox)
{
    close(outbox->fd);
    outbox->fd = -1;
}

/*
 * Closes the connection, which has ended for the reason WHY. Prints which texts
 * may be lost: those from number FIRST on. Their boxes belong to this chat, so
 * they cannot be sent in the next one. Returns -1.
 */
static int end_with_loss(struct kit_outbox *outbox, uint32_t first,
                         const char *why)
{
    if (outbox->fd >= 0)
        close(outbox->fd);
    outbox->fd = -1;
    outbox->len = 0;
    if (first > outbox->lines)
        return -1;
    outbox->lost = true;
    if (first == outbox->lines)
        kit_error("%s: the last text sent (number %" PRIu32
                  " of this chat) may not have been shown; look at the "
                  "receiver's terminal, and send it again if it is not there",
                  why, first);
    else
        kit_error(
            "%s: the last %" PRIu32 " texts sent (numbers %" PRIu32
            " to %" PRIu32 " of this chat) may not have been shown; look "
            "at the receiver's terminal, and send again what is not there",
            why, outbox->lines - first + 1, first, outbox->lines);
    return -1;
}

/*
 * The peer has sent its FIN. A receiver does that when it has processed
 * everything that it received, and the FIN acknowledges the same bytes. So
 * whatever is not acknowledged by now, or is still in our buffer, is lost.
 * Linux counts our own FIN as one more byte. If both ends close at the same
 * time, it is not acknowledged yet: HALF_CLOSED allows for that byte.
 */
static int end_after_fin(struct kit_outbox *outbox)
{
    bool all_arrived = unacknowledged(outbox->fd) <= outbox->half_closed;
    uint32_t buffered = count_buffered(outbox);

    if (all_arrived && buffered == 0) {
        end_normally(outbox);
        return 0;
    }
    return end_with_loss(outbox, all_arrived ? outbox->lines - buffered + 1 : 1,
                         "the receiver has closed the connection");
}

/* The peer has reset the connection, or the network has broken it. */
static int end_after_reset(struct kit_outbox *outbox, int why)
{
    char reason[128];

    if (why == ECONNRESET || why == EPIPE)
        snprintf(reason, sizeof reason,
                 "the receiver has refused a text (its terminal shows why) or "
                 "was stopped");
    else if (why == ETIMEDOUT)
        snprintf(reason, sizeof reason,
                 "the receiver has read nothing for a while (is it stopped?)");
    else
        snprintf(reason, sizeof reason, "the connection has failed (%s)",
                 strerror(why));
    return end_with_loss(outbox, 1, reason);
}

/*
 * Checks, without waiting, whether the connection has ended. A receiver never
 * sends anything. If a peer does, this drops 16 KiB of it and stops, so that it
 * returns even if the peer sends without end. Returns 1 if the connection is
 * open; 0 if it has ended as it should; -1 if texts may be lost.
 */
static int check(struct kit_outbox *outbox)
{
    char ignored[1024];

    for (int i = 0; i < 16; i++) {
        ssize_t n = recv(outbox->fd, ignored, sizeof ignored, 0);

        if (n == 0)
            return end_after_fin(outbox);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return 1;
        if (n < 0 && errno != EINTR)
            return end_after_reset(outbox, errno);
    }
    return 1;
}

/* --- Sending -------------------------------------------------------------- */

/* Sends the buffer. Returns 0; or -1 with errno. */
static int send_bytes(const struct kit_outbox *outbox)
{
    size_t sent = 0;

    while (sent < outbox->len) {
        ssize_t n =
            send(outbox->fd, outbox->bytes + sent, outbox->len - sent, 0);

        if (n >= 0)
            sent += (size_t)n;
        else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (wait_for(outbox->fd, POLLOUT,
                         in_seconds(KIT_OUTBOX_SEND_SECONDS)) != 0)
                return -1;
        } else if (errno != EINTR)
            return -1;
    }
    return 0;
}

/* Traces the lines in the buffer, which are about to be sent. */
static void trace_lines(const struct kit_outbox *outbox)
{
    struct sockaddr_storage to = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof to;
    char ip[KIT_IP_SIZE];

    /* If this fails, the family is still none, and the address empty. */
    (void)!getpeername(outbox->fd, (struct sockaddr *)&to, &size);
    kit_net_text(ip, (const struct sockaddr *)&to);
    for (size_t at = 0, len; at < outbox->len; at += len + 1) {
        const char *line = outbox->bytes + at;

        len =
            (size_t)((const char *)memchr(line, '\n', outbox->len - at) - line);
        kit_trace_message(&(struct kit_trace_message){
            .event = "sent", .peer = ip, .line = line, .len = len});
    }
}

int kit_outbox_open(struct kit_outbox *outbox, const char *ip, uint16_t port)
{
    struct sockaddr_storage to;
    socklen_t len = kit_net_sockaddr(&to, ip, port);

    *outbox = (struct kit_outbox){.fd = -1, .lost = outbox->lost};
    if (len == 0) {
        kit_error(
            "the receiver's address is \"%s\", not an IP address: read it "
            "from message 4 with kit_json_address",
            ip != NULL ? ip : "");
        return -1;
    }
    /* A broken connection is an error to deal with here, not a signal. */
    signal(SIGPIPE, SIG_IGN);
    outbox->fd = connect_to(&to, len);
    if (outbox->fd >= 0)
        return 0;
    kit_error("the receiver at %s port %u does not answer (%s): "
              "is it still running, and does it listen on this address?",
              ip, (unsigned)port, strerror(errno));
    return -1;
}

bool kit_outbox_is_open(struct kit_outbox *outbox)
{
    /* If lines are in the buffer, kit_outbox_flush will check. */
    return outbox->fd >= 0 && (outbox->len > 0 || check(outbox) == 1);
}

int kit_outbox_line(struct kit_outbox *outbox, const struct kit_line *line)
{
    if (outbox->fd < 0)
        return kit_fail(-1, "kit_outbox_line: there is no connection: call "
                            "kit_outbox_open first");
    if (line->len == 0 || line->len >= KIT_LINE_MAX)
        return kit_fail(-1,
                        "kit_outbox_line: the line has %zu bytes, not 1 to %d: "
                        "fill it with kit_json_line first, and check its "
                        "result",
                        line->len, KIT_LINE_MAX - 1);
    if (line->len + 1 > sizeof outbox->bytes - outbox->len &&
        kit_outbox_flush(outbox) != 0)
        return -1;
    memcpy(outbox->bytes + outbox->len, line->bytes, line->len);
    outbox->bytes[outbox->len + line->len] = '\n';
    outbox->len += line->len + 1;
    outbox->lines++;
    return 0;
}

int kit_outbox_flush(struct kit_outbox *outbox)
{
    if (outbox->len == 0)
        return 0;
    if (outbox->fd < 0 || check(outbox) != 1)
        return -1;
    if (kit_trace_on)
        trace_lines(outbox);
    if (send_bytes(outbox) != 0) {
        outbox->stalled = errno == ETIMEDOUT;
        return end_after_reset(outbox, errno);
    }
    outbox->len = 0;
    return 0;
}

/* Half-closes, and waits for the receiver to close. */
static void finish(struct kit_outbox *outbox)
{
    /* One limit for all rounds: a peer may send without end. */
    int64_t end = in_seconds(KIT_OUTBOX_CLOSE_SECONDS);

    shutdown(outbox->fd, SHUT_WR);
    outbox->half_closed = true;
    do {
        if (wait_for(outbox->fd, POLLIN, end) != 0) {
            (void)end_with_loss(
                outbox, 1, "the receiver did not close the connection in time");
            return;
        }
    } while (check(outbox) == 1);
}

int kit_outbox_close(struct kit_outbox *outbox)
{
    int rc;

    /* Often the receiver has closed already, and we have not noticed. */
    if (outbox->fd >= 0 && kit_outbox_flush(outbox) == 0 && check(outbox) == 1)
        finish(outbox);
    rc = outbox->lost ? -1 : 0;
    *outbox = (struct kit_outbox){.fd = -1};
    return rc;
}
