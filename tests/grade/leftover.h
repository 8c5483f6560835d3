/* SPDX-License-Identifier: MIT */
/* Removing folders of gradings, also of those that were killed. */
#ifndef GRADE_LEFTOVER_H
#define GRADE_LEFTOVER_H

/* What the name of such a folder begins with, before six characters. */
#define LEFTOVER_FRONT "chat-grade-"

/*
 * leftover_lock: locks the new folder at PATH until this process and all that
 * it has forked, without exec, have ended. Before PATH/kit is made. Returns 0,
 * or -1 with errno.
 */
int leftover_lock(const char *path);

/* leftover_remove: removes the folder at PATH and all that is in it. */
void leftover_remove(const char *path);

/*
 * leftover_sweep: removes from FOLDER what killed gradings of this user have
 * left there. A folder counts only if it has the name and the lock of a
 * grading, belongs to this user, and no process holds its lock.
 */
void leftover_sweep(const char *folder);

#endif
