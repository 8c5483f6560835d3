/* SPDX-License-Identifier: MIT */
/*
 * The sender between a server and a receiver that the test plays: what it
 * sends, what it does not send, and when it stops.
 */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/json.h"
#include "lib/lines.h"
#include "tests/e2e/forge.h"
#include "tests/e2e/stage.h"

#define TOKEN  "0123456789abcdef-token-of-alice"
#define SECRET "fedcba9876543210-secret-of-this-chat"

static struct stage stage;
static struct oracle oracle;
static char answer[8192], ticket[KIT_SEALED_SIZE];
static int listener;
static unsigned port;

/* A receiver's socket; RCVBUF bytes of buffer, or 0 for the usual. */
static void listen_as_bob(int rcvbuf)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;

    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (rcvbuf > 0)
        setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(listener, 16), 0);
    getsockname(listener, (struct sockaddr *)&at, &size);
    port = ntohs(at.sin_port);
}

/* M2 and M4 in one object: both are answered with it. */
static const char *usual_answer(void)
{
    snprintf(answer, sizeof answer,
             "{\"token\":\"" TOKEN "\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"" SECRET "\",\"senderinfo\":\"%s\","
             "\"port\":%u,\"receiver\":\"bob\",\"more\":[{}]}",
             ticket, port);
    return answer;
}

static void setup(void)
{
    stage_open(&stage);
    listen_as_bob(0);
    forge_seal(ticket, "a-token-that-nobody-knows", KIT_LABEL_TICKET,
               "senderinfo>bob", "{}", 2);
}

static void teardown(void)
{
    close(listener);
    stage_close(&stage);
}

static struct process *start_alice(void)
{
    stage.url = oracle.url;
    return stage_sender(&stage, stage_builds[0], "solution", "alice", "bob");
}

/* Waits for alice to connect. */
static int take_connection(void)
{
    struct pollfd one = {.fd = listener, .events = POLLIN};

    ck_assert_msg(poll(&one, 1, PROCESS_SECONDS * 1000) == 1,
                  "nobody connects");
    return accept(listener, NULL, NULL);
}

/* Whether somebody has connected, or tried to. */
static bool has_connection(void)
{
    struct pollfd one = {.fd = listener, .events = POLLIN};

    return poll(&one, 1, 0) == 1;
}

/* The next line on FD, terminated; NULL at the end. */
static const char *next_line(struct kit_lines *in, int fd)
{
    static char line[KIT_LINE_MAX + 1];
    struct pollfd one = {.fd = fd, .events = POLLIN};
    const char *at;
    size_t len;

    while (!kit_lines_take(&at, &len, in)) {
        ck_assert_msg(!kit_lines_full(in), "a line over 8192 bytes");
        ck_assert_msg(poll(&one, 1, PROCESS_SECONDS * 1000) == 1,
                      "no line comes");
        if (kit_lines_read(in, fd) <= 0)
            return NULL;
    }
    memcpy(line, at, len);
    line[len] = '\0';
    return line;
}

/* Checks LINE to the last byte: message SEQ, saying TEXT of LEN bytes. */
static void check_line(struct kit_nonce *nonce, const char *line, long seq,
                       const char *text, size_t len)
{
    static uint8_t opened[KIT_TEXT_MAX];
    static struct kit_box box;
    struct kit_key key;
    char ad[64];
    long long got;
    cJSON *m5 = kit_json_object(line, strlen(line));

    ck_assert_msg(m5 != NULL, "no JSON object: %s", line);
    ck_assert_int_eq(cJSON_GetArraySize(m5), 3);
    ck_assert_str_eq(kit_json_string(m5, "senderinfo"), ticket);
    ck_assert_int_eq(kit_json_integer(&got, m5, "seq", 1, KIT_SEQ_MAX), 0);
    ck_assert_int_eq(got, seq);
    ck_assert_int_eq(kit_box_decode(&box, kit_json_string(m5, "message")), 0);
    ck_assert_int_eq(kit_derive(&key, SECRET, "message"), 0);
    snprintf(ad, sizeof ad, "alice>bob#%ld", seq);
    ck_assert_int_eq(kit_open(opened, sizeof opened, &key, &box.nonce, ad,
                              strlen(ad), box.bytes, box.len),
                     0);
    ck_assert_uint_eq(box.len, len + KIT_TAG_LEN);
    ck_assert_int_eq(memcmp(opened, text, len), 0);
    *nonce = box.nonce;
    kit_json_free(m5);
}

START_TEST(every_byte)
{
    static struct kit_lines in;
    struct kit_nonce first, second;
    struct process *alice;
    int fd;

    oracle_open(&oracle, 200, usual_answer());
    alice = start_alice();
    process_write(alice, "hello bob\n\nhello bob\n", 21);
    fd = take_connection();
    check_line(&first, next_line(&in, fd), 1, "hello bob", 9);
    check_line(&second, next_line(&in, fd), 2, "", 0);
    ck_assert_int_ne(memcmp(&first, &second, sizeof first), 0);
    check_line(&second, next_line(&in, fd), 3, "hello bob", 9);
    ck_assert_int_ne(memcmp(&first, &second, sizeof first), 0);
    process_exits(alice, EX_OK);
    ck_assert_ptr_null(next_line(&in, fd));
    ck_assert_uint_eq(alice->out.len, 0);
    ck_assert_int_eq(oracle.requests, 2);
    close(fd);
    process_end(alice);
    oracle_close(&oracle);
}
END_TEST

/* When the connection drops, it is opened again and seq goes on. */
START_TEST(dropped)
{
    static struct kit_lines in[2];
    struct kit_nonce nonce;
    struct process *alice;
    int fd;

    oracle_open(&oracle, 200, usual_answer());
    alice = start_alice();
    process_write(alice, "one\n", 4);
    fd = take_connection();
    check_line(&nonce, next_line(&in[0], fd), 1, "one", 3);
    close(fd);
    process_write(alice, "two\n", 4);
    fd = take_connection();
    check_line(&nonce, next_line(&in[1], fd), 2, "two", 3);
    process_exits(alice, EX_OK);
    ck_assert_int_eq(oracle.requests, 2);
    close(fd);
    process_end(alice);
    oracle_close(&oracle);
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

    close(listener);
    listen_as_bob(1024);
    for (int i = 0; i < 200; i++) {
        memset(many + i * (KIT_TEXT_MAX + 1), 'a' + i % 26, KIT_TEXT_MAX);
        many[i * (KIT_TEXT_MAX + 1) + KIT_TEXT_MAX] = '\n';
    }
    oracle_open(&oracle, 200, usual_answer());
    alice = start_alice();
    ck_assert_int_eq(pthread_create(&feeder, NULL, feed, alice), 0);
    fd = take_connection();
    for (int i = 0; i < 200; i++)
        check_line(&nonce, next_line(&in, fd), i + 1,
                   many + i * (KIT_TEXT_MAX + 1), KIT_TEXT_MAX);
    pthread_join(feeder, NULL);
    close(fd);
    process_exits(alice, EX_OK);
    process_end(alice);
    oracle_close(&oracle);
}
END_TEST

/* Answers that are not message 4: the sender stops and connects nowhere. */
static const struct {
    int status;
    const char *body; /* behind the token, or all of it with another status */
    int code;
} answers[] = {
    {401, "{\"error\":\"bad_login\"}", EX_NOPERM},
    {404, "{\"error\":\"no_receiver\"}", EX_NOUSER},
    {429, "{\"error\":\"slow_down\"}", EX_TEMPFAIL},
    {500, "{\"error\":\"internal\"}", EX_UNAVAILABLE},
    {503, "{\"error\":\"busy\"}", EX_TEMPFAIL},
    {302, "{}", EX_PROTOCOL},
    {200, "<html>", EX_PROTOCOL},
    {200, "[]", EX_PROTOCOL},
    {200, "{}", EX_PROTOCOL},
};

START_TEST(other_answers)
{
    struct process *alice;

    oracle_open(&oracle, answers[_i].status, answers[_i].body);
    alice = start_alice();
    process_write(alice, "never\n", 6);
    process_exits(alice, answers[_i].code);
    ck_assert_uint_gt(alice->err.len, 0);
    ck_assert(!has_connection());
    process_end(alice);
    oracle_close(&oracle);
}
END_TEST

/* What is put in place of one member of message 4. */
static const struct {
    const char *member, *value; /* NULL: the member is left out */
} spoils[] = {
    {"ip_addr", NULL},
    {"ip_addr", "7"},
    {"ip_addr", "\"localhost\""},
    {"ip_addr", "\"127.1\""},
    {"ip_addr", "\"127.0.0.1 \""},
    {"secret", NULL},
    {"secret", "\"short\""},
    {"secret", "12345678901234567890"},
    {"senderinfo", NULL},
    {"senderinfo", "\"\""},
    {"senderinfo", "\"AAAA\""},
    {"senderinfo", "{}"},
    {"port", "0"},
    {"port", "65536"},
    {"port", "\"4444\""},
    {"port", "4444.0"},
    {"receiver", "\"carol\""},
    {"receiver", "null"},
};

START_TEST(spoiled)
{
    static char body[4096];
    struct process *alice;
    cJSON *m4 = cJSON_Parse(usual_answer());

    cJSON_DeleteItemFromObject(m4, spoils[_i].member);
    if (spoils[_i].value != NULL)
        cJSON_AddRawToObject(m4, spoils[_i].member, spoils[_i].value);
    ck_assert(cJSON_PrintPreallocated(m4, body, sizeof body, 0));
    cJSON_Delete(m4);
    oracle_open(&oracle, 200, body);
    alice = start_alice();
    process_write(alice, "never\n", 6);
    process_exits(alice, EX_PROTOCOL);
    ck_assert_uint_gt(alice->err.len, 0);
    ck_assert(!has_connection());
    process_end(alice);
    oracle_close(&oracle);
}
END_TEST

/* Far too long members, and an answer without an end. */
START_TEST(oversized)
{
    static char body[70000];
    static const char *const members[] = {"ip_addr", "secret", "senderinfo",
                                          "receiver", "more"};
    struct process *alice;
    int len;

    len = snprintf(body, sizeof body, "{\"token\":\"" TOKEN "\",\"%s\":\"",
                   members[_i]);
    memset(body + len, 'A', sizeof body - 3 - (size_t)len);
    memcpy(body + sizeof body - 3, "\"}", 3);
    oracle_open(&oracle, 200, body);
    alice = start_alice();
    ck_assert_int_ne(process_wait(alice), EX_OK);
    ck_assert_uint_gt(alice->err.len, 0);
    ck_assert(!has_connection());
    process_end(alice);
    oracle_close(&oracle);
}
END_TEST

/* Nobody at the address: an error, and no exit code of success. */
START_TEST(nobody_there)
{
    struct process *alice;

    oracle_open(&oracle, 200, usual_answer());
    close(listener);
    alice = start_alice();
    process_write(alice, "never\n", 6);
    process_exits(alice, EX_UNAVAILABLE);
    ck_assert_uint_gt(alice->err.len, 0);
    process_end(alice);
    oracle_close(&oracle);
    listen_as_bob(0);
}
END_TEST

Suite *sender_suite(void);

Suite *sender_suite(void)
{
    Suite *suite = suite_create("sender");
    TCase *tcase = tcase_create("sender");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_byte);
    tcase_add_test(tcase, dropped);
    tcase_add_test(tcase, slow_reader);
    tcase_add_loop_test(tcase, other_answers, 0,
                        sizeof answers / sizeof answers[0]);
    tcase_add_loop_test(tcase, spoiled, 0, sizeof spoils / sizeof spoils[0]);
    tcase_add_loop_test(tcase, oversized, 0, 5);
    tcase_add_test(tcase, nobody_there);
    suite_add_tcase(suite, tcase);
    return suite;
}
