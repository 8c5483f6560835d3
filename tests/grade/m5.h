/* SPDX-License-Identifier: MIT */
/* Parsing message 5 from a sender under test. */
#ifndef GRADE_M5_H
#define GRADE_M5_H

#include "lib/wire.h"
#include "tests/grade/diagnose_box.h"

struct m5 {
    char line[KIT_LINE_MAX + 1];
    char senderinfo[KIT_LINE_MAX];
    long long seq;
    char message[KIT_LINE_MAX]; /* base64 */
    uint8_t box[KIT_LINE_MAX];  /* the decoded message */
    size_t len;                 /* of box */
};

/*
 * m5_parse: parses LEN bytes of LINE. The check fails unless LINE is one JSON
 * object with the three members, each of the right type, and message is
 * canonical base64.
 */
void m5_parse(struct m5 *m5, const char *line, size_t len);

/* m5_show: writes the members to the transcript. */
void m5_show(const struct m5 *m5);

/*
 * m5_open: opens the box with the correct key. The check fails, with a
 * diagnosis, if that does not work or if the text in it is not TYPED.
 */
void m5_open(const struct m5 *m5, const struct box_inputs *in,
             const char *typed, size_t typed_len);

#endif
