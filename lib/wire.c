/* SPDX-License-Identifier: MIT */
/* The syntax of names, tokens and addresses (protocol.md section 1). */
#include "lib/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/net.h"
#include "lib/say.h"
#include "lib/utf8.h"

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool kit_is_name(const char *s)
{
    size_t len = 1;

    if (s == NULL || !is_letter_or_digit(s[0]))
        return false;

    /* The rest may also have '_' and '-'. */
    while (is_letter_or_digit(s[len]) || s[len] == '_' || s[len] == '-')
        len++;
    return len <= KIT_NAME_MAX && s[len] == '\0';
}

bool kit_is_token(const char *s)
{
    size_t len = 0;

    if (s == NULL)
        return false;

    /* Visible ASCII: no spaces and no control characters. */
    while (s[len] >= 0x21 && s[len] <= 0x7e)
        len++;
    return s[len] == '\0' && len >= KIT_TOKEN_MIN && len <= KIT_TOKEN_MAX;
}

bool kit_is_password(const char *s)
{
    size_t len = s == NULL ? 0 : strlen(s);

    if (len < 1 || len > KIT_PASSWORD_MAX)
        return false;

    /* The limit is in bytes, but they must be valid UTF-8. */
    for (size_t at = 0, size; at < len; at += size) {
        uint32_t code;
        size = kit_utf8_next(&code, s + at, len - at);
        if (size == 0)
            return false;
    }
    return true;
}

bool kit_is_address(const char *s)
{
    struct sockaddr_storage address;

    return s != NULL && strlen(s) < KIT_IP_SIZE &&
           kit_net_sockaddr(&address, s, 0) > 0;
}

int kit_ad_ticket(struct kit_ad *ad, const char *receiver)
{
    *ad = (struct kit_ad){{0}};
    if (!kit_is_name(receiver))
        return kit_misuse("kit_ad_ticket: receiver is not a NAME: pass a user "
                          "name, such as bob");
    snprintf(ad->text, sizeof ad->text, KIT_LABEL_TICKET ">%s", receiver);
    return 0;
}

/* Writes NUMBER to OUT in decimal, with a terminating zero. */
static void write_decimal(char *out, uint32_t number)
{
    char digits[10]; /* the last one first */
    size_t count = 0;

    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        *out++ = digits[--count];
    *out = '\0';
}

int kit_ad_message(struct kit_ad *ad, const char *sender, const char *receiver,
                   uint32_t seq)
{
    char *at;

    *ad = (struct kit_ad){{0}};
    if (!kit_is_name(sender))
        return kit_misuse("kit_ad_message: sender is not a NAME: pass a user "
                          "name, such as alice");
    if (!kit_is_name(receiver))
        return kit_misuse("kit_ad_message: receiver is not a NAME: pass a user "
                          "name, such as bob");
    if (seq < 1 || seq > KIT_SEQ_MAX)
        return kit_misuse("kit_ad_message: seq is %" PRIu32
                          ": number the texts of a chat from 1 to %d",
                          seq, KIT_SEQ_MAX);

    /* A NAME has no '>' or '#': different arguments give different data. Every
       text needs this, so it does without snprintf, which is slower. */
    at = stpcpy(ad->text, sender);
    *at++ = '>';
    at = stpcpy(at, receiver);
    *at++ = '#';
    write_decimal(at, seq);
    return 0;
}

void kit_hex(char *out, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

int kit_random_hex(char *out, size_t out_size)
{
    uint8_t bytes[KIT_TOKEN_BYTES];
    int rc = -1;

    if (out_size > 0)
        memset(out, 0, out_size);
    if (out_size >= 2 * sizeof bytes + 1 &&
        kit_random(bytes, sizeof bytes) == 0) {
        kit_hex(out, bytes, sizeof bytes);
        rc = 0;
    }
    kit_wipe(bytes, sizeof bytes);
    return rc;
}
