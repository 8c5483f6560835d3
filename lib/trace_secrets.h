/* SPDX-License-Identifier: MIT */
/*
 * Which values a trace hides. For lib/trace.c and lib/trace_event.c only, which
 * hold the lock of the trace.
 *
 * A value is hidden if its member has the name of a secret, or if it contains a
 * secret that the program has traced before.
 *
 * For names there are two rules. With ALLOWLIST, all members are hidden except
 * those known to be harmless: messages 1 to 4 and tickets have secrets, and a
 * program may misspell the name of one. A harmless member is also hidden if its
 * value looks like a token and not like a name: longer than any name, and
 * without spaces. This does not apply to senderinfo and ip_addr, which can look
 * like that. Without ALLOWLIST, only members with the name of a secret are
 * hidden: message 5 should have no secrets.
 */
#ifndef KIT_TRACE_SECRETS_H
#define KIT_TRACE_SECRETS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* kit_secrets_begin: begins a trace. SHOWN: hide nothing, for --trace-keys. */
void kit_secrets_begin(bool shown);

/* kit_secrets_end: wipes all secrets that it remembers. */
void kit_secrets_end(void);

/* kit_secrets_shown: whether nothing is hidden. */
bool kit_secrets_shown(void);

/*
 * kit_secrets_remember: remembers a token, a secret or a key in hex. The oldest
 * is forgotten if there are too many. SECRET may be NULL. Strings of less than
 * 16 characters, like most passwords, are not remembered: they can be words of
 * a harmless text.
 */
void kit_secrets_remember(const char *secret);

/*
 * kit_secrets_remember_members: remembers the secrets in the object TREE, which
 * may be NULL.
 */
void kit_secrets_remember_members(const cJSON *tree);

/*
 * kit_secrets_in_text: whether the LEN bytes of TEXT must be hidden because
 * they contain a secret that is remembered.
 */
bool kit_secrets_in_text(const char *text, size_t len);

/* kit_secrets_in_name: the same for the name of ITEM, if it has one. */
bool kit_secrets_in_name(const cJSON *item);

/*
 * kit_secrets_must_hide: whether the whole value of ITEM is hidden. If not, it
 * may still have members that are.
 */
bool kit_secrets_must_hide(const cJSON *item, bool allowlist);

/*
 * kit_secrets_must_hide_part: whether something in TREE is hidden: the name or
 * the value of a member, at any depth. TREE may be NULL.
 */
bool kit_secrets_must_hide_part(const cJSON *tree, bool allowlist);

#endif
