/* SPDX-License-Identifier: MIT */
/*
 * Whether the head of a request is laid out as RFC 9112 says: lines that end
 * in CR LF, none of them folded, no NUL in any.
 *
 * libmicrohttpd up to 0.9.77 forgives all of these and does not tell, not even
 * in its strict mode. Newer ones reject them in their strict mode: with these
 * (LIBRARY_STRICT in server/library.h) nothing here may be called but
 * layout_option, since it depends on where the old ones put the pieces.
 */
#ifndef SERVER_LAYOUT_H
#define SERVER_LAYOUT_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct layout {
    bool clean;       /* nothing wrong so far */
    const char *next; /* where the next line must begin */
};

/*
 * layout_begin: the request line, in the pieces that libmicrohttpd hands out:
 * TARGET_END is where the target ended before it was unescaped.
 */
void layout_begin(struct layout *layout, const char *method, const char *target,
                  const char *target_end, const char *version);

/* layout_field: the next header field, as it was handed out. */
void layout_field(struct layout *layout, const char *name, size_t name_len,
                  const char *value, size_t value_len);

/* layout_end: all fields were there; the head from METHOD on has SIZE bytes. */
void layout_end(struct layout *layout, const char *method, size_t size);

/*
 * layout_option: how strict the libmicrohttpd of this VERSION (as
 * library_version returns it) is to be.
 */
struct MHD_OptionItem layout_option(uint32_t version);

#endif
