/* SPDX-License-Identifier: MIT */
/*
 * The list of passwords that an import writes for the instructor to hand out.
 * Made passwords are readable nowhere else, so the list must not be lost, and
 * must not name accounts that do not exist. Therefore:
 *
 *     password_list_check    before any work: PATH can be made
 *     password_list_write    the whole list is on disk, as PATH.new
 *     (the accounts are committed)
 *     password_list_publish  PATH.new becomes PATH; or, if the commit failed,
 *     password_list_discard  PATH.new is removed
 *
 * PATH exists only if its accounts do. An import that is killed in between
 * leaves PATH.new; the next password_list_check finds out which half was done.
 */
#ifndef SERVER_COMMANDS_PASSWORD_LIST_H
#define SERVER_COMMANDS_PASSWORD_LIST_H

#include "server/commands/roster.h"
#include "server/store/store.h"

/*
 * password_list_check: EX_OK if the list PATH can be made. Otherwise another
 * exit code of sysexits.h, with the reason and what to do on standard error:
 * PATH exists (it is never overwritten), its folder cannot be written to, or
 * PATH.new is left from an import that was killed. In that case it tries the
 * passwords of PATH.new on the accounts of STORE to say whether to keep it,
 * which takes the time of one hash for each.
 */
int password_list_check(const char *path, struct store *store) KIT_MUST_CHECK;

/*
 * password_list_write: writes the names and passwords of ROWS to PATH.new, mode
 * 0600, as CSV with the head "name,password", and syncs it to the disk. EX_OK;
 * or another exit code, with the reason on standard error and no PATH.new.
 */
int password_list_write(const char *path,
                        const struct roster *rows) KIT_MUST_CHECK;

/*
 * password_list_publish: gives PATH.new its name PATH, without overwriting.
 * EX_OK; or EX_CANTCREAT, and standard error says that the list is still
 * PATH.new.
 */
int password_list_publish(const char *path) KIT_MUST_CHECK;

/* password_list_discard: removes PATH.new. */
void password_list_discard(const char *path);

#endif
