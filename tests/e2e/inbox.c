/* SPDX-License-Identifier: MIT */
/* A receiver that the test plays, and what comes in at its door. */
#include "tests/e2e/inbox.h"

#include <arpa/inet.h>
#include <check.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/json.h"

struct inbox inbox;

/* A receiver's socket. */
static void listen_as_bob(int rcvbuf)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;

    inbox.listener = socket(AF_INET, SOCK_STREAM, 0);
    if (rcvbuf > 0)
        setsockopt(inbox.listener, SOL_SOCKET, SO_RCVBUF, &rcvbuf,
                   sizeof rcvbuf);
    ck_assert_int_eq(bind(inbox.listener, (struct sockaddr *)&at, sizeof at),
                     0);
    ck_assert_int_eq(listen(inbox.listener, 16), 0);
    getsockname(inbox.listener, (struct sockaddr *)&at, &size);
    inbox.port = ntohs(at.sin_port);
}

void inbox_open(int rcvbuf)
{
    listen_as_bob(rcvbuf);
    forge_seal(inbox.ticket, "a-token-that-nobody-knows", KIT_LABEL_TICKET,
               "senderinfo>bob", "{}", 2);
    snprintf(inbox.m4, sizeof inbox.m4,
             "{\"token\":\"" TOKEN "\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"" SECRET "\",\"senderinfo\":\"%s\","
             "\"port\":%u,\"receiver\":\"bob\",\"more\":[{}]}",
             inbox.ticket, inbox.port);
}

void inbox_close(void)
{
    close(inbox.listener);
}

void inbox_begin(void)
{
    stage_open(&inbox.stage);
    inbox_open(0);
}

void inbox_end(void)
{
    inbox_close();
    stage_close(&inbox.stage);
}

struct process *start_alice(void)
{
    inbox.stage.url = inbox.oracle.url;
    return stage_sender(&inbox.stage, stage_builds[0], "solution", "alice",
                        "bob");
}

int inbox_take(void)
{
    struct pollfd one = {.fd = inbox.listener, .events = POLLIN};

    ck_assert_msg(poll(&one, 1, process_patience()) == 1, "nobody connects");
    return accept(inbox.listener, NULL, NULL);
}

bool inbox_has(void)
{
    struct pollfd one = {.fd = inbox.listener, .events = POLLIN};

    return poll(&one, 1, 0) == 1;
}

const char *inbox_line(struct kit_lines *in, int fd)
{
    static char line[KIT_LINE_MAX + 1];
    struct pollfd one = {.fd = fd, .events = POLLIN};
    const char *at;
    size_t len;

    while (!kit_lines_take(&at, &len, in)) {
        ck_assert_msg(!kit_lines_full(in), "a line over 8192 bytes");
        ck_assert_msg(poll(&one, 1, process_patience()) == 1, "no line comes");
        if (kit_lines_read(in, fd) <= 0)
            return NULL;
    }
    memcpy(line, at, len);
    line[len] = '\0';
    return line;
}

void inbox_check(struct kit_nonce *nonce, const char *line, int64_t seq,
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
    ck_assert_str_eq(kit_json_string(m5, "senderinfo"), inbox.ticket);
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
