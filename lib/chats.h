/* SPDX-License-Identifier: MIT */
/*
 * The chats that a receiver knows, over all connections (protocol.md section
 * 6). A chat begins with its ticket, and every later line has the same one.
 *
 * Replay protection depends on this table: if a chat were dropped while its
 * ticket is valid, all its lines could be shown again. So a live chat is never
 * dropped. If there is no room, a new chat is rejected.
 */
#ifndef KIT_CHATS_H
#define KIT_CHATS_H

#include <stdbool.h>

#include "backends/crypto.h"
#include "lib/members.h"
#include "lib/wire.h"

enum {
    KIT_CHATS_PER_SENDER = 64, /* live chats of one sender */
    KIT_CHATS_MAX = 1024,      /* live chats of all senders */
    KIT_CHATS_BUCKETS = 2048,
};

/* One chat, seen from its receiver. */
struct kit_chat {
    struct kit_name sender;     /* who got the ticket from the server */
    struct kit_address ip_addr; /* where the sender logged in */
    struct kit_key key;         /* opens every text of this chat */
    long long good_until;       /* the ticket's last second, or KIT_NEVER */
    uint32_t seq;               /* the number of the last text; 0: none yet */
    uint32_t stored_seq;        /* seq at the last kit_chats_store */
    bool stored;                /* kit_chats_store has added it */
};

struct kit_chats_entry {
    struct kit_chat chat;
    struct kit_ticket ticket; /* the newest ticket with this secret */
    long long keep_until;     /* the latest good_until of these tickets */
    size_t next; /* in the same bucket: an index + 1; 0: the last one */
};

/* Initialize it with {0}. It has over one megabyte: make it static. */
struct kit_chats {
    size_t used;
    struct kit_chats_entry entries[KIT_CHATS_MAX];
    size_t first[KIT_CHATS_BUCKETS]; /* an index + 1; 0: an empty bucket */
};

/*
 * kit_chats_find: the chat whose ticket is TICKET, or NULL. Takes constant
 * expected time. The pointer is valid until kit_chats_store adds another chat.
 */
struct kit_chat *kit_chats_find(struct kit_chats *chats,
                                const struct kit_ticket *ticket);

/*
 * kit_chats_copy_seq: call it for a CHAT from a new ticket. If a chat with the
 * same key is known, copies its seq to CHAT: a secret has one last seq, even if
 * another ticket brings it again.
 */
void kit_chats_copy_seq(const struct kit_chats *chats, struct kit_chat *chat);

/*
 * kit_chats_check_peer: compares PEER_IP with the address in the ticket of
 * CHAT, and prints notes about the address and about the age of the ticket. If
 * the addresses differ and STRICT is set, refuses the line. An address is a
 * hint, not a proof: it is never a reason to accept. The age is only for the
 * note, which advises to compare the clocks: the caller refuses a ticket that
 * is too old. Returns 0; or -1 if the line is refused.
 */
int kit_chats_check_peer(const struct kit_chat *chat, const char *peer_ip,
                         bool strict, long long now) KIT_MUST_CHECK;

/*
 * kit_chats_store: call it after a text of CHAT was opened. If CHAT is new,
 * adds it with TICKET, with which it began. If a chat with the same key is
 * known, stores CHAT and TICKET in its place. An entry is kept at least until
 * every ticket that it had has expired. Prints a note if texts before this one
 * are missing. NOW must never go back: use kit_now. Returns 0; or -1, and
 * refuses the line, if there is no room for a new chat.
 */
int kit_chats_store(struct kit_chats *chats, const struct kit_ticket *ticket,
                    struct kit_chat *chat, long long now) KIT_MUST_CHECK;

#endif
