/* SPDX-License-Identifier: MIT */
/*
 * The list of names and passwords that an import writes, for the instructor to
 * hand out. Generated passwords are stored nowhere else in plain text. So the
 * list must not get lost, and it must not contain accounts that do not exist.
 * The steps of an import:
 *
 *  1. password_list_check, before any work: can the file PATH be created?
 *  2. password_list_write: writes and syncs the whole list as PATH.new.
 *  3. The caller commits the accounts.
 *  4. password_list_publish: renames PATH.new to PATH. If the commit failed,
 *     password_list_discard instead: removes PATH.new.
 *
 * So if PATH exists, all accounts in it were committed. An import that is
 * killed may leave PATH.new. The next password_list_check finds out whether its
 * accounts were committed.
 */
#ifndef SERVER_COMMANDS_PASSWORD_LIST_H
#define SERVER_COMMANDS_PASSWORD_LIST_H

#include "server/commands/roster.h"
#include "server/store/store.h"

/*
 * password_list_check: returns EX_OK if the list PATH can be created. Otherwise
 * returns another exit code of sysexits.h, and prints on standard error the
 * reason and what to do:
 *
 *   - PATH exists; it is never overwritten.
 *   - Its folder is not writable.
 *   - PATH.new is left from an import that was killed. Then this tries the
 *     passwords in PATH.new on the accounts of STORE, one hash for each, and
 *     the message says whether to keep or to remove it.
 */
int password_list_check(const char *path, struct store *store) KIT_MUST_CHECK;

/*
 * password_list_write: writes the names and passwords of ROWS to PATH.new,
 * mode 0600, as a CSV file that begins with "name,password", and syncs it to
 * the disk. Returns EX_OK; or another exit code with the reason on standard
 * error and without PATH.new.
 */
int password_list_write(const char *path,
                        const struct roster *rows) KIT_MUST_CHECK;

/*
 * password_list_publish: renames PATH.new to PATH unless PATH exists. Returns
 * EX_OK; or EX_CANTCREAT, after printing on standard error that the list is
 * still in PATH.new.
 */
int password_list_publish(const char *path) KIT_MUST_CHECK;

/* password_list_discard: removes PATH.new. */
void password_list_discard(const char *path);

#endif
