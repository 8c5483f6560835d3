/* SPDX-License-Identifier: MIT */
/*
 * Formats with placeholders: "$seq", or "${seq}" where a letter follows. "$40"
 * is 40 random letters, and "$zero" is a zero byte.
 */
#ifndef GRADE_PLACEHOLDERS_H
#define GRADE_PLACEHOLDERS_H

#include <stddef.h>

struct placeholder {
    const char *name, *value; /* a value of NULL is empty */
    size_t len;               /* of the value; 0: up to its terminating zero */
};

/*
 * placeholders_expand: copies FORMAT to OUT, with the values of its
 * placeholders. VALUES ends with {NULL}. Returns the length; OUT is
 * zero-terminated. There is no verdict if a placeholder is unknown or the
 * result does not fit.
 */
size_t placeholders_expand(char *out, size_t out_size, const char *format,
                           const struct placeholder *values);

#endif
