/* SPDX-License-Identifier: MIT */
/* Opening what a sender under test has sealed, or saying why it does not. */
#ifndef GRADE_OPENER_H
#define GRADE_OPENER_H

#include "lib/wire.h"
#include "tests/grade/guess.h"

enum { OPENER_CAUSE = 1024 };

struct opening {
    bool right; /* opened as protocol.md section 2 says */
    size_t len; /* of the text, where any guess opened it */
    uint8_t text[KIT_LINE_MAX];
    char cause[OPENER_CAUSE]; /* not right: what it looks like */
    bool found;               /* some guess opened it: */
    int key, ad;              /* these, as in guess.h */
};

/*
 * opener_try: opens LEN bytes of BOX, the decoded "message", by every guess
 * there is; the one with the fewest mistakes is told. KNOWN is the text that
 * went in.
 */
void opener_try(struct opening *opening, const struct secrets *s,
                const uint8_t *box, size_t len, const char *known,
                size_t known_len);

#endif
