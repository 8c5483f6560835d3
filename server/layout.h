/* SPDX-License-Identifier: MIT */
/*
 * Whether the head of a request is laid out as RFC 9112 says: lines that end
 * in CR LF, none of them folded, no NUL in any.
 *
 * libmicrohttpd up to 0.9.76 forgives all of these and does not say so; later
 * ones can be told not to. layout.c is for the former, layout_strict.c for
 * the latter; both have these functions, and one of the two is compiled.
 */
#ifndef SERVER_LAYOUT_H
#define SERVER_LAYOUT_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

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

/* layout_option: what to tell libmicrohttpd when it starts. */
struct MHD_OptionItem layout_option(void);

#endif
