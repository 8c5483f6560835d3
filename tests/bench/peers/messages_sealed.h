/* SPDX-License-Identifier: MIT */
/*
 * Sealing and opening the values that protocol.md calls SEALED, as fast as
 * possible: libsodium is called directly, base64 uses tables, and random bytes
 * are drawn for many nonces at once.
 */
#ifndef TESTS_BENCH_PEERS_MESSAGES_SEALED_H
#define TESTS_BENCH_PEERS_MESSAGES_SEALED_H

#include <sodium.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/wire.h"

enum {
    SEALED_KEY = crypto_aead_chacha20poly1305_ietf_KEYBYTES,
    SEALED_BUFFER = 1 << 16, /* more than the longest text or line */
};

/* The associated data of a chat: "alice>bob#1". */
struct sealed_ad {
    char text[KIT_AD_SIZE];
    size_t names; /* the length up to the seq: "alice>bob#" */
    size_t len;
};

/* sealed_prepare: starts libsodium and fills the tables. Call it once. */
void sealed_prepare(void);

/* sealed_key: K(STRING, LABEL) of protocol.md. */
void sealed_key(uint8_t out[SEALED_KEY], const char *string, const char *label);

/* sealed_ad_names, sealed_ad_seq: set the names, and then the seq, of AD. */
void sealed_ad_names(struct sealed_ad *ad, const char *sender,
                     const char *receiver);
void sealed_ad_seq(struct sealed_ad *ad, uint32_t seq);

/* sealed_ad_ticket: sets AD to the associated data of a ticket. */
void sealed_ad_ticket(struct sealed_ad *ad, const char *receiver);

/*
 * sealed_make: writes SEALED to OUT, without a terminating zero. TEXT has at
 * most KIT_TEXT_MAX bytes. Returns the length of OUT.
 */
size_t sealed_make(char *out, const uint8_t key[SEALED_KEY],
                   const struct sealed_ad *ad, const char *text, size_t len);

/*
 * sealed_open: writes the text to OUT, which has room for SEALED_BUFFER bytes.
 * Returns its length, or -1 if SEALED was not made with KEY and AD.
 */
long sealed_open(char *out, const uint8_t key[SEALED_KEY],
                 const struct sealed_ad *ad, const char *sealed, size_t len);

#endif
