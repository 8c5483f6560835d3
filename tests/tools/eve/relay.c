/* SPDX-License-Identifier: MIT */
/*
 * relay: sits between a client and its server, like Eve at a switch. It passes
 * every byte on and prints what passes:
 *
 *     alice -> server  POST /login HTTP/1.1
 *     alice -> server  {"username":"alice","password":"apple"}
 *
 * It changes nothing, and needs no privileges, because the client connects to
 * it instead of the server. Of bytes that are not text, as in TLS, it prints
 * how many they are, and the first few in hex.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/options.h"
#include "lib/say.h"
#include "lib/show.h"
#include "lib/utf8.h"
#include "lib/wire.h"

enum {
    ROUTES = 16,    /* connections at the same time */
    CHUNK = 16384,  /* bytes of one read */
    HEX_BYTES = 16, /* printed, of bytes that are not text */
    WATCHED = 1 + 2 * ROUTES,
};

/* One end of a connection. */
struct end {
    int fd;
    bool ended; /* it has sent its FIN */
};

/* A connection through the relay: the client's end and the server's. */
struct route {
    struct end ends[2];
};

struct relay {
    int listener;
    const char *names[2]; /* of the client and of the server */
    const char *to_ip;
    uint16_t to_port;
    struct route routes[ROUTES];
};

/* --- Printing ------------------------------------------------------------- */

/* Whether the LEN bytes at BYTES are a text: UTF-8, and no control characters
   but line ends and tabs. */
static bool is_text(const char *bytes, size_t len)
{
    for (size_t at = 0, size; at < len; at += size) {
        uint32_t code;

        size = kit_utf8_next(&code, bytes + at, len - at);
        if (size == 0 ||
            (code < ' ' && code != '\r' && code != '\n' && code != '\t'))
            return false;
    }
    return true;
}

/* Prints one line after FROM -> TO. */
static void print_line(const char *from, const char *to, const char *line,
                       size_t len)
{
    static char shown[KIT_SHOWN_SIZE(CHUNK)];

    if (len > 0 && line[len - 1] == '\r')
        len--;
    kit_show(shown, sizeof shown, line, len);
    if (len > 0)
        printf("   %6s -> %-6s  %s\n", from, to, shown);
}

static void print_unreadable(const char *from, const char *to,
                             const char *bytes, size_t len)
{
    /* The first record of a TLS connection has type 22, a handshake (RFC 8446,
       section 5.1). It is not encrypted, but has no secrets. */
    printf("   %6s -> %-6s  %zu bytes %s:", from, to, len,
           len > 0 && bytes[0] == 22 ? "that begin a TLS connection"
                                     : "that Eve cannot read");
    for (size_t i = 0; i < len && i < HEX_BYTES; i++)
        printf(" %02x", (unsigned)(unsigned char)bytes[i]);
    puts(len > HEX_BYTES ? " ..." : "");
}

/* Prints the LEN bytes that went from one end to the other. */
static void print_bytes(const char *from, const char *to, const char *bytes,
                        size_t len)
{
    if (!is_text(bytes, len)) {
        print_unreadable(from, to, bytes, len);
    } else {
        const char *end = bytes + len;

        while (bytes < end) {
            const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
            const char *stop = newline != NULL ? newline : end;

            print_line(from, to, bytes, (size_t)(stop - bytes));
            bytes = stop + 1;
        }
    }
    fflush(stdout);
}

/* --- Passing on ----------------------------------------------------------- */

/* Writes all of the LEN bytes at BYTES to FD. Returns 0 or -1. */
static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Closes both ends. RESET: passes on the reset that one of the peers sent. */
static void close_route(struct route *route, bool reset)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};

    for (int i = 0; i < 2; i++) {
        if (reset)
            setsockopt(route->ends[i].fd, SOL_SOCKET, SO_LINGER, &now,
                       sizeof now);
        close(route->ends[i].fd);
        route->ends[i] = (struct end){.fd = -1};
    }
}

/* Passes on what has come from end SIDE of ROUTE. */
static void pass(const struct relay *relay, struct route *route, int side)
{
    static char bytes[CHUNK];
    struct end *from = &route->ends[side], *to = &route->ends[!side];
    ssize_t n = read(from->fd, bytes, sizeof bytes);

    if (n > 0) {
        print_bytes(relay->names[side], relay->names[!side], bytes, (size_t)n);
        if (write_all(to->fd, bytes, (size_t)n) != 0)
            close_route(route, true);
    } else if (n < 0 && errno != EINTR) {
        close_route(route, true);
    } else if (n == 0) {
        from->ended = true;
        shutdown(to->fd, SHUT_WR);
        if (to->ended)
            close_route(route, false);
    }
}

/* Accepts a client and connects to its server. */
static void accept_client(struct relay *relay)
{
    struct sockaddr_storage address;
    socklen_t size = kit_net_sockaddr(&address, relay->to_ip, relay->to_port);
    int client = accept(relay->listener, NULL, NULL), server;
    int i = 0;

    if (client < 0)
        return;
    while (i < ROUTES && relay->routes[i].ends[0].fd >= 0)
        i++;
    server = socket(address.ss_family, SOCK_STREAM, 0);
    if (i == ROUTES || server < 0 ||
        connect(server, (struct sockaddr *)&address, size) != 0) {
        close(client);
        if (server >= 0)
            close(server);
        return;
    }
    relay->routes[i].ends[0] = (struct end){.fd = client};
    relay->routes[i].ends[1] = (struct end){.fd = server};
}

/* Waits for the next event and handles all that are there. */
static void run_once(struct relay *relay)
{
    struct pollfd watch[WATCHED] = {{.fd = relay->listener, .events = POLLIN}};

    for (int i = 0; i < 2 * ROUTES; i++) {
        const struct end *end = &relay->routes[i / 2].ends[i % 2];

        watch[1 + i].fd = end->ended ? -1 : end->fd;
        watch[1 + i].events = POLLIN;
    }
    if (poll(watch, WATCHED, -1) < 0)
        return;
    for (int i = 0; i < 2 * ROUTES; i++) {
        struct route *route = &relay->routes[i / 2];

        if (watch[1 + i].revents != 0 &&
            route->ends[i % 2].fd == watch[1 + i].fd)
            pass(relay, route, i % 2);
    }
    if (watch[0].revents != 0)
        accept_client(relay);
}

int main(int argc, char **argv)
{
    static struct relay relay;
    const struct kit_command command = {
        .name = "relay",
        .operands = "CLIENT SERVER IP PORT TO-IP TO-PORT",
        .about = "Listens on IP and PORT (0: any), passes every connection on\n"
                 "to TO-IP and TO-PORT, and prints what passes. CLIENT and\n"
                 "SERVER are the names to print.",
        .min = 6,
        .max = 6,
    };
    char **operand = argv + kit_options(argc, argv, &command);
    char endpoint[KIT_ENDPOINT_SIZE];
    uint16_t port =
        (uint16_t)kit_option_number("PORT", operand[3], 0, 65535, 0);
    int rc;

    relay.names[0] = operand[0];
    relay.names[1] = operand[1];
    relay.to_ip = operand[4];
    relay.to_port =
        (uint16_t)kit_option_number("TO-PORT", operand[5], 1, 65535, 0);
    for (int i = 0; i < ROUTES; i++)
        relay.routes[i].ends[0].fd = relay.routes[i].ends[1].fd = -1;
    rc = kit_net_listen(&relay.listener, &port, operand[2], port,
                        KIT_NET_V6_ONLY);
    if (rc != EX_OK)
        return rc;
    signal(SIGPIPE, SIG_IGN);
    kit_net_endpoint(endpoint, operand[2], port);
    fprintf(stderr, "listening on %s\n", endpoint);
    for (;;)
        run_once(&relay);
}
