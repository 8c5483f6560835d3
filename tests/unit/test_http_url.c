/* SPDX-License-Identifier: MIT */
/* Which servers can be named, and what is said about them. */
#include <string.h>
#include <unistd.h>

#include "lib/http.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

static struct kit_http *http;

static void setup(void)
{
    capture(STDERR_FILENO);
}

static void teardown(void)
{
    kit_http_close(http);
}

static const struct {
    const char *url;
    bool noted; /* passwords would leave this machine in clear */
} good[] = {
    {"http://127.0.0.1:8080", false},   {"http://127.0.0.1:8080/", false},
    {"http://127.1.2.3", false},        {"http://localhost:8080", false},
    {"http://LOCALHOST", false},        {"http://[::1]:8080", false},
    {"https://chat.example", false},    {"https://192.0.2.1:8443/", false},
    {"HTTPS://chat.example", false},    {"http://192.0.2.1:8080", true},
    {"http://chat.example/", true},     {"http://[2001:db8::1]:80", true},
    {"http://localhost.example", true}, {"http://127.example", true},
};
enum { GOOD = sizeof good / sizeof good[0] };

START_TEST(good_urls)
{
    ck_assert_int_eq(kit_http_open(&http, good[_i].url, NULL), 0);
    ck_assert_int_eq(captured_lines(), good[_i].noted ? 1 : 0);
    ck_assert_int_eq(captured_has("not encrypted"), good[_i].noted);
}
END_TEST

static const char *const bad[] = {
    "",
    "127.0.0.1:8080",
    "localhost",
    "localhost:8080",
    "//localhost",
    "http://",
    "http://:8080",
    "http://localhost:port",
    "http://localhost:65536",
    "http://localhost:8080/login",
    "http://localhost//",
    "http://localhost/?a=b",
    "http://localhost?a=b",
    "http://localhost/#top",
    "http://alice@localhost",
    "http://alice:secret@localhost",
    "http://local host",
    "ftp://localhost",
    "file:///etc/passwd",
    "gopher://localhost",
};
enum { BAD = sizeof bad / sizeof bad[0] };

START_TEST(bad_urls)
{
    ck_assert_int_eq(kit_http_open(&http, bad[_i], NULL), -1);
    ck_assert_ptr_null(http);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* The name of a host has an end, and so has the room for a URL. */
START_TEST(endless_url)
{
    char text[5000] = "http://";

    memset(text + 7, 'a', sizeof text - 8);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(kit_http_open(&http, text, NULL), -1);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

START_TEST(no_such_certificate)
{
    static const char *const files[] = {"tests/no-such.pem", "tests"};

    ck_assert_int_eq(kit_http_open(&http, "https://localhost", files[_i]), -1);
    ck_assert_ptr_null(http);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has(files[_i]));
    ck_assert(captured_has("--cacert"));
}
END_TEST

START_TEST(closing_nothing)
{
    kit_http_close(NULL);
}
END_TEST

TEST_SUITE(http_url)
{
    Suite *suite = suite_create("http_url");
    TCase *tcase = suite_add_case(suite, "opening");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, good_urls, 0, GOOD);
    tcase_add_loop_test(tcase, bad_urls, 0, BAD);
    tcase_add_test(tcase, endless_url);
    tcase_add_loop_test(tcase, no_such_certificate, 0, 2);
    tcase_add_test(tcase, closing_nothing);
    return suite;
}
