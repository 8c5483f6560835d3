/* SPDX-License-Identifier: MIT */
/* Message 4 at the sender, and message 5 that comes of it. */
int sender_main(int argc, char **argv);
#define main sender_main
#include "solution/sender.c"
#undef main

#include "tests/fuzz/fuzz.h"

#define TEXT "meet me at noon"

/* What a chat must be before its first text goes out. */
static void check_chat(const struct chat *chat, const cJSON *m4)
{
    MUST(kit_is_address(chat->ip_addr));
    MUST(chat->port >= 1 && chat->port <= 65535);
    MUST(strcmp(chat->senderinfo, kit_json_string(m4, "senderinfo")) == 0);
    MUST(kit_is_sealed(chat->senderinfo));
    MUST(!kit_json_has(m4, "receiver") ||
         strcmp(kit_json_string(m4, "receiver"), "bob") == 0);
}

/* The line opens under the chat's own key, and carries the ticket. */
static void check_line(const struct chat *chat, const char *line)
{
    uint8_t text[KIT_TEXT_MAX];
    struct kit_box box;
    long long seq;
    cJSON *m5 = kit_json_object(line, strlen(line));

    MUST(strlen(line) < KIT_LINE_MAX && m5 != NULL);
    MUST(strcmp(kit_json_string(m5, "senderinfo"), chat->senderinfo) == 0);
    MUST(kit_json_integer(&seq, m5, "seq", 1, 1) == 0);
    MUST(kit_box_decode(&box, kit_json_string(m5, "message")) == 0);
    MUST(kit_open(text, sizeof text, &chat->key, &box.nonce, "alice>bob#1",
                  strlen("alice>bob#1"), box.bytes, box.len) == 0);
    MUST(box.len - KIT_TAG_LEN == strlen(TEXT) &&
         memcmp(text, TEXT, strlen(TEXT)) == 0);
    kit_json_free(m5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct chat chat = {.sender = "alice", .receiver = "bob"};
    char sealed[KIT_SEALED_SIZE], line[KIT_LINE_MAX];
    cJSON *m4 = kit_json_object((const char *)data, size);

    if (read_chat_response(&chat, m4) == 0) {
        check_chat(&chat, m4);
        MUST(seal_text(sealed, &chat, TEXT, strlen(TEXT)) == 0);
        MUST(write_chat_message(line, sizeof line, &chat, sealed) == 0);
        check_line(&chat, line);
    }
    kit_json_free(m4);
    return 0;
}
