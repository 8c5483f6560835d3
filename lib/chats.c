/* SPDX-License-Identifier: MIT */
/* A table of entries, and a hash table of indices into it. */
#include "lib/chats.h"

#include <inttypes.h>
#include <string.h>

#include "lib/say.h"

/*
 * The bucket of TICKET: FNV-1a of its first characters, which encode the random
 * nonce of the server. Only tickets that the server made are added, so no
 * sender can fill one bucket.
 */
static size_t *bucket_of(struct kit_chats *chats,
                         const struct kit_ticket *ticket)
{
    uint32_t hash = 2166136261;

    for (size_t i = 0; i < 16 && ticket->text[i] != '\0'; i++)
        hash = (hash ^ (uint8_t)ticket->text[i]) * 16777619;
    return &chats->first[hash % KIT_CHATS_BUCKETS];
}

/* Puts entry I at the front of its bucket. */
static void link_entry(struct kit_chats *chats, size_t i)
{
    size_t *first = bucket_of(chats, &chats->entries[i].ticket);

    chats->entries[i].next = *first;
    *first = i + 1;
}

/* Fills the buckets again, after entries have moved. */
static void link_all(struct kit_chats *chats)
{
    memset(chats->first, 0, sizeof chats->first);
    for (size_t i = 0; i < chats->used; i++)
        link_entry(chats, i);
}

struct kit_chat *kit_chats_find(struct kit_chats *chats,
                                const struct kit_ticket *ticket)
{
    for (size_t at = *bucket_of(chats, ticket); at != 0;
         at = chats->entries[at - 1].next) {
        struct kit_chats_entry *e = &chats->entries[at - 1];

        if (strcmp(e->ticket.text, ticket->text) == 0)
            return &e->chat;
    }
    return NULL;
}

/* The index of the entry with the same key as CHAT, or chats->used. */
static size_t find_key(const struct kit_chats *chats,
                       const struct kit_chat *chat)
{
    size_t i = 0;

    while (i < chats->used &&
           !kit_equal(chats->entries[i].chat.key.bytes, chat->key.bytes,
                      sizeof chat->key.bytes))
        i++;
    return i;
}

void kit_chats_copy_seq(const struct kit_chats *chats, struct kit_chat *chat)
{
    size_t i = find_key(chats, chat);

    if (i < chats->used)
        chat->seq = chat->stored_seq = chats->entries[i].chat.seq;
}

int kit_chats_check_peer(const struct kit_chat *chat, const char *peer_ip,
                         bool strict, long long now)
{
    const char *sender = chat->sender.text;
    bool differs = strcmp(chat->ip_addr.text, peer_ip) != 0;
    long long late = now - chat->good_until;

    if (differs)
        kit_note("%s logged in from %s, but this comes from %s%s", sender,
                 chat->ip_addr.text, peer_ip,
                 strict ? ""
                        : ": this is harmless if the sender has several "
                          "networks; --strict-ip refuses such lines");
    if (late > 0)
        kit_note("the ticket of %s ended %lld s ago: ask %s to start again; if "
                 "it was fresh, compare this clock with the server's",
                 sender, late + KIT_CLOCK_SKEW, sender);
    return differs && strict ? kit_refused("address") : 0;
}

/* Removes the chats whose tickets have expired, and keeps the others' order. */
static void remove_expired(struct kit_chats *chats, long long now)
{
    size_t kept = 0;

    for (size_t i = 0; i < chats->used; i++)
        if (now <= chats->entries[i].keep_until)
            chats->entries[kept++] = chats->entries[i];
    kit_wipe(&chats->entries[kept],
             (chats->used - kept) * sizeof chats->entries[0]);
    chats->used = kept;
    link_all(chats);
}

static size_t count_chats(const struct kit_chats *chats, const char *sender)
{
    size_t count = 0;

    for (size_t i = 0; i < chats->used; i++)
        count += strcmp(chats->entries[i].chat.sender.text, sender) == 0;
    return count;
}

static bool has_room(const struct kit_chats *chats, const char *sender)
{
    return chats->used < KIT_CHATS_MAX &&
           count_chats(chats, sender) < KIT_CHATS_PER_SENDER;
}

/* Stores CHAT and TICKET in E, the entry that has the same key. */
static void take_over(struct kit_chats *chats, struct kit_chats_entry *e,
                      const struct kit_ticket *ticket,
                      const struct kit_chat *chat)
{
    e->chat = *chat;
    e->ticket = *ticket;
    if (e->keep_until < chat->good_until)
        e->keep_until = chat->good_until;
    link_all(chats);
}

/* Adds CHAT. Returns 0; or -1 if there is no room. */
static int add(struct kit_chats *chats, const struct kit_ticket *ticket,
               const struct kit_chat *chat, long long now)
{
    size_t i = find_key(chats, chat);

    if (i < chats->used) {
        take_over(chats, &chats->entries[i], ticket, chat);
        return 0;
    }
    if (!has_room(chats, chat->sender.text))
        remove_expired(chats, now);
    if (!has_room(chats, chat->sender.text))
        return -1;
    i = chats->used++;
    chats->entries[i].chat = *chat;
    chats->entries[i].ticket = *ticket;
    chats->entries[i].keep_until = chat->good_until;
    link_entry(chats, i);
    return 0;
}

int kit_chats_store(struct kit_chats *chats, const struct kit_ticket *ticket,
                    struct kit_chat *chat, long long now)
{
    uint32_t before = chat->stored_seq;
    bool is_new = !chat->stored;

    chat->stored_seq = chat->seq;
    chat->stored = true;
    if (is_new && add(chats, ticket, chat, now) != 0) {
        chat->stored_seq = before;
        chat->stored = false;
        return kit_refused("full");
    }
    if (chat->seq > before + 1)
        kit_note("%s: %" PRIu32 " of the texts before this one did not arrive",
                 chat->sender.text, chat->seq - before - 1);
    return 0;
}
