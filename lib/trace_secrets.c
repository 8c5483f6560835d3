/* SPDX-License-Identifier: MIT */
/* Finds secrets by the names of members, and by their values. */
#include "lib/trace_secrets.h"

#include <stdio.h>
#include <string.h>

#include "backends/crypto.h"
#include "lib/json.h"
#include "lib/wire.h"

enum { SECRETS = 64 }; /* how many secrets are remembered */

/* The last secrets, to hide them where they do not belong: in message 5, in a
   text, in associated data. */
static struct {
    bool shown; /* nothing is hidden */
    char last[SECRETS][KIT_TOKEN_MAX + 1];
    size_t next; /* where to put the next one, modulo SECRETS */
} secrets;

/* The members that are not secret in messages 1 to 4 and in tickets. */
static const char *const shown_names[] = {
    "username",   "port",  "receiver", "ip_addr", "senderinfo",
    "expires_in", "error", "exp",      NULL};

/* The members that are secret in message 5, where they do not belong. */
static const char *const secret_names[] = {"password", "token", "secret", "key",
                                           NULL};

void kit_secrets_begin(bool shown)
{
    secrets.shown = shown;
}

void kit_secrets_end(void)
{
    kit_wipe(secrets.last, sizeof secrets.last);
    secrets.next = 0;
}

bool kit_secrets_shown(void)
{
    return secrets.shown;
}

/* --- By their values ------------------------------------------------------ */

static bool contains(const char *text, size_t len, const char *part)
{
    size_t part_len = strlen(part);

    for (size_t at = 0; at + part_len <= len; at++) {
        if (memcmp(text + at, part, part_len) == 0)
            return true;
    }
    return false;
}

bool kit_secrets_in_text(const char *text, size_t len)
{
    if (secrets.shown)
        return false;
    for (size_t i = 0; i < SECRETS; i++) {
        if (secrets.last[i][0] != '\0' && contains(text, len, secrets.last[i]))
            return true;
    }
    return false;
}

bool kit_secrets_in_name(const cJSON *item)
{
    return item->string != NULL &&
           kit_secrets_in_text(item->string, strlen(item->string));
}

void kit_secrets_remember(const char *secret)
{
    if (!kit_is_token(secret) || kit_secrets_in_text(secret, strlen(secret)))
        return;
    snprintf(secrets.last[secrets.next++ % SECRETS], sizeof secrets.last[0],
             "%s", secret);
}

void kit_secrets_remember_members(const cJSON *tree)
{
    kit_secrets_remember(kit_json_string(tree, "password"));
    kit_secrets_remember(kit_json_string(tree, "token"));
    kit_secrets_remember(kit_json_string(tree, "secret"));
}

/* --- By the names of members ---------------------------------------------- */

static bool is_in(const char *const *list, const char *name)
{
    while (*list != NULL && strcmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

/* Whether members with the name of ITEM are hidden, whatever their value. */
static bool has_secret_name(const cJSON *item, bool allowlist)
{
    bool nested = cJSON_IsObject(item) || cJSON_IsArray(item);

    if (item->string == NULL)
        return false;
    if (is_in(secret_names, item->string))
        return true;
    /* No harmless member of the protocol is an object or an array. */
    return allowlist && (nested || !is_in(shown_names, item->string));
}

/* Whether the string ITEM looks like a token where a name or a word belongs:
   one that was traced long ago is no longer remembered. */
static bool is_misplaced(const cJSON *item)
{
    return item->string != NULL && strcmp(item->string, "senderinfo") != 0 &&
           strcmp(item->string, "ip_addr") != 0 &&
           kit_is_token(item->valuestring) &&
           strlen(item->valuestring) > KIT_NAME_MAX;
}

bool kit_secrets_must_hide(const cJSON *item, bool allowlist)
{
    if (secrets.shown)
        return false;
    if (has_secret_name(item, allowlist))
        return true;
    return cJSON_IsString(item) &&
           ((allowlist && is_misplaced(item)) ||
            kit_secrets_in_text(item->valuestring, strlen(item->valuestring)));
}

bool kit_secrets_must_hide_part(const cJSON *tree, bool allowlist)
{
    const cJSON *item = tree == NULL ? NULL : tree->child;

    for (; item != NULL; item = item->next) {
        if (kit_secrets_must_hide(item, allowlist) ||
            kit_secrets_in_name(item) ||
            kit_secrets_must_hide_part(item, allowlist))
            return true;
    }
    return false;
}
