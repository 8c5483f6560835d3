/* SPDX-License-Identifier: MIT */
/*
 * chat-server import: adds all accounts of a class or none, also when memory,
 * the system or the database fails.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/unit/subcommand.h"

#define HEAD "name,password\n"

/* Three accounts, for one of which a password is generated. */
#define CLASS HEAD "alice,apple\nbob,\ncarol,\"a,\"\"b\"\n"

static char *roster;
/* The list of passwords and its name during the import; neither exists yet. */
static char list[4096], aside[4096 + 4];

static void setup(void)
{
    subcommand_begin();
    roster = temp_file("", 0);
    snprintf(list, sizeof list, "%s-list", subcommand_db);
    snprintf(aside, sizeof aside, "%s.new", list);
}

static void teardown(void)
{
    subcommand_end();
    temp_remove(roster);
    unlink(list);
    unlink(aside);
}

static void write_text(const char *path, const char *text)
{
    file_write(path, text, strlen(text));
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The number of lines in PATH, or -1 if it does not exist. */
static int lines_of(const char *path)
{
    int lines = 0;

    if (!exists(path))
        return -1;
    for (const char *p = file_read(path, NULL); *p != '\0'; p++)
        lines += *p == '\n';
    return lines;
}

/* Imports TEXT, with the passwords in the file TO unless that is NULL. */
static int import(const char *text, const char *to)
{
    write_text(roster, text);
    return subcommand_run(
        command_import, WORDS("import", "--db", subcommand_db, "--scrypt-ln",
                              "10", roster, to != NULL ? "--list" : NULL, to));
}

/* The same with --update, and the passwords in LIST. */
static int update(const char *text)
{
    write_text(roster, text);
    return subcommand_run(command_import,
                          WORDS("import", "--db", subcommand_db, "--scrypt-ln",
                                "10", roster, "--list", list, "--update"));
}

START_TEST(whole_class)
{
    char generated[16] = "";
    struct stat status;

    ck_assert_int_eq(import(CLASS, list), EX_OK);
    ck_assert_int_eq(sscanf(file_read(list, NULL),
                            HEAD "alice,apple\nbob,%12s\n"
                                 "carol,\"a,\"\"b\"\n",
                            generated),
                     1);
    ck_assert_uint_eq(strlen(generated), 12);
    ck_assert(subcommand_is_silent());
    ck_assert_int_eq(stat(list, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    ck_assert(!exists(aside));
    ck_assert(subcommand_has("alice", "apple"));
    ck_assert(subcommand_has("bob", generated));
    ck_assert(subcommand_has("carol", "a,\"b"));
}
END_TEST

/* From Excel: a byte order mark and CR LF, or only CR on a Mac. */
START_TEST(line_ends)
{
    ck_assert_int_eq(
        import("\xef\xbb\xbfname,password\r\nalice,apple\r\n", NULL), EX_OK);
    ck_assert(subcommand_has("alice", "apple"));
    ck_assert_int_eq(import("name,password\rbob,banana\r", NULL), EX_OK);
    ck_assert(subcommand_has("bob", "banana"));
}
END_TEST

START_TEST(other_encodings)
{
    ck_assert_int_eq(import(HEAD "alice,apple\nbob,\xe4\n", NULL), EX_NOINPUT);
    ck_assert(captured_has("line 3 is not UTF-8"));
    ck_assert_int_eq(import("\xff\xfen", NULL), EX_NOINPUT);
    ck_assert(captured_has("UTF-16"));
    ck_assert_int_eq(subcommand_accounts(), 0);
}
END_TEST

START_TEST(mistake_on_the_last_line)
{
    ck_assert_int_eq(import(HEAD "alice,apple\nBob,b\n", NULL), EX_DATAERR);
    ck_assert(subcommand_is_silent());
    ck_assert_int_eq(subcommand_accounts(), 0);
}
END_TEST

START_TEST(existing_accounts)
{
    ck_assert_int_eq(import(HEAD "bob,banana\n", NULL), EX_OK);
    capture(STDERR_FILENO);
    ck_assert_int_eq(import(HEAD "alice,apple\nbob,b\ncarol,c\nbob2,\n", NULL),
                     EX_CANTCREAT);
    captured_one_line("line 3: the account bob exists");
    ck_assert_int_eq(subcommand_accounts(), 1);
    ck_assert(subcommand_has("bob", "banana"));
}
END_TEST

/* Importing a class again: one line, not one for each account. */
START_TEST(whole_class_exists)
{
    static const char class[] = HEAD "alice,a\nbob,b\ncarol,c\n";

    ck_assert_int_eq(import(class, NULL), EX_OK);
    capture(STDERR_FILENO);
    ck_assert_int_eq(import(class, NULL), EX_CANTCREAT);
    captured_one_line("line 2: the account alice exists, and 2 more");
    ck_assert(captured_has("--update"));
}
END_TEST

START_TEST(exported_class)
{
    ck_assert_int_eq(import("Student,SIS Login ID\n Points,\nA,Alice\n", list),
                     EX_OK);
    ck_assert(captured_has("skipped 1 line (no login ID"));
    ck_assert_int_eq(subcommand_accounts(), 1);
    ck_assert_int_eq(
        subcommand_run(command_deluser,
                       WORDS("deluser", "--db", subcommand_db, "alice")),
        EX_OK);
}
END_TEST

START_TEST(updated)
{
    ck_assert_int_eq(import(HEAD "bob,banana\ncarol,c\n", NULL), EX_OK);
    ck_assert_int_eq(update(HEAD "alice,apple\nbob,new\ncarol,\n"), EX_OK);
    ck_assert_str_eq(file_read(list, NULL), HEAD "alice,apple\nbob,new\n");
    ck_assert(subcommand_has("alice", "apple"));
    ck_assert(subcommand_has("bob", "new"));
    ck_assert(subcommand_has("carol", "c"));
}
END_TEST

/* The error names the account and the command that repairs it. */
START_TEST(unreadable_account)
{
    ck_assert_int_eq(import(HEAD "bob,banana\n", NULL), EX_OK);
    subcommand_damage_passwords();
    ck_assert_int_eq(update(HEAD "bob,new\n"), EX_UNAVAILABLE);
    ck_assert(captured_has("chat-server passwd --db FILE bob"));
}
END_TEST

/* If the database fails in the middle, nothing has changed. */
START_TEST(failing_database)
{
    ck_assert_int_eq(import(HEAD "bob,banana\n", NULL), EX_OK);
    subcommand_execute("CREATE TRIGGER t BEFORE INSERT ON accounts "
                       "WHEN new.name = 'dora' BEGIN "
                       "SELECT raise(ABORT, 'disk'); END");
    ck_assert_int_eq(update(HEAD "alice,a\nbob,x\ndora,d\n"), EX_UNAVAILABLE);
    ck_assert(!exists(list) && !exists(aside));
    ck_assert_int_eq(subcommand_accounts(), 1);
    ck_assert(subcommand_has("bob", "banana"));
}
END_TEST

START_TEST(no_roster)
{
    ck_assert_int_eq(
        subcommand_run(command_import, WORDS("import", "--db", subcommand_db,
                                             "/nowhere/at/all")),
        EX_NOINPUT);
    ck_assert(captured_has("cannot read"));
}
END_TEST

/* --- The list of passwords ------------------------------------------------ */

/* Generated passwords would be lost: one error line, and no import. */
START_TEST(generated_need_list)
{
    ck_assert_int_eq(import(HEAD "alice,apple\nbob,\ncarol,\n", NULL),
                     EX_USAGE);
    captured_one_line("line 3");
    ck_assert(captured_has("--list"));
    ck_assert_int_eq(subcommand_accounts(), 0);
}
END_TEST

START_TEST(list_is_not_overwritten)
{
    static const char class[] = HEAD "alice,\nbob,\n";
    char *before;

    ck_assert_int_eq(import(class, list), EX_OK);
    before = strdup(file_read(list, NULL));
    ck_assert_ptr_nonnull(before);
    ck_assert_int_eq(import(class, list), EX_CANTCREAT);
    ck_assert_int_eq(update(class), EX_CANTCREAT);
    ck_assert(captured_has("exists"));
    ck_assert_str_eq(file_read(list, NULL), before);
    free(before);
    ck_assert(!exists(aside));
}
END_TEST

/* A dangling symbolic link exists, too. */
START_TEST(list_is_a_link)
{
    ck_assert_int_eq(symlink(aside, list), 0);
    ck_assert_int_eq(import(HEAD "alice,\n", list), EX_CANTCREAT);
    ck_assert(!exists(aside));
    ck_assert_int_eq(subcommand_accounts(), 0);
}
END_TEST

START_TEST(list_has_no_folder)
{
    char nowhere[sizeof list + 8];

    snprintf(nowhere, sizeof nowhere, "%s/list", subcommand_db);
    ck_assert_int_eq(import(HEAD "alice,\n", nowhere), EX_CANTCREAT);
    ck_assert(captured_has(nowhere));
    ck_assert_int_eq(import(HEAD "alice,\n", ""), EX_CANTCREAT);
    ck_assert_int_eq(subcommand_accounts(), 0);
}
END_TEST

/* After a kill between commit and rename: advice to keep the list. */
START_TEST(killed_after_commit)
{
    ck_assert_int_eq(import(HEAD "alice,\nbob,\n", list), EX_OK);
    ck_assert_int_eq(rename(list, aside), 0);
    capture(STDERR_FILENO);
    ck_assert_int_eq(import(HEAD "alice,\nbob,\n", list), EX_CANTCREAT);
    captured_one_line("2 of its 2 passwords");
    ck_assert(captured_has("mv "));
    ck_assert(exists(aside) && !exists(list));
}
END_TEST

/* After a kill before the commit: advice to remove the list, or its part. */
START_TEST(killed_before_commit)
{
    static const char *const left[] = {HEAD "alice,apple\n", HEAD "alice,ap",
                                       HEAD "ali", "na", ""};

    write_text(aside, left[_i]);
    ck_assert_int_eq(import(HEAD "bob,\n", list), EX_CANTCREAT);
    captured_one_line("rm ");
    ck_assert_int_eq(subcommand_accounts(), 0);
    ck_assert_int_eq(unlink(aside), 0);
    ck_assert_int_eq(import(HEAD "bob,\n", list), EX_OK);
}
END_TEST

/* --- With faults ---------------------------------------------------------- */

#define SYSTEM "calloc malloc strdup fstat read pread "
#define LIST   "write fsync close link pthread_create "

/* Removes the accounts and the list. */
static void remove_files(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[sizeof list];

    for (size_t i = 0; i < COUNT(ends); i++) {
        snprintf(path, sizeof path, "%s%s", subcommand_db, ends[i]);
        unlink(path);
    }
    unlink(list);
    unlink(aside);
}

/*
 * Imports a class. The database must then have all accounts, and the whole list
 * must exist under one of its two names; or no account and no list.
 */
static int import_class(void)
{
    int rc = import(CLASS, list), found = 3;

    /* After a success the fault may still be pending, and hit this count. */
    if (rc != EX_OK)
        found = subcommand_accounts();
    ck_assert(found == 0 || found == 3);
    ck_assert_int_eq(lines_of(list), rc == EX_OK ? 4 : -1);
    ck_assert_int_eq(lines_of(aside), rc != EX_OK && found == 3 ? 4 : -1);
    remove_files();
    return rc;
}

START_TEST(import_fails)
{
    ck_assert_int_ge(fault_each(DATABASE SYSTEM CRYPTO, import_class, true),
                     20);
    ck_assert_int_ge(fault_each(LIST, import_class, false), 8);
}
END_TEST

/* Another file was created under this name while the passwords were hashed. */
START_TEST(import_cannot_name_its_list)
{
    fault_order("link", 1, EEXIST);
    ck_assert_int_eq(import_class(), EX_CANTCREAT);
    ck_assert(fault_cancel());
    ck_assert(captured_has(aside));
}
END_TEST

/* FAT has no hard links: the list is renamed in another way. */
START_TEST(import_without_links)
{
    fault_order("link", 1, EPERM);
    ck_assert_int_eq(import_class(), EX_OK);
    ck_assert(fault_cancel());
}
END_TEST

/*
 * Imports although an import that was killed has left its list. Returns 0 if
 * the error gives the command that keeps this list.
 */
static int find_old_list(void)
{
    capture(STDERR_FILENO);
    ck_assert_int_ne(import(CLASS, list), EX_OK);
    ck_assert_msg(!captured_has("type: rm"), "advises to remove the list: %s",
                  captured());
    return captured_has("type: mv") ? 0 : -1;
}

/* It must not advise to remove a list that it could not check. */
START_TEST(import_cannot_check_old_list)
{
    ck_assert_int_eq(import(CLASS, list), EX_OK);
    ck_assert_int_eq(rename(list, aside), 0);
    ck_assert_int_ge(
        fault_each(DATABASE SYSTEM "kit_scrypt", find_old_list, true), 10);
    ck_assert_int_eq(lines_of(aside), 4);
}
END_TEST

TEST_SUITE(import, 60, setup, teardown)
{
    tcase_add_tests(tcase, whole_class, line_ends, other_encodings,
                    mistake_on_the_last_line, existing_accounts,
                    whole_class_exists, exported_class, updated,
                    unreadable_account, failing_database, no_roster,
                    generated_need_list, list_is_not_overwritten,
                    list_is_a_link, list_has_no_folder, killed_after_commit);
    tcase_add_loop_test(tcase, killed_before_commit, 0, 5);
    if (faults_possible("import"))
        tcase_add_tests(tcase, import_fails, import_cannot_name_its_list,
                        import_without_links, import_cannot_check_old_list);
}
