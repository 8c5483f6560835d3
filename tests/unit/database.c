/* SPDX-License-Identifier: MIT */
/* Making the folder, and taking it away with all that SQLite leaves. */
#include "tests/unit/database.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/unit/capture.h"

char database_folder[256], database_path[300];

void database_begin(void)
{
    const char *temp = getenv("TMPDIR");

    snprintf(database_folder, sizeof database_folder, "%s/kit-XXXXXX",
             temp != NULL ? temp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(database_folder));
    snprintf(database_path, sizeof database_path, "%s/db", database_folder);
    capture(STDERR_FILENO);
}

void database_end(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[320];

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(name, sizeof name, "%s%s", database_path, ends[i]);
        unlink(name);
    }
    rmdir(database_folder);
}

struct store *database_open(void)
{
    struct store *store;

    ck_assert_int_eq(store_open(&store, database_path, STORE_CREATE), EX_OK);
    return store;
}

void database_execute(struct store *store, const char *sql)
{
    ck_assert_int_eq(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}
