/* SPDX-License-Identifier: MIT */
/* Addresses in numbers, and listening on them. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/net.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

static const struct {
    const char *ip;
    bool loopback;
} addresses[] = {
    {"127.0.0.1", true},
    {"127.255.255.254", true},
    {"::1", true},
    {"0.0.0.0", false},
    {"::", false},
    {"128.0.0.1", false},
    {"192.168.1.5", false},
    {"126.255.255.255", false},
    {"::ffff:127.0.0.1", false},
    {"localhost", false},
    {"", false},
};

START_TEST(loopback)
{
    ck_assert_int_eq(kit_net_is_loopback(addresses[_i].ip),
                     addresses[_i].loopback);
}
END_TEST

START_TEST(text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct sockaddr other = {.sa_family = AF_UNIX};
    char out[KIT_IP_SIZE];

    inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr);
    kit_net_text(out, (struct sockaddr *)&v4);
    ck_assert_str_eq(out, "192.0.2.1");
    inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr);
    kit_net_text(out, (struct sockaddr *)&v6);
    ck_assert_str_eq(out, "2001:db8::1");

    /* IPv4 through an IPv6 socket: a sender of IPv4 alone can use this. */
    inet_pton(AF_INET6, "::ffff:192.0.2.1", &v6.sin6_addr);
    kit_net_text(out, (struct sockaddr *)&v6);
    ck_assert_str_eq(out, "192.0.2.1");
    kit_net_text(out, &other);
    ck_assert_str_eq(out, "");
}
END_TEST

static const struct {
    const char *ip, *network;
} networks[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
    {"2001:db8:1:2:ffff::", "2001:db8:1:2::"},
    {"2001:db8:1:3::1", "2001:db8:1:3::"},
    {"::1", "::"},
    {"localhost", "localhost"},
    {"", ""},
};

START_TEST(network)
{
    char out[KIT_IP_SIZE];

    kit_net_network(out, networks[_i].ip);
    ck_assert_str_eq(out, networks[_i].network);
}
END_TEST

/* What inet_pton accepts; test_wire.c has more that it does not. */
START_TEST(sockaddr)
{
    static const char *const bad[] = {
        NULL, "", "localhost", "127.1", "fe80::1%lo", "[::1]", "1.2.3.4 "};
    struct sockaddr_storage to, zero = {0};
    char ip[KIT_IP_SIZE];

    ck_assert_uint_eq(kit_net_sockaddr(&to, "192.0.2.1", 4444),
                      sizeof(struct sockaddr_in));
    ck_assert_uint_eq(kit_net_text(ip, (struct sockaddr *)&to), 4444);
    ck_assert_str_eq(ip, "192.0.2.1");
    ck_assert_uint_eq(kit_net_sockaddr(&to, "2001:db8::1", 65535),
                      sizeof(struct sockaddr_in6));
    ck_assert_uint_eq(kit_net_text(ip, (struct sockaddr *)&to), 65535);
    ck_assert_str_eq(ip, "2001:db8::1");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_uint_eq(kit_net_sockaddr(&to, bad[i], 4444), 0);
        ck_assert_mem_eq(&to, &zero, sizeof to);
    }
}
END_TEST

static const struct {
    const char *to, *ip;
    bool reaches;
} listeners[] = {
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "0.0.0.0", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.1", "::", false},
    {"::1", "0:0:0:0:0:0:0:1", true},
    {"::1", "::", true},
    {"::1", "::2", false},
    {"::1", "0.0.0.0", false},
    {"::1", "127.0.0.1", false},
    {"localhost", "localhost", false},
    {"", "", false},
    {"127.0.0.1", "localhost", false},
};

START_TEST(reaches)
{
    ck_assert_int_eq(kit_net_reaches(listeners[_i].to, listeners[_i].ip),
                     listeners[_i].reaches);
}
END_TEST

START_TEST(url)
{
    char out[KIT_URL_SIZE];

    kit_net_url(out, "http", "127.0.0.1", 8080);
    ck_assert_str_eq(out, "http://127.0.0.1:8080");
    kit_net_url(out, "https", "1111:2222:3333:4444:5555:6666:7777:8888", 65535);
    ck_assert_str_eq(out,
                     "https://[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
}
END_TEST

START_TEST(listening)
{
    uint16_t port, again;
    int fd, other;

    capture(STDERR_FILENO);
    ck_assert_int_eq(
        kit_net_listen(&fd, &port, "127.0.0.1", 0, KIT_NET_DUAL_STACK), EX_OK);
    ck_assert_uint_ne(port, 0);
    close(tcp_connect(port));

    /* What is taken is said, and what to do. */
    ck_assert_int_eq(
        kit_net_listen(&other, &again, "127.0.0.1", port, KIT_NET_DUAL_STACK),
        EX_UNAVAILABLE);
    ck_assert_int_eq(other, -1);
    ck_assert(captured_has("is in use: choose another with --port N"));
    close(fd);
}
END_TEST

START_TEST(not_ours)
{
    uint16_t port;
    int fd;

    capture(STDERR_FILENO);
    ck_assert_int_eq(
        kit_net_listen(&fd, &port, "localhost", 0, KIT_NET_DUAL_STACK),
        EX_USAGE);
    ck_assert_int_eq(fd, -1);
    ck_assert_int_eq(
        kit_net_listen(&fd, &port, "192.0.2.1", 0, KIT_NET_DUAL_STACK),
        EX_CONFIG);
    ck_assert(captured_has("192.0.2.1"));
}
END_TEST

START_TEST(ipv6)
{
    uint16_t port;
    int fd;

    if (!tcp_has_ipv6())
        return;
    ck_assert_int_eq(kit_net_listen(&fd, &port, "::1", 0, KIT_NET_DUAL_STACK),
                     EX_OK);
    ck_assert_uint_ne(port, 0);
    close(fd);

    /* All addresses of IPv6 are those of IPv4 as well. */
    ck_assert_int_eq(kit_net_listen(&fd, &port, "::", 0, KIT_NET_DUAL_STACK),
                     EX_OK);
    close(tcp_connect(port));
    close(fd);
}
END_TEST

TEST_SUITE(net)
{
    Suite *suite = suite_create("net");
    TCase *tc = suite_add_case(suite, "net");

    tcase_add_loop_test(tc, loopback, 0,
                        sizeof addresses / sizeof addresses[0]);
    tcase_add_test(tc, text);
    tcase_add_loop_test(tc, network, 0, sizeof networks / sizeof networks[0]);
    tcase_add_test(tc, sockaddr);
    tcase_add_loop_test(tc, reaches, 0, sizeof listeners / sizeof listeners[0]);
    tcase_add_tests(tc, url, listening, not_ours, ipv6);
    return suite;
}
