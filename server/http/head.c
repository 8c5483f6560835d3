/* SPDX-License-Identifier: MIT */
/* Checking the header fields and how the head is laid out. */
#include "server/http/head.h"

#include <string.h>
#include <strings.h>

#include "server/http/daemon.h"
#include "server/http/library.h"

/* --- The layout, for libmicrohttpd up to 0.9.77 --------------------------- */

/*
 * In RFC 9112 every line ends in CR LF, no line is folded, and no line has a
 * NUL. libmicrohttpd up to 0.9.77 accepts heads that break these rules, even in
 * its strict mode, and does not report it. Newer versions reject them in strict
 * mode. With newer versions these functions are not called, since they depend
 * on how the old versions parse.
 *
 * The old versions parse the head in place: they overwrite each separator with
 * zeros and return pointers to the pieces between. So in a clean head there is
 * a known gap between each piece and the next:
 *
 *     POST 0 /login 0 HTTP/1.1 0 0 Name 0 blanks value 0 0 ... 0 0
 *
 * A folded line is moved elsewhere, a NUL ends a piece early, and a bare LF
 * leaves one zero instead of two. In each case the next piece does not begin
 * where it should, or the sum is not the size of the head.
 *
 * NUL LF leaves the same zeros as CR LF and is not detected. That is no
 * problem: both end the line, so the head still has one meaning.
 */
enum { SPACE = 1, COLON = 1, CRLF = 2 }; /* bytes of the separators */

struct layout {
    bool is_clean;    /* no mistake so far */
    const char *next; /* where the next line must begin */
};

static void layout_begin(struct layout *layout, const struct head_line *line)
{
    layout->is_clean =
        line->method + strlen(line->method) + SPACE == line->target &&
        line->target_end + SPACE == line->version;
    layout->next = line->version + strlen(line->version) + CRLF;
}

static void layout_field(struct layout *layout, const char *name,
                         size_t name_len, const char *value, size_t value_len)
{
    const char *p = name + name_len + COLON;

    if (name != layout->next || value == NULL) {
        layout->is_clean = false;
        return;
    }
    /* Only blanks come before VALUE, unless the library moved it. */
    while (p != value && (*p == ' ' || *p == '\t'))
        p++;
    if (p != value)
        layout->is_clean = false;
    layout->next = value + value_len + CRLF;
}

/* After the last field: the head, from METHOD on, has SIZE bytes. */
static void layout_end(struct layout *layout, const char *method, size_t size)
{
    if (layout->next + CRLF != method + size)
        layout->is_clean = false;
}

/* --- The fields ----------------------------------------------------------- */

enum {
    /* Bytes of a head: DAEMON_MEMORY less what the answer needs. */
    SIZE_MOST = DAEMON_MEMORY - 4096,
    /* What libmicrohttpd notes about each field, and its ": " and CRLF. */
    FIELD_SIZE = 72,
};

/* The context of on_field, which libmicrohttpd calls for each field. */
struct walk {
    struct head *head;
    size_t size;          /* bytes of memory that the head needs */
    bool is_strict;       /* the library checks the layout */
    struct layout layout; /* used only if it does not */
};

/* The characters of a token, tchar (RFC 9110, section 5.6.2). */
static bool is_tchar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* A field name is a token: no blank before the colon. */
static bool is_name(const char *name, size_t len)
{
    size_t n = 0;

    while (n < len && is_tchar(name[n]))
        n++;
    return len > 0 && n == len;
}

/* A value has no control characters but tab (RFC 9110, section 5.5), so no bare
   CR either. */
static bool is_value(const char *value, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)value[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static void on_length(struct head *head, const char *value)
{
    size_t length = 0;

    head->lengths++;
    if (value[0] == '\0')
        head->is_valid = false;
    for (; *value != '\0'; value++) {
        if (*value < '0' || *value > '9')
            head->is_valid = false;
        /* Any number over the limit is rejected. Stop before it overflows. */
        length = length > KIT_REQUEST_MAX
                     ? SIZE_MAX
                     : 10 * length + (size_t)(*value - '0');
    }
    head->length = length;
}

/* A body must have a Content-Length: chunked ones are not accepted. */
static void on_coding(struct head *head, const char *value)
{
    head->is_valid = false;
}

static void on_origin(struct head *head, const char *value)
{
    head->has_origin = true;
}

static void on_host(struct head *head, const char *value)
{
    head->hosts++;
}

static const struct {
    const char *name;
    void (*on)(struct head *head, const char *value);
} fields[] = {
    {"Content-Length", on_length},
    {"Transfer-Encoding", on_coding},
    {"Origin", on_origin},
    {"Host", on_host},
};

static enum MHD_Result on_field(void *context, enum MHD_ValueKind kind,
                                const char *name, size_t name_len,
                                const char *value, size_t value_len)
{
    struct walk *walk = context;

    if (!walk->is_strict)
        layout_field(&walk->layout, name, name_len, value, value_len);
    walk->size += name_len + value_len + FIELD_SIZE;
    if (value == NULL || !is_name(name, name_len) ||
        !is_value(value, value_len)) {
        walk->head->is_valid = false;
        return MHD_YES;
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcasecmp(name, fields[i].name) == 0)
            fields[i].on(walk->head, value);
    }
    return MHD_YES;
}

/* Reads all fields and, for an old library, checks the layout. */
static void walk_with_layout(struct walk *walk,
                             struct MHD_Connection *connection,
                             const struct head_line *line)
{
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    layout_begin(&walk->layout, line);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_field, walk);
    layout_end(&walk->layout, line->method,
               size == NULL ? 0 : size->header_size);
    if (!walk->layout.is_clean)
        walk->head->is_valid = false;
}

void head_read(struct head *head, struct MHD_Connection *connection,
               const struct head_line *line)
{
    struct walk walk = {.head = head,
                        .size = (size_t)(line->target_end - line->target),
                        .is_strict = line->is_strict};

    memset(head, 0, sizeof *head);
    head->is_valid = true;
    if (line->is_strict)
        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_field,
                                    &walk);
    else
        walk_with_layout(&walk, connection, line);
    if (head->lengths > 1 || head->hosts != 1 || walk.size > SIZE_MOST)
        head->is_valid = false;
}

/*
 * Level 1 is as strict as RFC 9112 allows. Higher levels would also reject the
 * empty line that a client may send before a request (section 2.2). For an old
 * library it is 0: its strict mode misses what matters and sends other error
 * messages, so the checks above do all the work.
 */
struct MHD_OptionItem head_option(uint32_t version)
{
    return (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT,
                                   version >= LIBRARY_STRICT, NULL};
}
