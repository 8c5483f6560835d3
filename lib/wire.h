/* SPDX-License-Identifier: MIT */
/* The syntax and limits of the protocol (protocol.md sections 1 and 2). */
#ifndef KIT_WIRE_H
#define KIT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

enum {
    KIT_NAME_MAX = 32,      /* characters of a NAME */
    KIT_TOKEN_MIN = 16,     /* characters of a token or a secret, at least */
    KIT_TOKEN_MAX = 128,    /* ... and at most */
    KIT_TOKEN_BYTES = 32,   /* random bytes in a token that our server makes */
    KIT_PASSWORD_MAX = 128, /* bytes of a password */
    KIT_REQUEST_MAX = 4096, /* bytes of the body of a request to the server */
    KIT_TICKET_MAX = 1024,  /* characters of senderinfo in M4 and M5 */
    KIT_TEXT_MAX = 4096,    /* bytes of one chat text */
    KIT_LINE_MAX = 8192,    /* bytes of M5 with its newline */
    KIT_SEQ_MAX = 2147483647, /* the largest seq; the first is 1 */
    KIT_PORT_DEFAULT = 4444,  /* where a receiver listens by default */
    KIT_IP_SIZE = 46,         /* INET6_ADDRSTRLEN: an address and its zero */
    KIT_CLOCK_SKEW = 300,     /* seconds that a ticket is valid after exp */
    KIT_TICKET_LIFE = 3600,   /* seconds from M4 to exp */
    KIT_TOKEN_LIFE = 43200,   /* seconds from M2 to the end of the session */
    /* "alice>bob#2147483647" with the longest names, and its zero. */
    KIT_AD_SIZE = KIT_NAME_MAX + 1 + KIT_NAME_MAX + 1 + 10 + 1,
};

/*
 * Each value whose length is limited has its own type. The string in it always
 * has a terminating zero, and is empty until the value has been read.
 */
struct kit_name {
    char text[KIT_NAME_MAX + 1]; /* a NAME: alice */
};

struct kit_address {
    char text[KIT_IP_SIZE]; /* numeric, IPv4 or IPv6 */
};

struct kit_token {
    char text[KIT_TOKEN_MAX + 1]; /* of a session, from M2 */
};

struct kit_secret {
    char text[KIT_TOKEN_MAX + 1]; /* of a chat, from M4 or its ticket */
};

struct kit_ticket {
    char text[KIT_TICKET_MAX + 1]; /* senderinfo, as it travels: SEALED */
};

struct kit_ad {
    char text[KIT_AD_SIZE]; /* associated data: alice>bob#1 */
};

struct kit_line {
    size_t len;               /* without a newline */
    char bytes[KIT_LINE_MAX]; /* M5, with a terminating zero */
};

/* The labels for kit_derive (protocol.md section 2). */
#define KIT_LABEL_TICKET  "senderinfo"
#define KIT_LABEL_MESSAGE "message"

/* kit_is_name: whether S is a NAME. False for NULL, like all kit_is_*. */
bool kit_is_name(const char *s);

/* kit_is_token: whether S is a TOKEN: a session token or a secret. */
bool kit_is_token(const char *s);

/* kit_is_password: whether S can be a password: 1 to 128 bytes of UTF-8. */
bool kit_is_password(const char *s);

/* kit_is_address: whether S is a numeric IPv4 or IPv6 address, not a name. */
bool kit_is_address(const char *s);

/*
 * kit_ad_ticket: sets AD to the associated data of a ticket for RECEIVER,
 * "senderinfo>bob" (protocol.md section 2). Returns 0; or -1 with AD empty if
 * RECEIVER is not a NAME.
 */
int kit_ad_ticket(struct kit_ad *ad, const char *receiver) KIT_MUST_CHECK;

/*
 * kit_ad_message: sets AD to the associated data of text SEQ from SENDER to
 * RECEIVER, "alice>bob#1" (protocol.md section 2). Returns 0; or -1 with AD
 * empty if SENDER or RECEIVER is not a NAME or SEQ is not from 1 to
 * KIT_SEQ_MAX.
 */
int kit_ad_message(struct kit_ad *ad, const char *sender, const char *receiver,
                   uint32_t seq) KIT_MUST_CHECK;

/*
 * kit_hex: writes LEN bytes to OUT as lower-case hex, with a terminating zero.
 * OUT has room for 2 * LEN + 1 characters.
 */
void kit_hex(char *out, const uint8_t *bytes, size_t len);

/*
 * kit_random_hex: writes a new token or secret to OUT: KIT_TOKEN_BYTES random
 * bytes as lower-case hex, with a terminating zero. OUT_SIZE must be at least
 * 2 * KIT_TOKEN_BYTES + 1. Returns 0; or -1 with OUT zero.
 */
int kit_random_hex(char *out, size_t out_size) KIT_MUST_CHECK;

#endif
