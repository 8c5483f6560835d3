/* SPDX-License-Identifier: MIT */
/* What the sender sends to a receiver that the test plays, to the last byte. */
#include <pthread.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/e2e/fake_receiver.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

START_TEST(every_byte)
{
    static struct kit_lines in;
    struct kit_nonce first, second;
    struct process *alice;
    int fd;

    http_server_open(&fake_receiver.oracle, 200, fake_receiver.m4);
    alice = start_alice();
    process_write(alice, "hello bob\n\nhello bob\n", 21);
    fd = tcp_accept(fake_receiver.listener);
    fake_receiver_check(&first, fake_receiver_line(&in, fd), 1, "hello bob", 9);
    fake_receiver_check(&second, fake_receiver_line(&in, fd), 2, "", 0);
    ck_assert_int_ne(memcmp(&first, &second, sizeof first), 0);
    fake_receiver_check(&second, fake_receiver_line(&in, fd), 3, "hello bob",
                        9);
    ck_assert_int_ne(memcmp(&first, &second, sizeof first), 0);
    process_exits(alice, EX_OK);
    ck_assert_ptr_null(fake_receiver_line(&in, fd));
    ck_assert_uint_eq(alice->out.len, 0);
    ck_assert_int_eq(fake_receiver.oracle.requests, 2);
    close(fd);
    process_end(alice);
    http_server_close(&fake_receiver.oracle);
}
END_TEST

/* When the connection drops, it is opened again and seq goes on. */
START_TEST(dropped)
{
    static struct kit_lines in[2];
    struct kit_nonce nonce;
    struct process *alice;
    int fd;

    http_server_open(&fake_receiver.oracle, 200, fake_receiver.m4);
    alice = start_alice();
    process_write(alice, "one\n", 4);
    fd = tcp_accept(fake_receiver.listener);
    fake_receiver_check(&nonce, fake_receiver_line(&in[0], fd), 1, "one", 3);
    close(fd);
    process_write(alice, "two\n", 4);
    fd = tcp_accept(fake_receiver.listener);
    fake_receiver_check(&nonce, fake_receiver_line(&in[1], fd), 2, "two", 3);
    process_exits(alice, EX_OK);
    ck_assert_int_eq(fake_receiver.oracle.requests, 2);
    close(fd);
    process_end(alice);
    http_server_close(&fake_receiver.oracle);
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

    fake_receiver_close();
    fake_receiver_open(1024);
    for (int i = 0; i < 200; i++) {
        memset(many + i * (KIT_TEXT_MAX + 1), 'a' + i % 26, KIT_TEXT_MAX);
        many[i * (KIT_TEXT_MAX + 1) + KIT_TEXT_MAX] = '\n';
    }
    http_server_open(&fake_receiver.oracle, 200, fake_receiver.m4);
    alice = start_alice();
    ck_assert_int_eq(pthread_create(&feeder, NULL, feed, alice), 0);
    fd = tcp_accept(fake_receiver.listener);
    for (int i = 0; i < 200; i++)
        fake_receiver_check(&nonce, fake_receiver_line(&in, fd), i + 1,
                            many + i * (KIT_TEXT_MAX + 1), KIT_TEXT_MAX);
    pthread_join(feeder, NULL);
    close(fd);
    process_exits(alice, EX_OK);
    process_end(alice);
    http_server_close(&fake_receiver.oracle);
}
END_TEST

/* Nobody at the address: an error, and no exit code of success. */
START_TEST(nobody_there)
{
    struct process *alice;

    http_server_open(&fake_receiver.oracle, 200, fake_receiver.m4);
    fake_receiver_close();
    alice = start_alice();
    process_write(alice, "never\n", 6);
    process_exits(alice, EX_UNAVAILABLE);
    ck_assert_uint_gt(alice->err.len, 0);
    process_end(alice);
    http_server_close(&fake_receiver.oracle);
    fake_receiver_open(0);
}
END_TEST

TEST_SUITE(sender)
{
    Suite *suite = suite_create("sender");
    TCase *tcase = suite_add_case(suite, "sender");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, fake_receiver_begin, fake_receiver_end);
    tcase_add_tests(tcase, every_byte, dropped, slow_reader, nobody_there);
    return suite;
}
