/* SPDX-License-Identifier: MIT */
/* Removing workspaces, also those of gradings that were killed. */
#ifndef GRADE_LEFTOVER_H
#define GRADE_LEFTOVER_H

/* The name of a workspace: this prefix and six characters. */
#define LEFTOVER_PREFIX "chat-grade-"

/*
 * leftover_lock: locks the new workspace at PATH. The lock is held until this
 * process and all its forked children have ended or called exec. Call it before
 * making PATH/kit. Returns 0, or -1 with errno.
 */
int leftover_lock(const char *path);

/* leftover_remove: removes the folder at PATH and everything in it. */
void leftover_remove(const char *path);

/*
 * leftover_sweep: removes from FOLDER the workspaces that killed gradings of
 * this user have left there. A folder is removed only if its name and its lock
 * file are those of a workspace, this user owns it, and no process holds the
 * lock.
 */
void leftover_sweep(const char *folder);

#endif
