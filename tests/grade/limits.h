/* SPDX-License-Identifier: MIT */
/* What the grader needs of the machine before it can be fair. */
#ifndef GRADE_LIMITS_H
#define GRADE_LIMITS_H

/*
 * limits_clear: takes away what would change the grader or its programs: the
 * environment's CK_* (they choose Check's tests) and OPENSSL_CONF, the signal
 * that ends a process at the limit of a file's size, blocked signals and an
 * unusual umask.
 */
void limits_clear(void);

/*
 * limits_check: raises the limits of this process (ulimit) that are too low to
 * grade with. Returns 0, or -1 with an error where one cannot be raised.
 */
int limits_check(void);

#endif
