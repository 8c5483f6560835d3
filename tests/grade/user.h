/* SPDX-License-Identifier: MIT */
/*
 * The user that programs under test run as. If the grader is root, this is a
 * separate user without rights. Otherwise it is the same user.
 */
#ifndef GRADE_USER_H
#define GRADE_USER_H

#include <stdbool.h>

/*
 * user_choose: if the grader is root, reserves a user id that no other grading
 * and no process uses, until this process ends. If programs cannot run as that
 * user, or if it cannot read the file MUST_READ, prints a warning; then one's
 * own work runs as root. Returns 0. Returns -1 with an error if all ids are in
 * use, or if a stranger's code would run as root.
 */
int user_choose(const char *must_read);

/* user_is_separate: whether programs under test run as a separate user. */
bool user_is_separate(void);

/* user_id: the id of that user and of its group. */
unsigned user_id(void);

/*
 * user_own: gives the file at PATH to that user. Returns 0, or -1 with errno.
 */
int user_own(const char *path);

/*
 * user_become: makes this process run as that user, with a limit on the number
 * of its processes. Returns 0, or -1 with errno.
 */
int user_become(void);

/*
 * user_end_all: kills all processes of the separate user and removes the files
 * that it has left in folders where everyone can write.
 */
void user_end_all(void);

#endif
