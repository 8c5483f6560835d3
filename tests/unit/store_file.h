/* SPDX-License-Identifier: MIT */
/* A database in a file, in a folder that goes with the test. */
#ifndef TESTS_UNIT_STORE_FILE_H
#define TESTS_UNIT_STORE_FILE_H

#include "server/store/store.h"

extern char store_file_folder[256], store_file_path[300];

/*
 * store_file_begin, store_file_end: for tcase_add_checked_fixture. There is a
 * folder, and no file in it yet; standard error is captured.
 */
void store_file_begin(void);
void store_file_end(void);

/* store_file_open: the store in the file, which is made. */
struct store *store_file_open(void);

/* store_file_execute: SQL that must go well. */
void store_file_execute(struct store *store, const char *sql);

#endif
