/* SPDX-License-Identifier: MIT */
/*
 * A bare TCP relay of two processes: they only pass on bytes. make bench
 * compares the time of one message with theirs.
 *
 *     bench-relay receive            from a TCP connection to its output;
 *                                    prints "listening on ADDRESS"
 *     bench-relay send ADDRESS       from its input to that connection
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/streams.h"
#include "tests/bench/peers/connection.h"

/* Passes bytes FROM one descriptor TO another until the end. */
static int pass(int from, int to)
{
    char bytes[1 << 16];
    ssize_t n;

    while ((n = read(from, bytes, sizeof bytes)) > 0) {
        if (write(to, bytes, (size_t)n) != n)
            return EX_IOERR;
    }
    return n == 0 ? EX_OK : EX_IOERR;
}

static int receive(void)
{
    struct pollfd watch = {.events = POLLIN};
    uint16_t port;

    if (kit_net_listen(&watch.fd, &port, "127.0.0.1", 0, KIT_NET_V6_ONLY) !=
        EX_OK)
        return EX_OSERR;
    fprintf(stderr, "listening on 127.0.0.1:%u\n", (unsigned)port);
    poll(&watch, 1, -1);
    return pass(accept(watch.fd, NULL, NULL), STDOUT_FILENO);
}

int main(int argc, char **argv)
{
    kit_streams_open();
    if (argc == 2 && strcmp(argv[1], "receive") == 0)
        return receive();
    if (argc == 3 && strcmp(argv[1], "send") == 0)
        return pass(STDIN_FILENO, connection_open(argv[2]));
    fprintf(stderr, "usage: bench-relay receive | bench-relay send ADDRESS\n");
    return EX_USAGE;
}
