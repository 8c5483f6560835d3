/* SPDX-License-Identifier: MIT */
#include "tests/bench/peers/messages_json.h"

#include <string.h>

static const char *skip_space(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\r')
        at++;
    return at;
}

/* Reads a string without escapes at AT. Returns what follows, or NULL. */
static const char *read_string(struct json_value *out, const char *at)
{
    const char *end = *at == '"' ? strchr(at + 1, '"') : NULL;

    if (end == NULL)
        return NULL;
    *out = (struct json_value){at + 1, (size_t)(end - at - 1)};
    return memchr(out->bytes, '\\', out->len) == NULL ? end + 1 : NULL;
}

/* Reads a string or a number. Returns as read_string. */
static const char *read_value(struct json_value *out, const char *at)
{
    if (*at == '"')
        return read_string(out, at);
    *out = (struct json_value){at, strspn(at, "-0123456789")};
    return out->len > 0 ? at + out->len : NULL;
}

/* Stores VALUE if NAME is one of NAMES. Returns -1 if it was there before. */
static int store(struct json_value *out, const char *const *names, int count,
                 const struct json_value *name, const struct json_value *value)
{
    for (int i = 0; i < count; i++) {
        if (strlen(names[i]) != name->len ||
            memcmp(names[i], name->bytes, name->len) != 0)
            continue;
        if (out[i].bytes != NULL)
            return -1;
        out[i] = *value;
    }
    return 0;
}

/* Returns what follows the last member, or NULL. */
static const char *read_members(struct json_value *out,
                                const char *const *names, int count,
                                const char *at)
{
    struct json_value name, value;

    do {
        at = read_string(&name, skip_space(at + 1));
        if (at == NULL || *(at = skip_space(at)) != ':')
            return NULL;
        at = read_value(&value, skip_space(at + 1));
        if (at == NULL || store(out, names, count, &name, &value) != 0)
            return NULL;
        at = skip_space(at);
    } while (*at == ',');
    return at;
}

int json_members(struct json_value *out, const char *const *names, int count,
                 const char *text)
{
    const char *at = skip_space(text);

    memset(out, 0, (size_t)count * sizeof out[0]);
    at = *at == '{' ? read_members(out, names, count, at) : NULL;
    if (at == NULL || *at != '}' || *skip_space(at + 1) != '\0')
        return -1;
    for (int i = 0; i < count; i++) {
        if (out[i].bytes == NULL)
            return -1;
    }
    return 0;
}
