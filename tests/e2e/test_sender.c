/* SPDX-License-Identifier: MIT */
/* What the sender sends to a receiver that the test plays, to the last byte. */
#include <check.h>
#include <pthread.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/e2e/inbox.h"

START_TEST(every_byte)
{
    static struct kit_lines in;
    struct kit_nonce first, second;
    struct process *alice;
    int fd;

    oracle_open(&inbox.oracle, 200, inbox.m4);
    alice = start_alice();
    process_write(alice, "hello bob\n\nhello bob\n", 21);
    fd = inbox_take();
    inbox_check(&first, inbox_line(&in, fd), 1, "hello bob", 9);
    inbox_check(&second, inbox_line(&in, fd), 2, "", 0);
    ck_assert_int_ne(memcmp(&first, &second, sizeof first), 0);
    inbox_check(&second, inbox_line(&in, fd), 3, "hello bob", 9);
    ck_assert_int_ne(memcmp(&first, &second, sizeof first), 0);
    process_exits(alice, EX_OK);
    ck_assert_ptr_null(inbox_line(&in, fd));
    ck_assert_uint_eq(alice->out.len, 0);
    ck_assert_int_eq(inbox.oracle.requests, 2);
    close(fd);
    process_end(alice);
    oracle_close(&inbox.oracle);
}
END_TEST

/* When the connection drops, it is opened again and seq goes on. */
START_TEST(dropped)
{
    static struct kit_lines in[2];
    struct kit_nonce nonce;
    struct process *alice;
    int fd;

    oracle_open(&inbox.oracle, 200, inbox.m4);
    alice = start_alice();
    process_write(alice, "one\n", 4);
    fd = inbox_take();
    inbox_check(&nonce, inbox_line(&in[0], fd), 1, "one", 3);
    close(fd);
    process_write(alice, "two\n", 4);
    fd = inbox_take();
    inbox_check(&nonce, inbox_line(&in[1], fd), 2, "two", 3);
    process_exits(alice, EX_OK);
    ck_assert_int_eq(inbox.oracle.requests, 2);
    close(fd);
    process_end(alice);
    oracle_close(&inbox.oracle);
}
END_TEST

/* 200 of the longest texts: more than any buffer on the way holds. */
static char many[200 * (KIT_TEXT_MAX + 1)];

static void *feed(void *alice)
{
    process_write(alice, many, sizeof many);
    process_close_input(alice);
    return NULL;
}

/* A receiver that reads late, in small bites, gets every byte. */
START_TEST(slow_reader)
{
    static struct kit_lines in;
    struct kit_nonce nonce;
    struct process *alice;
    pthread_t feeder;
    int fd;

    inbox_close();
    inbox_open(1024);
    for (int i = 0; i < 200; i++) {
        memset(many + i * (KIT_TEXT_MAX + 1), 'a' + i % 26, KIT_TEXT_MAX);
        many[i * (KIT_TEXT_MAX + 1) + KIT_TEXT_MAX] = '\n';
    }
    oracle_open(&inbox.oracle, 200, inbox.m4);
    alice = start_alice();
    ck_assert_int_eq(pthread_create(&feeder, NULL, feed, alice), 0);
    fd = inbox_take();
    for (int i = 0; i < 200; i++)
        inbox_check(&nonce, inbox_line(&in, fd), i + 1,
                    many + i * (KIT_TEXT_MAX + 1), KIT_TEXT_MAX);
    pthread_join(feeder, NULL);
    close(fd);
    process_exits(alice, EX_OK);
    process_end(alice);
    oracle_close(&inbox.oracle);
}
END_TEST

/* Nobody at the address: an error, and no exit code of success. */
START_TEST(nobody_there)
{
    struct process *alice;

    oracle_open(&inbox.oracle, 200, inbox.m4);
    inbox_close();
    alice = start_alice();
    process_write(alice, "never\n", 6);
    process_exits(alice, EX_UNAVAILABLE);
    ck_assert_uint_gt(alice->err.len, 0);
    process_end(alice);
    oracle_close(&inbox.oracle);
    inbox_open(0);
}
END_TEST

Suite *sender_suite(void);

Suite *sender_suite(void)
{
    Suite *suite = suite_create("sender");
    TCase *tcase = tcase_create("sender");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, inbox_begin, inbox_end);
    tcase_add_test(tcase, every_byte);
    tcase_add_test(tcase, dropped);
    tcase_add_test(tcase, slow_reader);
    tcase_add_test(tcase, nobody_there);
    suite_add_tcase(suite, tcase);
    return suite;
}
