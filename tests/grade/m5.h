/* SPDX-License-Identifier: MIT */
/* A line of message 5 as it came from a sender under test, taken apart. */
#ifndef GRADE_M5_H
#define GRADE_M5_H

#include "lib/wire.h"
#include "tests/grade/opener.h"

struct m5 {
    char line[KIT_LINE_MAX + 1];
    char senderinfo[KIT_LINE_MAX];
    long long seq;
    char message[KIT_LINE_MAX];
    uint8_t box[KIT_LINE_MAX];
    size_t len; /* of box */
};

/*
 * m5_read: takes LEN bytes of LINE apart. The check fails, with what is wrong
 * about it, when it is not one JSON object with the three members, each of
 * its type, and message canonical base64.
 */
void m5_read(struct m5 *m5, const char *line, size_t len);

/* m5_show: the line's members in the transcript. */
void m5_show(const struct m5 *m5);

/*
 * m5_open: opens it with the right key, or fails the check with what it looks
 * like; the text that came out must be KNOWN.
 */
void m5_open(const struct m5 *m5, const struct secrets *s, const char *known,
             size_t known_len);

#endif
