/* SPDX-License-Identifier: MIT */
/* Reads members of fixed types (protocol.md section 2). */
#include "lib/members.h"

#include <string.h>

int kit_json_name(struct kit_name *out, const cJSON *object, const char *name)
{
    return kit_json_copy(out->text, sizeof out->text, object, name,
                         kit_is_name);
}

int kit_json_address(struct kit_address *out, const cJSON *object,
                     const char *name)
{
    return kit_json_copy(out->text, sizeof out->text, object, name,
                         kit_is_address);
}

int kit_json_port(uint16_t *out, const cJSON *object, const char *name,
                  uint16_t missing)
{
    long long port = missing;
    int rc = 0;

    if (kit_json_has(object, name))
        rc = kit_json_integer(&port, object, name, 1, UINT16_MAX);
    *out = (uint16_t)port;
    return rc;
}

int kit_json_token(struct kit_token *out, const cJSON *object, const char *name)
{
    return kit_json_copy(out->text, sizeof out->text, object, name,
                         kit_is_token);
}

int kit_json_secret(struct kit_secret *out, const cJSON *object,
                    const char *name)
{
    return kit_json_copy(out->text, sizeof out->text, object, name,
                         kit_is_token);
}

int kit_json_ticket(struct kit_ticket *out, const cJSON *object,
                    const char *name)
{
    return kit_json_copy(out->text, sizeof out->text, object, name,
                         kit_is_sealed);
}

int kit_json_box(struct kit_box *out, const cJSON *object, const char *name)
{
    return kit_box_decode(out, kit_json_string(object, name));
}

int kit_json_seq(uint32_t *out, const cJSON *object, const char *name)
{
    long long seq;
    int rc = kit_json_integer(&seq, object, name, 1, KIT_SEQ_MAX);

    *out = (uint32_t)seq;
    return rc;
}

int kit_json_good_until(long long *out, const cJSON *object, const char *name)
{
    /* Up to LATEST, adding the skew cannot overflow. The real limit is lower:
       kit_json_integer rejects everything beyond 2^53. */
    const long long latest = KIT_NEVER - KIT_CLOCK_SKEW;
    long long exp;

    *out = KIT_NEVER;
    if (!kit_json_has(object, name))
        return 0;
    *out = 0;
    if (kit_json_integer(&exp, object, name, 1, latest) != 0)
        return -1;
    *out = exp + KIT_CLOCK_SKEW;
    return 0;
}

int kit_json_same_or_missing(const char *expected, const cJSON *object,
                             const char *name)
{
    const char *found = kit_json_string(object, name);

    if (!kit_json_has(object, name))
        return 0;
    return found != NULL && strcmp(found, expected) == 0 ? 0 : -1;
}

int kit_json_line(struct kit_line *line, const cJSON *object)
{
    int rc = kit_json_print(line->bytes, sizeof line->bytes, object);

    line->len = strlen(line->bytes);
    return rc;
}
