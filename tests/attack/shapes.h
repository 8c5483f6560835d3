/* SPDX-License-Identifier: MIT */
/* Request smuggling: requests that two servers could read differently. */
#ifndef ATTACK_SHAPES_H
#define ATTACK_SHAPES_H

#include <stddef.h>

/* A login of u00 in parts, and one of u01 to put after it. */
#define SHAPE_LINE   "POST /login HTTP/1.1\r\nHost: lab\r\n"
#define SHAPE_LENGTH "Content-Length: 57\r\n"
#define SHAPE_BODY                                                             \
    "{\"username\":\"u00\",\"password\":\"u00-keep-this-to-yourself\"}"
#define SHAPE_SECOND                                                           \
    SHAPE_LINE SHAPE_LENGTH "\r\n{\"username\":\"u01\","                       \
                            "\"password\":\"u01-keep-this-to-yourself\"}"

struct shape {
    const char *what;
    const char *bytes;
    size_t len;
    int wanted; /* the status, or REFUSED */
};

extern const struct shape shapes[];
extern const size_t shape_count;

/* Long ones: BEFORE, then FILLER so many TIMES, then BEHIND. */
struct long_shape {
    const char *what;
    const char *before, *filler, *behind;
    int times;
    int wanted;
};

extern const struct long_shape long_shapes[];
extern const size_t long_shape_count;

#endif
