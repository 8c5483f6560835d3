/* SPDX-License-Identifier: MIT */
/* Opening a box from a sender under test, or finding the mistake in it. */
#ifndef GRADE_DIAGNOSE_BOX_H
#define GRADE_DIAGNOSE_BOX_H

#include "lib/wire.h"
#include "tests/grade/mistakes.h"

enum { DIAGNOSIS_CAUSE = 1024 };

struct diagnosis {
    bool right;  /* the box opens as section 2 of protocol.md demands */
    bool found;  /* the box opens, perhaps with mistakes: */
    int key, ad; /* these, as in mistakes.h */
    size_t len;  /* of text, if found */
    uint8_t text[KIT_LINE_MAX];
    char cause[DIAGNOSIS_CAUSE]; /* if not right: the probable mistake */
};

/*
 * diagnose_box: tries to open LEN bytes of BOX, the decoded "message", with
 * every combination of up to three mistakes, fewest mistakes first. TYPED is
 * the text that should be in it.
 */
void diagnose_box(struct diagnosis *d, const struct box_inputs *in,
                  const uint8_t *box, size_t len, const char *typed,
                  size_t typed_len);

#endif
