/* SPDX-License-Identifier: MIT */
/* Where one can listen, and what is said where one cannot. */
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/inbox_script.h"

static void expect_no_listening(const char *ip, uint16_t where, const char *why)
{
    struct kit_inbox *others = inbox_script.inbox;
    uint16_t bound = 1;

    ck_assert_int_eq(kit_inbox_listen(&others, &bound, ip, where), -1);
    ck_assert_ptr_null(others);
    ck_assert_uint_eq(bound, 0);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_msg(captured_has(why), "%s", captured());
}

START_TEST(port_in_use)
{
    expect_no_listening("127.0.0.1", inbox_script.port,
                        "is in use: choose another with "
                        "--port N, or --port 0 for any");
}
END_TEST

static int last_peer;

static void script_stay(void)
{
    last_peer = inbox_script_peer();
}

/* We end a connection first, and can listen on its port again at once. */
START_TEST(port_is_free_again)
{
    inbox_script_run(script_stay);
    kit_inbox_close(inbox_script.inbox);
    ck_assert(tcp_ended(last_peer));
    close(last_peer);
    ck_assert_int_eq(kit_inbox_listen(&inbox_script.inbox, &inbox_script.port,
                                      "127.0.0.1", inbox_script.port),
                     0);
}
END_TEST

/* An address of RFC 5737, which nobody has. */
START_TEST(address_of_others)
{
    expect_no_listening("192.0.2.1", 0, "--listen ADDR");
}
END_TEST

START_TEST(no_address)
{
    static const char *const names[] = {"localhost", "127.1", "", "::g"};

    expect_no_listening(names[_i], 0, "not an IP address");
}
END_TEST

TEST_SUITE(inbox_listen)
{
    Suite *suite = suite_create("inbox_listen");
    TCase *tcase = suite_add_case(suite, "inbox_listen");

    tcase_add_checked_fixture(tcase, inbox_script_begin, inbox_script_end);
    tcase_add_tests(tcase, port_in_use, port_is_free_again, address_of_others);
    tcase_add_loop_test(tcase, no_address, 0, 4);
    return suite;
}
