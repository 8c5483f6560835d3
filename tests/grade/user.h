/* SPDX-License-Identifier: MIT */
/* The user that programs under test run as, where the grader is root. */
#ifndef GRADE_USER_H
#define GRADE_USER_H

#include <sys/types.h>

/*
 * user_take: sets OUT to a user id that no other grading has and that no
 * process runs as; it is taken until this process ends. Returns 0, or -1 with
 * an error when all are taken.
 */
int user_take(uid_t *out);

/* user_become: makes this process one of USER, which may have few processes.
 * Returns 0, or -1 with errno. */
int user_become(uid_t user);

#endif
