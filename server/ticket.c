/* SPDX-License-Identifier: MIT */
/* Making senderinfo. */
#include "server/ticket.h"

#include <stdio.h>
#include <string.h>

#include "lib/box.h"

enum { TEXT_SIZE = 512 }; /* the longest ticket's JSON is about 200 */

/* The ticket's text: three members of the seed's, and exp. */
static int write_text(char *out, size_t out_size, const struct session *sender,
                      const char *secret, long long exp)
{
    int len = snprintf(out, out_size,
                       "{\"username\":\"%s\",\"ip_addr\":\"%s\","
                       "\"secret\":\"%s\",\"exp\":%lld}",
                       sender->user, sender->ip, secret, exp);

    return len < 0 || (size_t)len >= out_size ? -1 : 0;
}

int ticket_seal(char *out, size_t out_size, const struct session *sender,
                const struct session *receiver, const char *secret,
                long long exp)
{
    char text[TEXT_SIZE], ad[KIT_AD_SIZE];
    struct kit_box box;
    int rc = -1;

    out[0] = '\0';
    if (write_text(text, sizeof text, sender, secret, exp) != 0 ||
        kit_ad_ticket(ad, sizeof ad, receiver->user) != 0)
        goto done;

    /* Under the key of the receiver's session; a fresh nonce every time. */
    if (kit_random(&box.nonce, sizeof box.nonce) != 0 ||
        kit_seal(box.bytes, sizeof box.bytes, &receiver->ticket_key, &box.nonce,
                 ad, strlen(ad), text, strlen(text)) != 0)
        goto done;
    box.len = strlen(text) + KIT_TAG_LEN;
    rc = kit_box_encode(out, out_size, &box);
done:
    kit_wipe(text, sizeof text);
    return rc;
}
