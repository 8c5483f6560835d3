/* SPDX-License-Identifier: MIT */
/* Numeric addresses, and listening on them. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/net.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

static const struct {
    const char *ip;
    bool loopback;
    const char *network;
} addresses[] = {
    {"127.0.0.1", true, "127.0.0.1"},
    {"127.255.255.254", true, "127.255.255.254"},
    {"::1", true, "::"},
    {"0.0.0.0", false, "0.0.0.0"},
    {"::", false, "::"},
    {"128.0.0.1", false, "128.0.0.1"},
    {"192.168.1.5", false, "192.168.1.5"},
    {"126.255.255.255", false, "126.255.255.255"},
    {"::ffff:127.0.0.1", false, "127.0.0.1"},
    {"2001:db8:1:2:3:4:5:6", false, "2001:db8:1:2::"},
    {"2001:db8:1:2:ffff::", false, "2001:db8:1:2::"},
    {"2001:db8:1:3::1", false, "2001:db8:1:3::"},
    {"localhost", false, "localhost"},
    {"", false, ""},
};

START_TEST(loopback_and_network)
{
    char out[KIT_IP_SIZE];

    ck_assert_int_eq(kit_net_is_loopback(addresses[_i].ip),
                     addresses[_i].loopback);
    kit_net_network(out, addresses[_i].ip);
    ck_assert_str_eq(out, addresses[_i].network);
}
END_TEST

static const struct {
    const char *ip;
    size_t len; /* 0: IP is not numeric */
    const char *text;
} numeric[] = {
    {"192.0.2.1", sizeof(struct sockaddr_in), "192.0.2.1"},
    {"2001:db8::1", sizeof(struct sockaddr_in6), "2001:db8::1"},
    /* IPv4 through an IPv6 socket: a sender with only IPv4 can use this. */
    {"::ffff:192.0.2.1", sizeof(struct sockaddr_in6), "192.0.2.1"},
    /* test_wire.c has more like these. */
    {NULL, 0, ""},
    {"", 0, ""},
    {"localhost", 0, ""},
    {"127.1", 0, ""},
    {"0x7f000001", 0, ""},
    {"fe80::1%lo", 0, ""},
    {"[::1]", 0, ""},
    {"1.2.3.4 ", 0, ""},
};

START_TEST(sockaddr)
{
    struct sockaddr_storage to, zero = {0};
    uint16_t port = numeric[_i].len > 0 ? 65535 : 0;
    char text[KIT_IP_SIZE];

    ck_assert_uint_eq(kit_net_sockaddr(&to, numeric[_i].ip, 65535),
                      numeric[_i].len);
    ck_assert_int_eq(memcmp(&to, &zero, sizeof to) == 0, numeric[_i].len == 0);
    ck_assert_uint_eq(kit_net_text(text, (struct sockaddr *)&to), port);
    ck_assert_str_eq(text, numeric[_i].text);
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

/* Listens on PORT of IP. Returns the descriptor. */
static int listen_on(uint16_t *bound, const char *ip, uint16_t port, int want)
{
    int fd;

    ck_assert_int_eq(kit_net_listen(&fd, bound, ip, port, KIT_NET_DUAL_STACK),
                     want);
    ck_assert_int_eq(fd >= 0, want == EX_OK);
    return fd;
}

/* Listening on :: includes all addresses of IPv4. */
START_TEST(listening)
{
    static const char *const ips[] = {"127.0.0.1", "::1", "::"};
    uint16_t port;
    int fd;

    if (_i > 0 && !tcp_has_ipv6())
        return;
    fd = listen_on(&port, ips[_i], 0, EX_OK);
    ck_assert_uint_ne(port, 0);
    if (strcmp(ips[_i], "::1") != 0)
        close(tcp_connect(port));
    close(fd);
}
END_TEST

static const struct {
    const char *ip;
    int why;           /* a number of errno */
    int code;          /* to exit with */
    const char *error; /* a part of it */
} not_ours[] = {
    {"127.0.0.1", EADDRINUSE, EX_UNAVAILABLE,
     "is in use: choose another with --port N, or --port 0 for any"},
    /* RFC 5737: no machine has this address */
    {"192.0.2.1", EADDRNOTAVAIL, EX_CONFIG, "192.0.2.1"},
    {"192.0.2.1", EADDRNOTAVAIL, EX_CONFIG, "--listen ADDR"},
    {"localhost", EINVAL, EX_USAGE, "not an IP address"},
    {"127.1", EINVAL, EX_USAGE, "not an IP address"},
    {"", EINVAL, EX_USAGE, "not an IP address"},
    {"::g", EINVAL, EX_USAGE, "not an IP address"},
};

START_TEST(not_listening)
{
    uint16_t port, bound;

    capture_errors();
    tcp_listen(&port);
    listen_on(&bound, not_ours[_i].ip, port, not_ours[_i].code);
    captured_one_line(not_ours[_i].error);
}
END_TEST

/* kit_net_try_listen returns the error and prints nothing. */
START_TEST(trying)
{
    uint16_t port, bound;
    int fd;

    capture_errors();
    tcp_listen(&port);
    ck_assert_int_eq(kit_net_try_listen(&fd, &bound, not_ours[_i].ip, port,
                                        KIT_NET_DUAL_STACK),
                     not_ours[_i].why);
    ck_assert_int_eq(fd, -1);
    ck_assert_int_eq(captured_lines(), 0);
}
END_TEST

/* Errors that only some machines and users get. */
static const struct {
    int error, code;
    const char *printed; /* a part of it */
} errors[] = {{EACCES, EX_NOPERM, "from 1024 up"},
              {EMFILE, EX_OSERR, "cannot listen on 127.0.0.1 port 0"}};

START_TEST(binding_fails)
{
    uint16_t bound;

    capture_errors();
    fault_order("bind", 1, errors[_i].error);
    listen_on(&bound, "127.0.0.1", 0, errors[_i].code);
    ck_assert(fault_cancel());
    captured_one_line(errors[_i].printed);
}
END_TEST

TEST_SUITE(net, 60, NULL, NULL)
{
    tcase_add_rows(tcase, loopback_and_network, addresses);
    tcase_add_rows(tcase, sockaddr, numeric);
    tcase_add_rows(tcase, reaches, listeners);
    tcase_add_test(tcase, url);
    tcase_add_loop_test(tcase, listening, 0, 3);
    tcase_add_rows(tcase, not_listening, not_ours);
    tcase_add_rows(tcase, trying, not_ours);
    if (faults_possible("net"))
        tcase_add_rows(tcase, binding_fails, errors);
}
