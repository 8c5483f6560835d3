/* SPDX-License-Identifier: MIT */
#include "tests/unit/store_file.h"

#include <check.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/temp.h"
#include "tests/support/tree.h"

char store_file_folder[256], store_file_path[300];

void store_file_begin(void)
{
    ck_assert_int_eq(
        temp_folder(store_file_folder, sizeof store_file_folder, "store"), 0);
    snprintf(store_file_path, sizeof store_file_path, "%s/db",
             store_file_folder);
    capture(STDERR_FILENO);
}

void store_file_end(void)
{
    ck_assert_int_eq(tree_remove(store_file_folder), 0);
}

struct store *store_file_open(void)
{
    struct store *store;

    ck_assert_int_eq(store_open(&store, store_file_path, STORE_CREATE), EX_OK);
    return store;
}

void store_file_execute(struct store *store, const char *sql)
{
    ck_assert_int_eq(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}
