/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of the server on a database file, also when memory, the
 * system or the database fails: they import a whole class or nothing of it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/selftest.h"
#include "server/commands/commands.h"
#include "server/commands/demo.h"
#include "server/http/daemon.h"
#include "server/store/accounts.h"
#include "server/store/secret_file.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"

#define HEAD "name,password\n"

/* Three accounts, for one of which a password is generated. */
#define CLASS HEAD "alice,apple\nbob,\ncarol,\"a,\"\"b\"\n"

static char *db, *roster, *password;
/* The list of passwords and its name during the import; neither exists yet. */
static char list[4096], aside[4096 + 4];

static void setup(void)
{
    db = temp_file("", 0);
    roster = temp_file("", 0);
    password = temp_file("banana\n", 7);
    snprintf(list, sizeof list, "%s-list", db);
    snprintf(aside, sizeof aside, "%s.new", list);
    capture(STDOUT_FILENO);
    capture(STDERR_FILENO);
    /* Run before there are faults: with one, kit_options would exit. */
    ck_assert_ptr_null(kit_selftest());
}

static void teardown(void)
{
    temp_remove(db);
    temp_remove(roster);
    temp_remove(password);
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

/* Whether nothing was printed on standard output. */
static bool printed_nothing(void)
{
    return fflush(stdout) == 0 && lseek(STDOUT_FILENO, 0, SEEK_END) == 0;
}

#define WORDS(...)                                                             \
    (const char *const[])                                                      \
    {                                                                          \
        __VA_ARGS__, NULL                                                      \
    }

/*
 * Runs COMMAND with WORDS, its name first. It must close what it opens, and
 * print an error if it fails.
 */
static int run(int (*command)(int, char **), const char *const *words)
{
    int lines = captured_lines(), descriptor = fault_lowest();
    char *argv[12];
    int argc = 0, rc;

    for (; words[argc] != NULL; argc++)
        argv[argc] = (char *)words[argc];
    argv[argc] = NULL;
    rc = command(argc, argv);
    if (rc != EX_OK)
        ck_assert_msg(captured_lines() > lines, "no error before exit %d", rc);
    ck_assert_int_eq(fault_lowest(), descriptor);
    return rc;
}

/* Imports TEXT, with the passwords in the file TO unless that is NULL. */
static int import(const char *text, const char *to)
{
    write_text(roster, text);
    return run(command_import, WORDS("import", "--db", db, "--scrypt-ln", "10",
                                     roster, to != NULL ? "--list" : NULL, to));
}

/* The same with --update, and the passwords in LIST. */
static int update(const char *text)
{
    write_text(roster, text);
    return run(command_import, WORDS("import", "--db", db, "--scrypt-ln", "10",
                                     roster, "--list", list, "--update"));
}

/* Sets the password of NAME to the first line of FILE. */
static int add_user(const char *name, const char *file)
{
    return run(command_adduser, WORDS("adduser", "--db", db, "--scrypt-ln",
                                      "10", "--password-file", file, name));
}

static int change_password(const char *name, const char *file)
{
    return run(command_passwd, WORDS("passwd", "--db", db, "--scrypt-ln", "10",
                                     "--password-file", file, name));
}

static int delete_user(const char *name)
{
    return run(command_deluser, WORDS("deluser", "--db", db, name));
}

static int list_users(void)
{
    return run(command_users, WORDS("users", "--db", db));
}

static struct store *open_database(void)
{
    struct store *store;

    ck_assert_int_eq(store_open(&store, db, STORE_CREATE), EX_OK);
    return store;
}

/* Whether NAME has an account with this password. */
static bool has(const char *name, const char *its_password)
{
    struct store *store = open_database();
    char phc[PASSWORD_HASH_SIZE];
    int rc = accounts_find(phc, store, name);

    store_close(store);
    return rc == 0 && password_hash_verify(phc, its_password) == 1;
}

static void count(void *context, const struct account *one)
{
    ++*(int *)context;
}

/* The number of accounts. */
static int accounts(void)
{
    struct store *store = open_database();
    int number = 0;

    ck_assert_int_eq(accounts_each(store, 0, count, &number), 0);
    store_close(store);
    return number;
}

/* --- import ----------------------------------------------------------------*/

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
    ck_assert(printed_nothing());
    ck_assert_int_eq(stat(list, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    ck_assert(!exists(aside));
    ck_assert(has("alice", "apple"));
    ck_assert(has("bob", generated));
    ck_assert(has("carol", "a,\"b"));
}
END_TEST

/* Generated passwords would be lost: one error line, and no import. */
START_TEST(generated_need_list)
{
    ck_assert_int_eq(import(HEAD "alice,apple\nbob,\ncarol,\n", NULL),
                     EX_USAGE);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has("line 3"));
    ck_assert(captured_has("--list"));
    ck_assert_int_eq(accounts(), 0);
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
    ck_assert_int_eq(accounts(), 0);
}
END_TEST

START_TEST(list_has_no_folder)
{
    char nowhere[sizeof list + 8];

    snprintf(nowhere, sizeof nowhere, "%s/list", db);
    ck_assert_int_eq(import(HEAD "alice,\n", nowhere), EX_CANTCREAT);
    ck_assert(captured_has(nowhere));
    ck_assert_int_eq(import(HEAD "alice,\n", ""), EX_CANTCREAT);
    ck_assert_int_eq(accounts(), 0);
}
END_TEST

/* Killed between the commit and the rename: the next run says to keep it. */
START_TEST(killed_after_commit)
{
    ck_assert_int_eq(import(HEAD "alice,\nbob,\n", list), EX_OK);
    ck_assert_int_eq(rename(list, aside), 0);
    capture(STDERR_FILENO);
    ck_assert_int_eq(import(HEAD "alice,\nbob,\n", list), EX_CANTCREAT);
    ck_assert(captured_has("2 of its 2 passwords"));
    ck_assert(captured_has("mv "));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(exists(aside) && !exists(list));
}
END_TEST

/* Killed before the commit, with all or part of the list: remove it. */
START_TEST(killed_before_commit)
{
    static const char *const left[] = {HEAD "alice,apple\n", HEAD "alice,ap",
                                       HEAD "ali", "na", ""};

    write_text(aside, left[_i]);
    ck_assert_int_eq(import(HEAD "bob,\n", list), EX_CANTCREAT);
    ck_assert(captured_has("rm "));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_int_eq(accounts(), 0);
    ck_assert_int_eq(unlink(aside), 0);
    ck_assert_int_eq(import(HEAD "bob,\n", list), EX_OK);
}
END_TEST

/* From Excel: a byte order mark and CR LF, or only CR on a Mac. */
START_TEST(line_ends)
{
    ck_assert_int_eq(
        import("\xef\xbb\xbfname,password\r\nalice,apple\r\n", NULL), EX_OK);
    ck_assert(has("alice", "apple"));
    ck_assert_int_eq(import("name,password\rbob,banana\r", NULL), EX_OK);
    ck_assert(has("bob", "banana"));
}
END_TEST

START_TEST(other_encodings)
{
    ck_assert_int_eq(import(HEAD "alice,apple\nbob,\xe4\n", NULL), EX_NOINPUT);
    ck_assert(captured_has("line 3 is not UTF-8"));
    ck_assert_int_eq(import("\xff\xfen", NULL), EX_NOINPUT);
    ck_assert(captured_has("UTF-16"));
    ck_assert_int_eq(accounts(), 0);
}
END_TEST

START_TEST(mistake_on_the_last_line)
{
    ck_assert_int_eq(import(HEAD "alice,apple\nBob,b\n", NULL), EX_DATAERR);
    ck_assert(printed_nothing());
    ck_assert_int_eq(accounts(), 0);
}
END_TEST

START_TEST(existing_accounts)
{
    ck_assert_int_eq(import(HEAD "bob,banana\n", NULL), EX_OK);
    capture(STDERR_FILENO);
    ck_assert_int_eq(import(HEAD "alice,apple\nbob,b\ncarol,c\nbob2,\n", NULL),
                     EX_CANTCREAT);
    ck_assert(captured_has("line 3: the account bob exists"));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_int_eq(accounts(), 1);
    ck_assert(has("bob", "banana"));
}
END_TEST

/* Importing a class again: one line, not one for each account. */
START_TEST(whole_class_exists)
{
    static const char class[] = HEAD "alice,a\nbob,b\ncarol,c\n";

    ck_assert_int_eq(import(class, NULL), EX_OK);
    capture(STDERR_FILENO);
    ck_assert_int_eq(import(class, NULL), EX_CANTCREAT);
    ck_assert(captured_has("line 2: the account alice exists, and 2 more"));
    ck_assert(captured_has("--update"));
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

START_TEST(exported_class)
{
    ck_assert_int_eq(import("Student,SIS Login ID\n Points,\nA,Alice\n", list),
                     EX_OK);
    ck_assert(captured_has("skipped 1 line without"));
    ck_assert_int_eq(accounts(), 1);
    ck_assert_int_eq(delete_user("alice"), EX_OK);
}
END_TEST

START_TEST(updated)
{
    ck_assert_int_eq(import(HEAD "bob,banana\ncarol,c\n", NULL), EX_OK);
    ck_assert_int_eq(update(HEAD "alice,apple\nbob,new\ncarol,\n"), EX_OK);
    ck_assert_str_eq(file_read(list, NULL), HEAD "alice,apple\nbob,new\n");
    ck_assert(has("alice", "apple"));
    ck_assert(has("bob", "new"));
    ck_assert(has("carol", "c"));
}
END_TEST

/* The database fails in the middle, and nothing has changed. */
START_TEST(failing_database)
{
    struct store *store;

    ck_assert_int_eq(import(HEAD "bob,banana\n", NULL), EX_OK);
    store = open_database();
    ck_assert_int_eq(sqlite3_exec(store->db,
                                  "CREATE TRIGGER t BEFORE INSERT ON accounts "
                                  "WHEN new.name = 'dora' BEGIN "
                                  "SELECT raise(ABORT, 'disk'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    store_close(store);
    ck_assert_int_eq(update(HEAD "alice,a\nbob,x\ndora,d\n"), EX_UNAVAILABLE);
    ck_assert(!exists(list) && !exists(aside));
    ck_assert_int_eq(accounts(), 1);
    ck_assert(has("bob", "banana"));
}
END_TEST

START_TEST(no_roster)
{
    ck_assert_int_eq(
        run(command_import, WORDS("import", "--db", db, "/nowhere/at/all")),
        EX_NOINPUT);
    ck_assert(captured_has("cannot read"));
}
END_TEST

/* --- slips -----------------------------------------------------------------*/

/* The slips of the list TEXT. */
static int slips(const char *text)
{
    write_text(roster, text);
    return run(command_slips,
               WORDS("slips", "--server", "https://h:1", roster));
}

/* How often TEXT is in what was printed. */
static int count_of(const char *text)
{
    int found = 0;

    fflush(stdout);
    for (const char *p = captured(); (p = strstr(p, text)) != NULL; p++)
        found++;
    return found;
}

/* 13 accounts need a second page. What is special in HTML is escaped. */
START_TEST(slips_of_class)
{
    capture(STDOUT_FILENO);
    ck_assert_int_eq(slips(HEAD "a,\"<&\"\"\"\nb,1\nc,1\nd,1\ne,1\nf,1\ng,1\n"
                                "h,1\ni,1\nj,1\nk,1\nl,1\nm,\xc3\xa4\n"),
                     EX_OK);
    ck_assert_int_eq(count_of("<table>"), 2);
    ck_assert_int_eq(count_of("<tr>"), 7);
    ck_assert_int_eq(count_of("<td>"), 14);
    ck_assert_int_eq(count_of("<dd>&#60;&#38;&#34;\n"), 1);
    ck_assert_int_eq(count_of("<dd>\xc3\xa4\n"), 1);
    ck_assert_int_eq(count_of("<dd>https://h:1\n"), 13);
}
END_TEST

/* The roster instead of the list: not all have a password. */
START_TEST(slips_of_roster)
{
    ck_assert_int_eq(slips(HEAD "alice,a\nbob,\n"), EX_DATAERR);
    ck_assert(captured_has("line 3: bob has no password"));
    ck_assert_int_eq(slips("junk\n"), EX_DATAERR);
    ck_assert_int_eq(run(command_slips, WORDS("slips", "/nowhere/at/all")),
                     EX_NOINPUT);
    ck_assert(printed_nothing());
}
END_TEST

/* --- One account at a time -------------------------------------------------*/

START_TEST(single_accounts)
{
    char *changed = temp_file("pear\r\n", 6);

    ck_assert_int_eq(add_user("alice", password), EX_OK);
    ck_assert(has("alice", "banana"));
    ck_assert_int_eq(add_user("alice", password), EX_CANTCREAT);

    ck_assert_int_eq(change_password("alice", changed), EX_OK);
    ck_assert(has("alice", "pear"));
    ck_assert_int_eq(change_password("nobody", changed), EX_NOUSER);
    temp_remove(changed);

    ck_assert_int_eq(delete_user("alice"), EX_OK);
    ck_assert_int_eq(delete_user("alice"), EX_NOUSER);
    ck_assert_int_eq(accounts(), 0);
}
END_TEST

/* A rejected password adds no account. */
START_TEST(no_password)
{
    write_text(password, "\n");
    ck_assert_int_eq(run(command_adduser, WORDS("adduser", "alice")), EX_USAGE);
    ck_assert_int_eq(add_user("alice", password), EX_NOINPUT);
    ck_assert_int_eq(accounts(), 0);
    ck_assert_int_eq(
        run(command_adduser, WORDS("adduser", "Alice", "--db", db)), EX_USAGE);
}
END_TEST

START_TEST(listed)
{
    ck_assert_int_eq(import(HEAD "bob,b\nalice,a\n", NULL), EX_OK);
    capture(STDOUT_FILENO);
    ck_assert_int_eq(list_users(), EX_OK);
    ck_assert_int_eq(captured_lines(), 3);
    ck_assert(captured_has("never\nbob "));
}
END_TEST

/* --- With faults -----------------------------------------------------------*/

#define DATABASE "sqlite3_open_v2 sqlite3_exec sqlite3_prepare_v3 sqlite3_step "
#define SYSTEM   "calloc malloc strdup fstat read pread "
#define LIST     "write fsync close link pthread_create "
#define THREADS  "pipe pthread_create socket bind listen getsockname fcntl "
#define CRYPTO   "kit_random kit_sha256 kit_hmac kit_scrypt "

/* Removes the accounts and the list. */
static void remove_files(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[sizeof list];

    for (size_t i = 0; i < COUNT(ends); i++) {
        snprintf(path, sizeof path, "%s%s", db, ends[i]);
        unlink(path);
    }
    unlink(list);
    unlink(aside);
}

/*
 * Imports a class: it has all accounts or none. If all, their whole list has
 * one of its two names; if none, there is no list.
 */
static int import_class(void)
{
    int rc = import(CLASS, list), found = 3;

    /* After success the fault may still be pending: accounts() would hit it. */
    if (rc != EX_OK)
        found = accounts();
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

/* FAT has no links: the list is renamed in another way. */
START_TEST(import_without_links)
{
    fault_order("link", 1, EPERM);
    ck_assert_int_eq(import_class(), EX_OK);
    ck_assert(fault_cancel());
}
END_TEST

/* Finds the list of an import that was killed. 0: says how to keep it. */
static int find_old_list(void)
{
    capture(STDERR_FILENO);
    ck_assert_int_ne(import(CLASS, list), EX_OK);
    ck_assert_msg(!captured_has("type: rm"), "%s", captured());
    return captured_has("type: mv") ? 0 : -1;
}

/* No advice to remove passwords that could not be checked. */
START_TEST(import_cannot_check_old_list)
{
    ck_assert_int_eq(import(CLASS, list), EX_OK);
    ck_assert_int_eq(rename(list, aside), 0);
    ck_assert_int_ge(
        fault_each(DATABASE SYSTEM "kit_scrypt", find_old_list, true), 10);
    ck_assert_int_eq(lines_of(aside), 4);
}
END_TEST

static int add_dave(void)
{
    int rc = add_user("dave", password);

    if (rc != EX_OK)
        ck_assert_int_eq(accounts(), 0);
    return rc;
}

static int change_dave(void)
{
    return change_password("dave", password);
}

static int delete_dave(void)
{
    int rc = delete_user("dave");

    if (rc != EX_OK)
        ck_assert_int_eq(accounts(), 1);
    return rc;
}

START_TEST(account_fails)
{
    ck_assert_int_ge(
        fault_each(DATABASE "calloc read pread " CRYPTO, add_dave, true), 8);
    ck_assert_int_ge(
        fault_each(DATABASE "calloc pread " CRYPTO, change_dave, true), 8);
    ck_assert_int_ge(
        fault_each(DATABASE "calloc pread fflush", list_users, true), 5);
    ck_assert_int_ge(fault_each(DATABASE "calloc pread", delete_dave, true), 5);
    ck_assert_int_eq(accounts(), 0);
}
END_TEST

static int read_password(void)
{
    char *text = secret_file_read(password, SECRET_FILE_OWNER_ONLY, KIT_UTF8);
    int rc = text != NULL ? 0 : -1;

    if (text != NULL)
        ck_assert_str_eq(text, "banana\n");
    free(text);
    return rc;
}

START_TEST(secret_file_fails)
{
    ck_assert_int_ge(fault_each("fstat calloc read", read_password, true), 4);
}
END_TEST

/* Serves the demo until SIGTERM, which is pending from the start. */
static int serve(void)
{
    sigset_t term;

    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &term, NULL), 0);
    kill(getpid(), SIGTERM);
    return run(command_serve, WORDS("chat-server", "--demo", "--port", "0",
                                    "--scrypt-ln", "10"));
}

START_TEST(demo)
{
    capture(STDOUT_FILENO);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(captured_has("alice     apple"));
    ck_assert(captured_has("listening on http://127.0.0.1:"));
}
END_TEST

START_TEST(serve_fails)
{
    ck_assert_int_ge(fault_each(DATABASE THREADS CRYPTO "calloc", serve, true),
                     20);
}
END_TEST

/* It serves without knowing its limits or printing its address. */
START_TEST(serve_succeeds)
{
    static const char *const calls[] = {"getrlimit", "fflush"};

    fault_order(calls[_i], 1, 0);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(fault_cancel());
}
END_TEST

/* With few files allowed it asks for more, and serves if it gets none. */
START_TEST(few_files)
{
    struct rlimit files;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = _i == 0 ? 100 : 300;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    fault_order("setrlimit", 1, 0);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(fault_cancel());
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    ck_assert_uint_gt(files.rlim_cur, 300);
}
END_TEST

/* The exit code depends on the reason. */
START_TEST(cannot_listen)
{
    static const struct {
        int error, code;
    } reasons[] = {{EADDRINUSE, EX_UNAVAILABLE},
                   {EADDRNOTAVAIL, EX_CONFIG},
                   {EACCES, EX_NOPERM},
                   {EMFILE, EX_OSERR}};
    uint16_t port;
    int fd;

    for (size_t i = 0; i < COUNT(reasons); i++) {
        fault_order("bind", 1, reasons[i].error);
        ck_assert_int_eq(
            kit_net_listen(&fd, &port, "127.0.0.1", 0, KIT_NET_DUAL_STACK),
            reasons[i].code);
        ck_assert(fault_cancel());
        ck_assert_int_eq(fd, -1);
        ck_assert_int_eq(captured_lines(), (int)i + 1);
    }
}
END_TEST

TEST_SUITE(commands, 60, setup, teardown)
{
    tcase_add_tests(tcase, whole_class, line_ends, other_encodings,
                    generated_need_list, list_is_not_overwritten,
                    list_is_a_link, list_has_no_folder, killed_after_commit);
    tcase_add_loop_test(tcase, killed_before_commit, 0, 5);
    tcase_add_tests(tcase, mistake_on_the_last_line, existing_accounts,
                    whole_class_exists, exported_class, updated, slips_of_class,
                    slips_of_roster, failing_database, no_roster,
                    single_accounts, no_password, listed);
    if (!faults_possible("commands"))
        return;
    tcase_add_tests(tcase, import_fails, import_cannot_name_its_list,
                    import_without_links, import_cannot_check_old_list,
                    account_fails, secret_file_fails, demo, serve_fails);
    tcase_add_loop_test(tcase, serve_succeeds, 0, 2);
    tcase_add_loop_test(tcase, few_files, 0, 2);
    tcase_add_test(tcase, cannot_listen);
}
