/* SPDX-License-Identifier: MIT */
/* Making the folder, and taking it away with all that SQLite leaves. */
#include "tests/unit/store_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/captured_output.h"

char store_file_folder[256], store_file_path[300];

void store_file_begin(void)
{
    const char *temp = getenv("TMPDIR");

    snprintf(store_file_folder, sizeof store_file_folder, "%s/kit-XXXXXX",
             temp != NULL ? temp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(store_file_folder));
    snprintf(store_file_path, sizeof store_file_path, "%s/db",
             store_file_folder);
    capture(STDERR_FILENO);
}

void store_file_end(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[320];

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(name, sizeof name, "%s%s", store_file_path, ends[i]);
        unlink(name);
    }
    rmdir(store_file_folder);
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
