/* SPDX-License-Identifier: MIT */
/* The checks of doctor.sh that the shell cannot do. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 5 }; /* seconds; loopback answers immediately or never */

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)port);
    return address;
}

/* A socket that listens on PORT (0: any), or -1. */
static int listener(int port)
{
    struct sockaddr_in address = loopback(port);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        listen(fd, 1) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A socket that is connected to PORT, or -1. */
static int connection(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* The port that FD listens on, or -1. */
static int port_of(int fd)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;

    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return -1;
    return ntohs(address.sin_port);
}

/* Is PORT free? On macOS, listening succeeds even if another program listens on
 * every address, so a connection must fail, too. */
static int is_free(int port)
{
    return connection(port) < 0 && listener(port) >= 0;
}

/* Do bytes that one end of a connection writes arrive at the other? */
static int carries(void)
{
    int waiting = listener(0), to, from;
    char byte = 0;

    if (waiting < 0 || (to = connection(port_of(waiting))) < 0 ||
        (from = accept(waiting, NULL, NULL)) < 0)
        return 0;
    return write(to, "!", 1) == 1 && read(from, &byte, 1) == 1 && byte == '!';
}

/* Keeps a port busy, for the tests: prints it, and waits for the end of the
 * standard input. */
static int hold(void)
{
    int fd = listener(0);

    if (fd < 0)
        return 0;
    printf("%d\n", port_of(fd));
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 1;
}

/* probe run | port N | loopback | hold: 0 means yes. */
int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "hold") == 0)
        return !hold();
    alarm(PATIENCE);
    if (strcmp(what, "run") == 0)
        return 0;
    if (strcmp(what, "port") == 0 && argc > 2)
        return !is_free(atoi(argv[2]));
    if (strcmp(what, "loopback") == 0)
        return !carries();
    return 64;
}
