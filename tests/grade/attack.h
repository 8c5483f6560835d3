/* SPDX-License-Identifier: MIT */
/* What several attacks on a receiver do. */
#ifndef GRADE_ATTACK_H
#define GRADE_ATTACK_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/grade/line_case.h"

/*
 * attack_refuse: the receiver must refuse each of COUNT lines: first all of
 * them in one chat, after a good line, then each one as the first line of a new
 * chat. This order is for receivers that cannot hold several chats (R5-02).
 * ATTACK_REFUSE: the same for an array.
 */
void attack_refuse(struct receiver_harness *h, const struct line_case *cases,
                   size_t count);
#define ATTACK_REFUSE(h, cases)                                                \
    attack_refuse(h, cases, sizeof(cases) / sizeof(cases)[0])

/*
 * attack_refuse_mistakes: the receiver must refuse a message, or a ticket, that
 * is sealed with any of the mistakes in mistakes.h. A receiver that tries a
 * second key, or other associated data, when a box does not open accepts one.
 */
void attack_refuse_mistakes(struct receiver_harness *h, bool ticket);

#endif
