/* SPDX-License-Identifier: MIT */
/* A receiver that the test plays, and what comes in at its door. */
#include "tests/e2e/fake_receiver.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/json.h"
#include "tests/support/forgery.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

struct fake_receiver fake_receiver;

void fake_receiver_open(int rcvbuf)
{
    fake_receiver.listener = tcp_listen_buffered(&fake_receiver.port, rcvbuf);
    forgery_seal(fake_receiver.ticket, "a-token-that-nobody-knows",
                 KIT_LABEL_TICKET, "senderinfo>bob", "{}", 2);
    snprintf(fake_receiver.m4, sizeof fake_receiver.m4,
             "{\"token\":\"" TOKEN "\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"" SECRET "\",\"senderinfo\":\"%s\","
             "\"port\":%u,\"receiver\":\"bob\",\"more\":[{}]}",
             fake_receiver.ticket, fake_receiver.port);
}

void fake_receiver_close(void)
{
    close(fake_receiver.listener);
}

void fake_receiver_begin(void)
{
    fixture_open(&fake_receiver.fixture);
    fake_receiver_open(0);
}

void fake_receiver_end(void)
{
    fake_receiver_close();
    fixture_close(&fake_receiver.fixture);
}

struct process *start_alice(void)
{
    fake_receiver.fixture.url = fake_receiver.oracle.url;
    return fixture_sender(&fake_receiver.fixture, fixture_builds[0], "solution",
                          "alice", "bob");
}

const char *fake_receiver_line(struct kit_lines *in, int fd)
{
    static char line[KIT_LINE_MAX + 1];
    const char *at;
    size_t len;

    while (!kit_lines_take(&at, &len, in)) {
        ck_assert_msg(!kit_lines_full(in), "a line over 8192 bytes");
        ck_assert_msg(tcp_waits_within(fd, stopwatch_patience()),
                      "no line comes");
        if (kit_lines_read(in, fd) <= 0)
            return NULL;
    }
    memcpy(line, at, len);
    line[len] = '\0';
    return line;
}

void fake_receiver_check(struct kit_nonce *nonce, const char *line, int64_t seq,
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
    ck_assert_str_eq(kit_json_string(m5, "senderinfo"), fake_receiver.ticket);
    ck_assert_int_eq(kit_json_integer(&got, m5, "seq", 1, KIT_SEQ_MAX), 0);
    ck_assert_int_eq(got, seq);
    ck_assert_int_eq(kit_box_decode(&box, kit_json_string(m5, "message")), 0);
    ck_assert_int_eq(kit_derive(&key, SECRET, "message"), 0);
    snprintf(ad, sizeof ad, "alice>bob#%" PRId64, seq);
    ck_assert_int_eq(kit_open(opened, sizeof opened, &key, &box.nonce, ad,
                              strlen(ad), box.bytes, box.len),
                     0);
    ck_assert_uint_eq(box.len, len + KIT_TAG_LEN);
    ck_assert_int_eq(memcmp(opened, text, len), 0);
    *nonce = box.nonce;
    kit_json_free(m5);
}
