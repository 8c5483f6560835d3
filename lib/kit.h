/* SPDX-License-Identifier: MIT */
/*
 * Everything the kit gives to sender and receiver, in the order in which one
 * meets it. Each header is its own manual.
 */
#ifndef KIT_KIT_H
#define KIT_KIT_H

#include "backends/crypto.h" /* random bytes, seal, open, wipe */
#include "lib/box.h"         /* SEALED: a box as base64 in JSON */
#include "lib/client.h"      /* command line, password, server */
#include "lib/clock.h"       /* what time it is */
#include "lib/hkdf.h"        /* keys from tokens and secrets */
#include "lib/http.h"        /* a question to the server, its answer */
#include "lib/inbox.h"       /* lines from senders */
#include "lib/input.h"       /* the texts a user types */
#include "lib/json.h"        /* reading and writing JSON, strictly */
#include "lib/outbox.h"      /* lines to a receiver */
#include "lib/replay.h"      /* the last number of every secret */
#include "lib/say.h"         /* errors, notes, refusals */
#include "lib/show.h"        /* text of others, harmless on a terminal */
#include "lib/wire.h"        /* the protocol's words and limits */

#endif
