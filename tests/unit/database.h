/* SPDX-License-Identifier: MIT */
/* A database in a file, in a folder that goes with the test. */
#ifndef KIT_TESTS_DATABASE_H
#define KIT_TESTS_DATABASE_H

#include "server/store/store.h"

extern char database_folder[256], database_path[300];

/*
 * database_begin, database_end: for tcase_add_checked_fixture. There is a
 * folder, and no file in it yet; standard error is captured.
 */
void database_begin(void);
void database_end(void);

/* database_open: the store in the file, which is made. */
struct store *database_open(void);

/* database_execute: SQL that must go well. */
void database_execute(struct store *store, const char *sql);

#endif
