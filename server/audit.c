/* SPDX-License-Identifier: MIT */
/* Every field of a head: its spelling, and the few that matter. */
#include "server/audit.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "server/layout.h"

/* What goes through libmicrohttpd's callback. */
struct walk {
    struct audit *audit;
    bool is_strict;       /* the library has looked at the layout */
    struct layout layout; /* otherwise */
};

/* What a token is made of, a tchar (RFC 9110, 5.6.2). */
static bool is_tchar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* A name is a token: no blank before the colon. */
static bool is_name(const char *name, size_t len)
{
    size_t n = 0;

    while (n < len && is_tchar(name[n]))
        n++;
    return len > 0 && n == len;
}

/* A value has no control characters but tab (5.5): no CR on its own. */
static bool is_value(const char *value, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)value[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static void see_length(struct audit *audit, const char *value)
{
    size_t length = 0;

    audit->lengths++;
    if (value[0] == '\0')
        audit->sound = false;
    for (; *value != '\0'; value++) {
        if (*value < '0' || *value > '9')
            audit->sound = false;
        /* Any number over the limit is as good as the largest. */
        length = length > KIT_REQUEST_MAX
                     ? SIZE_MAX
                     : 10 * length + (size_t)(*value - '0');
    }
    audit->length = length;
}

static void see_coding(struct audit *audit, const char *value)
{
    audit->sound = false;
}

static void see_origin(struct audit *audit, const char *value)
{
    audit->origin = true;
}

static void see_host(struct audit *audit, const char *value)
{
    audit->hosts++;
}

static const struct {
    const char *name;
    void (*see)(struct audit *audit, const char *value);
} fields[] = {
    {"Content-Length", see_length},
    {"Transfer-Encoding", see_coding},
    {"Origin", see_origin},
    {"Host", see_host},
};

static enum MHD_Result see(void *context, enum MHD_ValueKind kind,
                           const char *name, size_t name_len, const char *value,
                           size_t value_len)
{
    struct walk *walk = context;

    if (!walk->is_strict)
        layout_field(&walk->layout, name, name_len, value, value_len);
    if (value == NULL || !is_name(name, name_len) ||
        !is_value(value, value_len)) {
        walk->audit->sound = false;
        return MHD_YES;
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcasecmp(name, fields[i].name) == 0)
            fields[i].see(walk->audit, value);
    }
    return MHD_YES;
}

/* Looks at all fields, and at how the old library laid them out. */
static void walk_laid_out(struct walk *walk, struct MHD_Connection *connection,
                          const struct audit_line *line)
{
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    layout_begin(&walk->layout, line->method, line->target, line->target_end,
                 line->version);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, see, walk);
    layout_end(&walk->layout, line->method,
               size == NULL ? 0 : size->header_size);
    if (!walk->layout.clean)
        walk->audit->sound = false;
}

void audit_head(struct audit *audit, struct MHD_Connection *connection,
                const struct audit_line *line)
{
    struct walk walk = {.audit = audit, .is_strict = line->is_strict};

    memset(audit, 0, sizeof *audit);
    audit->sound = true;
    if (line->is_strict)
        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, see, &walk);
    else
        walk_laid_out(&walk, connection, line);
    if (audit->lengths > 1 || audit->hosts != 1)
        audit->sound = false;
}
