/* SPDX-License-Identifier: MIT */
/*
 * Everything that sender and receiver use. Each header is the manual of its
 * functions.
 */
#ifndef KIT_KIT_H
#define KIT_KIT_H

#include <string.h>   /* strcmp */
#include <sysexits.h> /* EX_OK and the other exit codes */

/* Cryptography. */
#include "backends/crypto.h" /* random bytes, seal, open, wipe */
#include "lib/hkdf.h"        /* keys from tokens and secrets */

/* What messages are made of. */
#include "lib/box.h"     /* seals, opens, and writes boxes as base64 */
#include "lib/chats.h"   /* the receiver's chats */
#include "lib/json.h"    /* reads and writes JSON, strictly */
#include "lib/members.h" /* reads each member into a variable of its type */
#include "lib/wire.h"    /* syntax, types and limits of the protocol */

/* Connections. */
#include "lib/client.h" /* command line, password, listening */
#include "lib/http.h"   /* requests to the server, and its responses */
#include "lib/inbox.h"  /* receives lines from many senders */
#include "lib/outbox.h" /* sends lines to a receiver */

/* The user. */
#include "lib/clock.h" /* the time of day, milliseconds */
#include "lib/input.h" /* reads the texts that the user types */
#include "lib/say.h"   /* prints errors, notes and refusals */
#include "lib/show.h"  /* makes text safe to show on a terminal */

/* KIT_WIPE: overwrites a variable with zeros: KIT_WIPE(secret). */
#define KIT_WIPE(variable) kit_wipe(&(variable), sizeof(variable))

#endif
