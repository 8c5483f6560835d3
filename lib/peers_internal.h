/* SPDX-License-Identifier: MIT */
/* The inside of lib/peers.h: for lib/peers*.c and their tests alone. */
#ifndef KIT_PEERS_INTERNAL_H
#define KIT_PEERS_INTERNAL_H

#include "lib/lines.h"
#include "lib/peers.h"

/* One connection. */
struct kit_peer {
    int fd;        /* -1: this place is free */
    int64_t heard; /* when the last byte came, in ticks of lib/clock.h */
    char ip[KIT_IP_SIZE];
    struct kit_lines lines;
};

struct kit_peers {
    int listener;
    int wake[2]; /* a pipe: a signal writes, the loop reads */
    char ip[KIT_IP_SIZE];
    uint16_t port;
    int64_t idle;   /* milliseconds of silence that end a connection */
    int64_t rested; /* when the listener may accept again, in ticks */
    struct kit_peer peer[KIT_PEERS_MAX];
};

/*
 * kit_peer_hang_up: closes PEER and frees its place; kit_peer_leave: the
 * same, and says so where a line was left unfinished.
 */
void kit_peer_hang_up(struct kit_peer *peer);
void kit_peer_leave(struct kit_peer *peer);

/*
 * kit_peers_accept: takes one new connection in; the peer that is idle
 * longest makes room.
 */
void kit_peers_accept(struct kit_peers *peers);

#endif
