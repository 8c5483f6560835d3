/* SPDX-License-Identifier: MIT */
/*
 * Message 5 at the receiver. Bytes that nobody has sealed never get far, so
 * an input may also say what is inside the boxes:
 *
 *     sealed LF ticket's JSON LF seq LF text       anything else is a line
 *
 * The ticket is sealed under bob's token, the text under the secret below,
 * from alice. A text is shown only where the ticket names both.
 */
int receiver_main(int argc, char **argv);
#define main receiver_main
#include "solution/receiver.c"
#undef main

#include <stdio.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define TOKEN  "token-of-bob-0123456789"
#define SECRET "secret-of-the-chat-0123"
#define SEALED "sealed\n"

static struct receiver bob; /* without a name until begin */

/* --- What bob shows ------------------------------------------------------- */

/* Standard output becomes a file, which is read after each line. */
static void begin(void)
{
    FILE *file = tmpfile();

    bob.name = "bob";
    MUST(file != NULL && dup2(fileno(file), STDOUT_FILENO) >= 0);
    MUST(kit_derive(&bob.ticket_key, TOKEN, KIT_LABEL_TICKET) == 0);
}

/* What stands there since the last call. */
static size_t shown(char *out, size_t out_size)
{
    ssize_t len;

    fflush(stdout);
    len = pread(STDOUT_FILENO, out, out_size, 0);
    MUST(len >= 0 && ftruncate(STDOUT_FILENO, 0) == 0);
    MUST(lseek(STDOUT_FILENO, 0, SEEK_SET) == 0);
    return (size_t)len;
}

/* One line of alice's, and no byte that a terminal would obey. */
static void check_shown(const char *text, size_t len)
{
    MUST(len > 7 && memcmp(text, "alice: ", 7) == 0);
    MUST(text[len - 1] == '\n');
    for (size_t i = 0; i < len - 1; i++)
        MUST((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
}

/* --- Lines ---------------------------------------------------------------- */

static void seal(char *sealed, const char *string, const char *label,
                 const char *ad, const char *text, size_t len)
{
    struct kit_box box;
    struct kit_key key;

    MUST(kit_derive(&key, string, label) == 0);
    MUST(kit_random(&box.nonce, sizeof box.nonce) == 0);
    MUST(kit_seal(box.bytes, sizeof box.bytes, &key, &box.nonce, ad, strlen(ad),
                  text, len) == 0);
    box.len = len + KIT_TAG_LEN;
    MUST(kit_box_encode(sealed, KIT_SEALED_SIZE, &box) == 0);
}

/* The parts of an input that says what is inside. */
struct parts {
    char *ticket, *seq, *text;
    size_t text_len;
};

/* Takes INPUT apart; what is too long for a box is cut. */
static bool split(struct parts *parts, char *input, size_t size)
{
    char *ticket_end, *seq_end;

    if (strncmp(input, SEALED, strlen(SEALED)) != 0)
        return false;
    parts->ticket = input + strlen(SEALED);
    ticket_end = strchr(parts->ticket, '\n');
    seq_end = ticket_end == NULL ? NULL : strchr(ticket_end + 1, '\n');
    if (seq_end == NULL || ticket_end - parts->ticket > KIT_TEXT_MAX)
        return false;
    *ticket_end = *seq_end = '\0';
    parts->seq = ticket_end + 1;
    parts->text = seq_end + 1;
    parts->text_len = size - (size_t)(parts->text - input);
    if (parts->text_len > KIT_TEXT_MAX)
        parts->text_len = KIT_TEXT_MAX;
    return true;
}

/* The line that PARTS make. Returns its length. */
static size_t write_line(char *line, size_t line_size,
                         const struct parts *parts)
{
    char ticket[KIT_SEALED_SIZE], message[KIT_SEALED_SIZE], ad[KIT_AD_SIZE];

    snprintf(ad, sizeof ad, "alice>bob#%ld", strtol(parts->seq, NULL, 10));
    seal(ticket, TOKEN, KIT_LABEL_TICKET, "senderinfo>bob", parts->ticket,
         strlen(parts->ticket));
    seal(message, SECRET, KIT_LABEL_MESSAGE, ad, parts->text, parts->text_len);
    return (size_t)snprintf(line, line_size,
                            "{\"senderinfo\":\"%s\",\"seq\":%s,"
                            "\"message\":\"%s\"}",
                            ticket, parts->seq, message);
}

/* Whether the ticket of PARTS is one that alice may use. */
static bool is_alices(const struct parts *parts)
{
    cJSON *ticket = kit_json_object(parts->ticket, strlen(parts->ticket));
    const char *name = kit_json_string(ticket, "username");
    const char *secret = kit_json_string(ticket, "secret");
    bool is = name != NULL && strcmp(name, "alice") == 0 && secret != NULL &&
              strcmp(secret, SECRET) == 0;

    kit_json_free(ticket);
    return is;
}

/* Gives bob the line; says whether he has shown it. */
static bool give(const char *line, size_t len)
{
    static char out[KIT_SHOWN_SIZE(KIT_TEXT_MAX) + 64];
    bool taken = on_line(&bob, "127.0.0.1", line, len) == 0;
    size_t out_len = shown(out, sizeof out);

    if (taken)
        check_shown(out, out_len);
    else
        MUST(out_len == 0);
    return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char line[3 * KIT_LINE_MAX];
    char *input = fuzz_text(data, size);
    struct parts parts;

    if (bob.name == NULL)
        begin();
    bob.replay.used = 0;
    if (!split(&parts, input, size)) {
        MUST(!give((const char *)data, size));
    } else {
        size_t len = write_line(line, sizeof line, &parts);

        /* Only what alice may say, and that only once. */
        if (len < sizeof line && give(line, len)) {
            MUST(is_alices(&parts));
            MUST(!give(line, len));
        }
    }
    free(input);
    return 0;
}
