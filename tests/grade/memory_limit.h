/* SPDX-License-Identifier: MIT */
/*
 * A limit on the memory of all programs of a submission together. A sanitizer
 * limits the program that it is in, but not what that program forks, and no
 * resource limit is small enough: a sanitizer reserves terabytes of addresses.
 */
#ifndef GRADE_MEMORY_LIMIT_H
#define GRADE_MEMORY_LIMIT_H

/*
 * memory_limit_enforce: kills the largest process of the submission if all of
 * them together use over 2 GiB. To be called several times a second. Does
 * nothing without a sandbox, where these processes cannot be told from others.
 */
void memory_limit_enforce(void);

#endif
