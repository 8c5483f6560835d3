/* SPDX-License-Identifier: MIT */
/* Puts faults into programs that are started with it: see tests/fault. */
#ifndef ATTACK_INJECTOR_H
#define ATTACK_INJECTOR_H

#include "tests/e2e/stage.h"
#include "tests/fault/fault.h"

struct injector {
    struct fault *fault; /* what the programs read */
    long armed, used;    /* allocations until the fault, and those that were */
    char preload[PATH_SIZE], file[PATH_SIZE];
};

/*
 * injector_open: no faults yet. From here on what is started in WAY on STAGE
 * has them; both must live as long. Returns false, with the reason in the
 * table, where this build cannot have faults.
 */
bool injector_open(struct injector *injector, struct stage *stage,
                   struct process_way *way);
void injector_close(struct injector *injector);

/*
 * injector_arm: allocation NUMBER from now on fails, and where it goes ON all
 * that come after it; INJECTOR_NEVER only counts. injector_disarm: none does
 * any more; returns how many did, and sets USED to how many there were.
 */
enum { INJECTOR_NEVER = 1 << 30 };

void injector_arm(struct injector *injector, long number, bool on);
long injector_disarm(struct injector *injector);

#endif
