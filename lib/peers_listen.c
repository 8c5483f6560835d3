/* SPDX-License-Identifier: MIT */
/* The door of the receiver: listening, letting peers in and out. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/peers_internal.h"
#include "lib/say.h"

enum { REST = 1000 }; /* ms to wait when the system has no descriptor left */

/* Says why there is no listening on IP and PORT. */
static void say_no_listening(const char *ip, uint16_t port, int why)
{
    if (why == EADDRINUSE)
        kit_error("port %u is in use: choose another with --port N, or "
                  "--port 0 for any",
                  (unsigned)port);
    else if (why == EADDRNOTAVAIL)
        kit_error("%s is not an address of this machine: choose one with "
                  "--listen ADDR",
                  ip);
    else if (why == EACCES)
        kit_error("only root may listen on port %u: choose one from 1024 up "
                  "with --port N, or --port 0 for any",
                  (unsigned)port);
    else
        kit_error("cannot listen on %s port %u: %s", ip, (unsigned)port,
                  strerror(why));
}

/* A socket that listens on AT and never blocks, or -1 with errno. */
static int listen_at(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_STREAM, 0);
    int on = 1, why;

    if (fd < 0)
        return -1;
    /* The port can be had again at once after a restart. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* "::" is IPv6 alone, everywhere: so no address is seen in disguise. */
    if (at->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    /* Many may wait: who finds the queue full tries again a second later. */
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 &&
        listen(fd, SOMAXCONN) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
        return fd;
    why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* Writes what FROM says to IP and PORT, in numbers. */
static void read_address(char ip[KIT_IP_SIZE], uint16_t *port,
                         const struct sockaddr_storage *from)
{
    const struct sockaddr_in *v4 = (const void *)from;
    const struct sockaddr_in6 *v6 = (const void *)from;
    bool is_v6 = from->ss_family == AF_INET6;
    const void *address =
        is_v6 ? (const void *)&v6->sin6_addr : (const void *)&v4->sin_addr;

    if (inet_ntop(from->ss_family, address, ip, KIT_IP_SIZE) == NULL)
        ip[0] = '\0';
    *port = ntohs(is_v6 ? v6->sin6_port : v4->sin_port);
}

/* Opens the listener of PEERS and finds out its true port. */
static int open_listener(struct kit_peers *peers, const char *ip, uint16_t port)
{
    struct addrinfo *at = NULL;
    struct addrinfo hints = {.ai_flags =
                                 AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    char number[8];

    snprintf(number, sizeof number, "%u", (unsigned)port);
    if (!kit_is_address(ip) || getaddrinfo(ip, number, &hints, &at) != 0) {
        kit_error("%s is not an IP address: give --listen one in numbers, like "
                  "127.0.0.1, or leave it out",
                  ip);
        return -1;
    }
    peers->listener = listen_at(at);
    freeaddrinfo(at);
    if (peers->listener < 0 ||
        getsockname(peers->listener, (struct sockaddr *)&bound, &size) != 0) {
        say_no_listening(ip, port, errno);
        return -1;
    }
    read_address(peers->ip, &peers->port, &bound);
    return 0;
}

/* The pipe that a signal writes to; neither end ever blocks. */
static int open_wake(struct kit_peers *peers)
{
    if (pipe(peers->wake) == 0 &&
        fcntl(peers->wake[0], F_SETFL, O_NONBLOCK) == 0 &&
        fcntl(peers->wake[1], F_SETFL, O_NONBLOCK) == 0)
        return 0;
    kit_error("cannot make a pipe: %s", strerror(errno));
    return -1;
}

int kit_peers_listen(struct kit_peers **peers, uint16_t *bound, const char *ip,
                     uint16_t port)
{
    struct kit_peers *new = calloc(1, sizeof *new);

    *peers = NULL;
    *bound = 0;
    if (new == NULL) {
        kit_error("no memory for connections");
        return -1;
    }
    new->listener = new->wake[0] = new->wake[1] = -1;
    new->idle = INT64_C(1000) * KIT_PEER_IDLE_SECONDS;
    for (int i = 0; i < KIT_PEERS_MAX; i++)
        new->peer[i].fd = -1;
    if (open_listener(new, ip, port) != 0 || open_wake(new) != 0) {
        kit_peers_close(new);
        return -1;
    }
    *peers = new;
    *bound = new->port;
    return 0;
}

void kit_peer_hang_up(struct kit_peer *peer)
{
    close(peer->fd);
    memset(peer, 0, sizeof *peer);
    peer->fd = -1;
}

void kit_peer_leave(struct kit_peer *peer)
{
    if (kit_lines_rest(&peer->lines) > 0)
        (void)kit_refused("unfinished");
    kit_peer_hang_up(peer);
}

/* A free place, or NULL. */
static struct kit_peer *find_place(struct kit_peers *peers)
{
    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        if (peers->peer[i].fd < 0)
            return &peers->peer[i];
    }
    return NULL;
}

/* The peer that is idle longest leaves. Returns its place, NULL without. */
static struct kit_peer *make_room(struct kit_peers *peers)
{
    struct kit_peer *longest = NULL;

    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        struct kit_peer *peer = &peers->peer[i];

        if (peer->fd >= 0 && (longest == NULL || peer->heard < longest->heard))
            longest = peer;
    }
    if (longest != NULL)
        kit_peer_leave(longest);
    return longest;
}

/* Gives the new connection FD a place. */
static void take_in(struct kit_peers *peers, int fd,
                    const struct sockaddr_storage *from)
{
    struct kit_peer *place = find_place(peers);
    uint16_t port;

    if (place == NULL)
        place = make_room(peers);
    place->fd = fd;
    place->heard = kit_ticks();
    read_address(place->ip, &port, from);
}

/* The system has no descriptor, or no memory, for a new connection. */
static bool is_short(int why)
{
    return why == EMFILE || why == ENFILE || why == ENOBUFS || why == ENOMEM;
}

void kit_peers_accept(struct kit_peers *peers)
{
    struct sockaddr_storage from;
    socklen_t size = sizeof from;
    int fd = accept(peers->listener, (struct sockaddr *)&from, &size);

    if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
        take_in(peers, fd, &from);
    else if (fd >= 0)
        close(fd);
    else if (is_short(errno) && make_room(peers) == NULL)
        /* Nobody can leave; poll would call again at once, without end. */
        peers->rested = kit_ticks() + REST;
    /* Other errors are about one connection that broke before it began. */
}

void kit_peers_close(struct kit_peers *peers)
{
    if (peers == NULL)
        return;
    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        if (peers->peer[i].fd >= 0)
            kit_peer_leave(&peers->peer[i]);
    }
    if (peers->listener >= 0)
        close(peers->listener);
    if (peers->wake[0] >= 0) {
        close(peers->wake[0]);
        close(peers->wake[1]);
    }
    free(peers);
}
