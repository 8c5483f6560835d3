/* SPDX-License-Identifier: MIT */
/*
 * The layout of a head, for libmicrohttpd up to 0.9.77.
 *
 * It parses the head where it was read: it overwrites each separator with
 * zeros and hands out pointers to what stands between. So the pieces of a
 * clean head lie one behind the other with gaps that are known:
 *
 *     POST 0 /login 0 HTTP/1.1 0 0 Name 0 blanks value 0 0 ... 0 0
 *
 * A folded line is moved elsewhere, a NUL cuts a piece short, a bare LF
 * leaves one zero instead of two: in each case the next piece does not begin
 * where it should, or the sum is not the size of the head.
 *
 * One shape cannot be told from CR LF, since it leaves the same zeros: NUL LF.
 * Both end the line here, so nobody reads it in two ways.
 */
#include "server/layout.h"

#include <string.h>

#include "server/library.h"

enum { SPACE = 1, COLON = 1, CRLF = 2 }; /* bytes of what separates */

void layout_begin(struct layout *layout, const char *method, const char *target,
                  const char *target_end, const char *version)
{
    layout->clean = method + strlen(method) + SPACE == target &&
                    target_end + SPACE == version;
    layout->next = version + strlen(version) + CRLF;
}

void layout_field(struct layout *layout, const char *name, size_t name_len,
                  const char *value, size_t value_len)
{
    const char *p = name + name_len + COLON;

    if (name != layout->next || value == NULL) {
        layout->clean = false;
        return;
    }
    /* VALUE stands behind the blanks; whoever moved it is no blank. */
    while (p != value && (*p == ' ' || *p == '\t'))
        p++;
    if (p != value)
        layout->clean = false;
    layout->next = value + value_len + CRLF;
}

void layout_end(struct layout *layout, const char *method, size_t size)
{
    if (layout->next + CRLF != method + size)
        layout->clean = false;
}

/*
 * 1 is as strict as RFC 9112 lets a server be. More would also reject the
 * empty line that a client may send before its request (section 2.2). An old
 * library is not strict where it matters, and its refusals are not ours.
 */
struct MHD_OptionItem layout_option(uint32_t version)
{
    return (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT,
                                   version >= LIBRARY_STRICT, NULL};
}
