/* SPDX-License-Identifier: MIT */
/* The subcommands over a database file: a whole class, or nothing of it. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/accounts.h"
#include "server/commands.h"
#include "tests/unit/capture.h"
#include "tests/unit/lab.h"

static char *db, *roster;
static char list[4096], aside[4096 + 4]; /* neither exists at the start */

static void setup(void)
{
    db = temp_file("", 0);
    roster = NULL;
    snprintf(list, sizeof list, "%s-list", db);
    snprintf(aside, sizeof aside, "%s.new", list);
    capture(STDOUT_FILENO);
    capture(STDERR_FILENO);
}

static void teardown(void)
{
    if (roster != NULL)
        temp_remove(roster);
    temp_remove(db);
    unlink(list);
    unlink(aside);
}

/* Runs COMMAND with these words, from its own name on. */
#define RUN(command, ...) run(command, (char *[]){__VA_ARGS__, NULL})

static int run(int (*command)(int, char **), char **argv)
{
    int argc = 0;

    while (argv[argc] != NULL)
        argc++;
    return command(argc, argv);
}

/* Imports TEXT, with these words besides. */
#define IMPORT(text, ...)                                                      \
    RUN(command_import, "import", "--db", db, "--scrypt-ln", "10",             \
        write_roster(text), __VA_ARGS__)
#define IMPORT_LISTED(text) IMPORT(text, "--list", list)

static char *write_roster(const char *text)
{
    if (roster != NULL)
        temp_remove(roster);
    roster = temp_file(text, strlen(text));
    return roster;
}

static int import(const char *text, const char *option)
{
    return IMPORT(text, (char *)option);
}

/* The whole file PATH; static. */
static const char *text_of(const char *path)
{
    static char text[4096];
    FILE *file = fopen(path, "r");
    size_t len;

    ck_assert_msg(file != NULL, "%s does not exist", path);
    len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    return text;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Whether PASSWORD is that of NAME; -1: there is no such account. */
static int fits(const char *name, const char *password)
{
    struct store *store;
    char phc[PHC_SIZE];
    int rc;

    ck_assert_int_eq(store_open(&store, db, STORE_CREATE), EX_OK);
    rc = accounts_find(phc, store, name);
    store_close(store);
    return rc != 0 ? -1 : phc_verify(phc, password);
}

START_TEST(whole_class)
{
    char made[16] = "";
    struct stat status;

    capture(STDOUT_FILENO);
    ck_assert_int_eq(IMPORT_LISTED("name,password\nalice,apple\nbob,\n"
                                   "carol,\"a,\"\"b\"\n"),
                     EX_OK);
    ck_assert_int_eq(sscanf(text_of(list),
                            "name,password\nalice,apple\nbob,%12s\n"
                            "carol,\"a,\"\"b\"\n",
                            made),
                     1);
    ck_assert_uint_eq(strlen(made), 12);
    ck_assert_int_eq(captured_lines(), 0);
    ck_assert_int_eq(stat(list, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    ck_assert(!exists(aside));
    ck_assert_int_eq(fits("alice", "apple"), 1);
    ck_assert_int_eq(fits("bob", made), 1);
    ck_assert_int_eq(fits("carol", "a,\"b"), 1);
}
END_TEST

/* Generated passwords would be lost: one error line, and no import. */
START_TEST(made_needs_list)
{
    capture(STDERR_FILENO);
    ck_assert_int_eq(import("name,password\nalice,apple\nbob,\ncarol,\n", NULL),
                     EX_USAGE);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has("line 3"));
    ck_assert(captured_has("--list"));
    ck_assert_int_eq(fits("alice", "apple"), -1);
}
END_TEST

/* The second time, the list of the first time is still what it was. */
START_TEST(list_is_kept)
{
    static const char class[] = "name,password\nalice,\nbob,\n";
    char *before;

    ck_assert_int_eq(IMPORT_LISTED(class), EX_OK);
    before = strdup(text_of(list));
    ck_assert_ptr_nonnull(before);
    ck_assert_int_eq(IMPORT_LISTED(class), EX_CANTCREAT);
    ck_assert_int_eq(IMPORT(class, "--list", list, "--update"), EX_CANTCREAT);
    ck_assert(captured_has("exists"));
    ck_assert_str_eq(text_of(list), before);
    free(before);
    ck_assert(!exists(aside));
}
END_TEST

/* A link to nowhere is a name that is taken. */
START_TEST(list_is_a_link)
{
    ck_assert_int_eq(symlink(aside, list), 0);
    ck_assert_int_eq(IMPORT_LISTED("name,password\nalice,\n"), EX_CANTCREAT);
    ck_assert(!exists(aside));
    ck_assert_int_eq(fits("alice", ""), -1);
}
END_TEST

START_TEST(list_has_no_place)
{
    char nowhere[sizeof list + 8];

    snprintf(nowhere, sizeof nowhere, "%s/list", db);
    ck_assert_int_eq(IMPORT("name,password\nalice,\n", "--list", nowhere),
                     EX_CANTCREAT);
    ck_assert(captured_has(nowhere));
    ck_assert_int_eq(IMPORT("name,password\nalice,\n", "--list", ""),
                     EX_CANTCREAT);
    ck_assert_int_eq(fits("alice", ""), -1);
}
END_TEST

/* Killed between the commit and the name: the next run says to keep it. */
START_TEST(killed_after_commit)
{
    static const char class[] = "name,password\nalice,\nbob,\n";

    ck_assert_int_eq(IMPORT_LISTED(class), EX_OK);
    ck_assert_int_eq(rename(list, aside), 0);
    capture(STDERR_FILENO);
    ck_assert_int_eq(IMPORT_LISTED(class), EX_CANTCREAT);
    ck_assert(captured_has("2 of its 2 passwords"));
    ck_assert(captured_has("mv "));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(exists(aside) && !exists(list));
}
END_TEST

/* Killed before the commit, with the list whole or not: it says to drop it. */
START_TEST(killed_before_commit)
{
    static const char *const left[] = {"name,password\nalice,apple\n",
                                       "name,password\nalice,ap",
                                       "name,password\nali", "na", ""};

    write_text(aside, left[_i]);
    capture(STDERR_FILENO);
    ck_assert_int_eq(IMPORT_LISTED("name,password\nbob,\n"), EX_CANTCREAT);
    ck_assert(captured_has("rm "));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_int_eq(fits("bob", ""), -1);
    ck_assert_int_eq(unlink(aside), 0);
    ck_assert_int_eq(IMPORT_LISTED("name,password\nbob,\n"), EX_OK);
}
END_TEST

/* From Excel: a byte order mark, CR LF; or CR alone, on a Mac. */
START_TEST(line_ends)
{
    ck_assert_int_eq(
        import("\xef\xbb\xbfname,password\r\nalice,apple\r\n", NULL), EX_OK);
    ck_assert_int_eq(fits("alice", "apple"), 1);
    ck_assert_int_eq(import("name,password\rbob,banana\r", NULL), EX_OK);
    ck_assert_int_eq(fits("bob", "banana"), 1);
}
END_TEST

START_TEST(other_encodings)
{
    ck_assert_int_eq(import("name,password\nalice,apple\nbob,\xe4\n", NULL),
                     EX_NOINPUT);
    ck_assert(captured_has("line 3 is not UTF-8"));
    ck_assert_int_eq(import("\xff\xfen", NULL), EX_NOINPUT);
    ck_assert(captured_has("UTF-16"));
    ck_assert_int_eq(fits("alice", "apple"), -1);
}
END_TEST

/* One mistake on the last line: not one account, and no list. */
START_TEST(nothing_of_it)
{
    capture(STDOUT_FILENO);
    ck_assert_int_eq(import("name,password\nalice,apple\nBob,b\n", NULL),
                     EX_DATAERR);
    ck_assert_int_eq(captured_lines(), 0);
    ck_assert_int_eq(fits("alice", "apple"), -1);
}
END_TEST

START_TEST(existing_accounts)
{
    ck_assert_int_eq(import("name,password\nbob,banana\n", NULL), EX_OK);
    capture(STDERR_FILENO);
    ck_assert_int_eq(
        import("name,password\nalice,apple\nbob,b\ncarol,c\nbob2,\n", NULL),
        EX_CANTCREAT);
    ck_assert(captured_has("line 3: the account bob exists"));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_int_eq(fits("alice", "apple"), -1);
    ck_assert_int_eq(fits("carol", "c"), -1);
    ck_assert_int_eq(fits("bob", "banana"), 1);
}
END_TEST

START_TEST(updated)
{
    ck_assert_int_eq(import("name,password\nbob,banana\ncarol,c\n", NULL),
                     EX_OK);
    ck_assert_int_eq(IMPORT("name,password\nalice,apple\nbob,new\ncarol,\n",
                            "--list", list, "--update"),
                     EX_OK);
    ck_assert_str_eq(text_of(list), "name,password\nalice,apple\nbob,new\n");
    ck_assert_int_eq(fits("alice", "apple"), 1);
    ck_assert_int_eq(fits("bob", "new"), 1);
    ck_assert_int_eq(fits("carol", "c"), 1);
}
END_TEST

/* The database fails in the middle: what was there is still all there is. */
START_TEST(failing_database)
{
    struct store *store;

    ck_assert_int_eq(import("name,password\nbob,banana\n", NULL), EX_OK);
    ck_assert_int_eq(store_open(&store, db, STORE_CREATE), EX_OK);
    ck_assert_int_eq(sqlite3_exec(store->db,
                                  "CREATE TRIGGER t BEFORE INSERT ON accounts "
                                  "WHEN new.name = 'dora' BEGIN "
                                  "SELECT raise(ABORT, 'disk'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    store_close(store);
    ck_assert_int_eq(IMPORT("name,password\nalice,a\nbob,x\ndora,d\n", "--list",
                            list, "--update"),
                     EX_UNAVAILABLE);
    ck_assert(!exists(list) && !exists(aside));
    ck_assert_int_eq(fits("alice", "a"), -1);
    ck_assert_int_eq(fits("bob", "banana"), 1);
}
END_TEST

START_TEST(no_roster)
{
    roster = temp_file("", 0);
    unlink(roster);
    ck_assert_int_eq(RUN(command_import, "import", "--db", db, roster),
                     EX_NOINPUT);
    ck_assert(captured_has("cannot read"));
}
END_TEST

/* COMMAND with NAME and the password in FILE, as cheap as it may be. */
static int set_password(int (*command)(int, char **), const char *word,
                        const char *name, char *file)
{
    return RUN(command, (char *)word, (char *)name, "--db", db, "--scrypt-ln",
               "10", "--password-file", file);
}

START_TEST(single_accounts)
{
    char *file = temp_file("apple\n", 6);

    ck_assert_int_eq(set_password(command_adduser, "adduser", "alice", file),
                     EX_OK);
    ck_assert_int_eq(fits("alice", "apple"), 1);
    ck_assert_int_eq(set_password(command_adduser, "adduser", "alice", file),
                     EX_CANTCREAT);
    temp_remove(file);

    file = temp_file("pear\r\n", 6);
    ck_assert_int_eq(set_password(command_passwd, "passwd", "alice", file),
                     EX_OK);
    ck_assert_int_eq(fits("alice", "pear"), 1);
    ck_assert_int_eq(set_password(command_passwd, "passwd", "nobody", file),
                     EX_NOUSER);
    temp_remove(file);

    ck_assert_int_eq(RUN(command_deluser, "deluser", "alice", "--db", db),
                     EX_OK);
    ck_assert_int_eq(RUN(command_deluser, "deluser", "alice", "--db", db),
                     EX_NOUSER);
    ck_assert_int_eq(fits("alice", "pear"), -1);
}
END_TEST

/* A password that is refused leaves no account behind. */
START_TEST(no_password)
{
    char *file = temp_file("\n", 1);

    ck_assert_int_eq(RUN(command_adduser, "adduser", "alice"), EX_USAGE);
    ck_assert_int_eq(set_password(command_adduser, "adduser", "alice", file),
                     EX_NOINPUT);
    ck_assert_int_eq(fits("alice", ""), -1);
    ck_assert_int_eq(RUN(command_adduser, "adduser", "Alice", "--db", db),
                     EX_USAGE);
    temp_remove(file);
}
END_TEST

START_TEST(listed)
{
    ck_assert_int_eq(import("name,password\nbob,b\nalice,a\n", NULL), EX_OK);
    capture(STDOUT_FILENO);
    ck_assert_int_eq(RUN(command_users, "users", "--db", db), EX_OK);
    ck_assert_int_eq(captured_lines(), 3);
    ck_assert(captured_has("never\nbob "));
}
END_TEST

Suite *import_suite(void);

Suite *import_suite(void)
{
    Suite *suite = suite_create("import");
    TCase *tc = tcase_create("import");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, whole_class);
    tcase_add_test(tc, line_ends);
    tcase_add_test(tc, other_encodings);
    tcase_add_test(tc, made_needs_list);
    tcase_add_test(tc, list_is_kept);
    tcase_add_test(tc, list_is_a_link);
    tcase_add_test(tc, list_has_no_place);
    tcase_add_test(tc, killed_after_commit);
    tcase_add_loop_test(tc, killed_before_commit, 0, 5);
    tcase_add_test(tc, nothing_of_it);
    tcase_add_test(tc, existing_accounts);
    tcase_add_test(tc, updated);
    tcase_add_test(tc, failing_database);
    tcase_add_test(tc, no_roster);
    tcase_add_test(tc, single_accounts);
    tcase_add_test(tc, no_password);
    tcase_add_test(tc, listed);
    suite_add_tcase(suite, tc);
    return suite;
}
