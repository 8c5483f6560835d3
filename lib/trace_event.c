/* SPDX-License-Identifier: MIT */
/* One buffer, and what is added to it: strings, numbers, trees, members. */
#include "lib/trace_event.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/crypto.h"
#include "lib/show.h"
#include "lib/trace_secrets.h"
#include "lib/utf8.h"
#include "lib/wire.h"

/* Bytes of a line. The longest has a body of 16 KiB twice, and each byte of it
   can become six. */
enum { LINE_SIZE = 1 << 18 };

/*
 * The line that is being written. It is static, because it is too large for the
 * stack of a thread, which has 128 KiB in musl. malloc could fail just
 * when the trace has to show why a program fails, and realloc would leave
 * copies of secrets behind. The lock of lib/trace.c gives it to one thread at a
 * time.
 */
static struct {
    bool for_terminal; /* it is text, not JSON */
    size_t len;
    char bytes[LINE_SIZE];
} line;

/* --- Values --------------------------------------------------------------- */

/* Adds bytes to the line. LINE_SIZE is enough: more would be cut off. */
static void put_bytes(const char *bytes, size_t len)
{
    size_t room = sizeof line.bytes - line.len;

    if (len > room)
        len = room;
    memcpy(line.bytes + line.len, bytes, len);
    line.len += len;
}

static void put(const char *string)
{
    put_bytes(string, strlen(string));
}

static void put_number(long long number)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", number);
    put(text);
}

/* Adds the character CODE, SIZE bytes at P, as part of a string. */
static void put_character(const char *p, size_t size, uint32_t code)
{
    char text[KIT_SHOWN_SIZE(4)];

    if (line.for_terminal && code != '"')
        kit_show(text, sizeof text, p, size);
    else if (code == '"' || code == '\\')
        snprintf(text, sizeof text, "\\%c", (char)code);
    else if (code >= 0x20 && code <= 0x7e && strchr("<>&'", (int)code) == NULL)
        snprintf(text, sizeof text, "%c", (char)code);
    else if (code <= 0xffff)
        snprintf(text, sizeof text, "\\u%04" PRIx32, code);
    else /* a surrogate pair */
        snprintf(text, sizeof text, "\\u%04" PRIx32 "\\u%04" PRIx32,
                 0xd800 + ((code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
    put(text);
}

/* Adds LEN bytes of UTF-8 as a string. */
static void put_string(const char *text, size_t len)
{
    put("\"");
    for (size_t at = 0, size; at < len; at += size) {
        uint32_t code;

        size = kit_utf8_next(&code, text + at, len - at);
        put_character(text + at, size, code);
    }
    put("\"");
}

static bool is_utf8(const char *text, size_t len)
{
    for (size_t at = 0, size; at < len; at += size) {
        uint32_t code;

        size = kit_utf8_next(&code, text + at, len - at);
        if (size == 0)
            return false;
    }
    return true;
}

static void put_hex(const uint8_t *bytes, size_t len)
{
    char digits[3];

    put("\"");
    for (size_t i = 0; i < len; i++) {
        kit_hex(digits, bytes + i, 1);
        put(digits);
    }
    put("\"");
}

static void put_hidden(size_t len)
{
    put(line.for_terminal ? "(" : "{\"hidden\":");
    put_number((long long)len);
    put(line.for_terminal ? " bytes hidden)" : "}");
}

/* Adds only the length of a value of a tree, because the value is hidden. */
static void put_hidden_item(const cJSON *item)
{
    char *json;

    if (cJSON_IsString(item)) {
        put_hidden(strlen(item->valuestring));
        return;
    }
    json = cJSON_PrintUnformatted(item);
    put_hidden(json == NULL ? 0 : strlen(json));
    if (json != NULL)
        kit_wipe(json, strlen(json));
    cJSON_free(json);
}

static void put_item(const cJSON *item, bool allowlist);

/* Adds the members of an object, or the items of an array. */
static void put_children(const cJSON *tree, bool allowlist)
{
    for (const cJSON *item = tree->child; item != NULL; item = item->next) {
        if (item != tree->child)
            put(",");
        if (kit_secrets_in_name(item))
            put("\"hidden\":");
        else if (item->string != NULL) {
            put_string(item->string, strlen(item->string));
            put(":");
        }
        if (kit_secrets_must_hide(item, allowlist))
            put_hidden_item(item);
        else
            put_item(item, allowlist);
    }
}

/* Adds the value of ITEM. A number that is not an integer becomes null. */
static void put_item(const cJSON *item, bool allowlist)
{
    if (cJSON_IsObject(item) || cJSON_IsArray(item)) {
        put(cJSON_IsObject(item) ? "{" : "[");
        put_children(item, allowlist);
        put(cJSON_IsObject(item) ? "}" : "]");
    } else if (cJSON_IsString(item))
        put_string(item->valuestring, strlen(item->valuestring));
    else if (cJSON_IsNumber(item) && !isnan(item->valuedouble))
        put_number((long long)item->valuedouble);
    else if (cJSON_IsBool(item))
        put(cJSON_IsTrue(item) ? "true" : "false");
    else
        put("null");
}

/* --- Members -------------------------------------------------------------- */

static bool is_absent(const struct kit_event_member *member)
{
    if (line.for_terminal && member->file_only)
        return true;
    return member->type == KIT_EVENT_NUMBER ? member->number == 0
                                            : member->data == NULL;
}

static void put_name(const char *name, bool hex)
{
    put(line.for_terminal ? " " : ",\"");
    put(name);
    put(hex ? "_hex" : "");
    put(line.for_terminal ? "=" : "\":");
}

static void put_member(const struct kit_event_member *member)
{
    bool hex =
        member->type == KIT_EVENT_TEXT && !is_utf8(member->data, member->len);

    put_name(member->name, hex);
    if (member->type == KIT_EVENT_NUMBER)
        put_number(member->number);
    else if (member->type == KIT_EVENT_HIDDEN)
        put_hidden(member->len);
    else if (member->type == KIT_EVENT_TREE)
        put_item(member->data, member->allowlist);
    else if (member->type == KIT_EVENT_HEX || hex)
        put_hex(member->data, member->len);
    else
        put_string(member->data, member->len);
}

static void put_members(const struct kit_event_member *members)
{
    for (; members->name != NULL; members++) {
        if (!is_absent(members))
            put_member(members);
    }
}

/* --- Events --------------------------------------------------------------- */

static void put_text(const char *name, const char *string)
{
    put_member(&(struct kit_event_member){
        .name = name,
        .type = KIT_EVENT_TEXT,
        .data = string,
        .len = strlen(string),
    });
}

const char *kit_event_for_file(size_t *len, const struct kit_event *event)
{
    kit_event_wipe();
    line.for_terminal = false;
    put("{\"n\":");
    put_number(event->n);
    put_name("us", false);
    put_number(event->us);
    put_text("program", event->program);
    put_text("user", event->user);
    put_text("event", event->name);
    put_members(event->members);
    put("}\n");
    *len = line.len;
    return line.bytes;
}

/* The colour of an EVENT on a terminal. */
static const char *colour_of(const char *event)
{
    if (strcmp(event, "refused") == 0 || strcmp(event, "not_opened") == 0)
        return "\033[31m"; /* red */
    if (strcmp(event, "sent") == 0 || strcmp(event, "received") == 0)
        return "\033[36m"; /* cyan */
    return "\033[32m";     /* green */
}

const char *kit_event_for_terminal(size_t *len, const struct kit_event *event,
                                   bool coloured)
{
    kit_event_wipe();
    line.for_terminal = true;
    put("[");
    put_number(event->n);
    put("] ");
    put(coloured ? colour_of(event->name) : "");
    put(event->name);
    put(coloured ? "\033[0m" : "");
    put_members(event->members);
    put("\n");
    *len = line.len;
    return line.bytes;
}

void kit_event_wipe(void)
{
    kit_wipe(line.bytes, line.len);
    line.len = 0;
}
