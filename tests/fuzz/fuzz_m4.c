/* SPDX-License-Identifier: MIT */
/*
 * Message 4 at the sender, and the message 5 that it then sends. The rules of
 * section 2 are checked here without the functions that the sender uses.
 */
int sender_main(int argc, char **argv);
#define main sender_main
#include "solution/sender.c"
#undef main

#include "tests/fuzz/fuzz.h"

/* --- A valid M4 ----------------------------------------------------------- */

static bool is_ticket(const char *text)
{
    uint8_t bytes[768];
    size_t len;

    return text != NULL && strlen(text) <= 1024 &&
           kit_base64_decode(bytes, sizeof bytes, &len, text, strlen(text)) ==
               0 &&
           len >= 28;
}

/* Whether the member receiver is bob, or absent. */
static bool is_bobs(const cJSON *m4)
{
    return !kit_json_has(m4, "receiver") || member_is(m4, "receiver", "bob");
}

/* --- The result ----------------------------------------------------------- */

/* Checks that CHAT has the members of M4. */
static void check_chat(const struct chat *chat, const cJSON *m4)
{
    const char *secret = kit_json_string(m4, "secret");
    struct kit_key key;

    CHECK(member_is(m4, "ip_addr", chat->ip_addr));
    CHECK(member_is(m4, "senderinfo", chat->senderinfo));
    CHECK(chat->port == (kit_json_has(m4, "port") ? member_port(m4) : 4444));
    CHECK(kit_derive(&key, secret, "message") == 0);
    CHECK(memcmp(&key, &chat->key, sizeof key) == 0);
}

/* Checks that LINE can be decrypted with CHAT's key and has the ticket and
 * TEXT. */
static void check_line(const struct chat *chat, const char *line,
                       const void *text, size_t text_len)
{
    static const char ad[] = "alice>bob#1";
    uint8_t opened[KIT_TEXT_MAX];
    struct kit_box box;
    long long seq;
    cJSON *m5 = kit_json_object(line, strlen(line));

    CHECK(strlen(line) < KIT_LINE_MAX && m5 != NULL);
    CHECK(cJSON_GetArraySize(m5) == 3);
    CHECK(member_is(m5, "senderinfo", chat->senderinfo));
    CHECK(kit_json_integer(&seq, m5, "seq", 1, 1) == 0);
    CHECK(kit_box_decode(&box, kit_json_string(m5, "message")) == 0);
    CHECK(kit_open(opened, sizeof opened, &chat->key, &box.nonce, ad,
                   strlen(ad), box.bytes, box.len) == 0);
    CHECK(box.len - KIT_TAG_LEN == text_len);
    CHECK(text_len == 0 || memcmp(opened, text, text_len) == 0);
    kit_json_free(m5);
}

/* Any bytes up to the limit are a text. Here they are those of M4 itself. */
static void check_text(struct chat *chat, const uint8_t *text, size_t len)
{
    char sealed[KIT_SEALED_SIZE], line[KIT_LINE_MAX];

    if (len > KIT_TEXT_MAX) {
        CHECK(seal_text(sealed, chat, (const char *)text, len) != 0);
        return;
    }
    CHECK(seal_text(sealed, chat, (const char *)text, len) == 0);
    CHECK(write_chat_message(line, sizeof line, chat, sealed) == 0);
    check_line(chat, line, text, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct chat chat = {.sender = "alice", .receiver = "bob"};
    cJSON *m4 = kit_json_object((const char *)data, size);
    bool good = is_address(kit_json_string(m4, "ip_addr")) &&
                is_ticket(kit_json_string(m4, "senderinfo")) &&
                is_token(kit_json_string(m4, "secret")) && is_bobs(m4) &&
                (!kit_json_has(m4, "port") || member_port(m4) > 0);

    CHECK((read_chat_response(&chat, m4) == 0) == good);
    if (good) {
        check_chat(&chat, m4);
        check_text(&chat, data, size);
    }
    kit_json_free(m4);
    return 0;
}
