/* SPDX-License-Identifier: MIT */
/* Making senderinfo. */
#include "server/chat/ticket.h"

#include <stdio.h>
#include <string.h>

#include "lib/box.h"

enum { TEXT_SIZE = 512 }; /* the longest ticket's JSON is about 200 */

/*
 * What a ticket has of chance. One draw for both, as it is the draw that
 * costs: its bytes are independent, so the nonce tells nothing of the secret.
 */
struct chance {
    uint8_t secret[KIT_TOKEN_BYTES];
    struct kit_nonce nonce;
};

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

/* TEXT, sealed under the key of the RECEIVER's session. */
static int seal(struct ticket *ticket, const struct session *receiver,
                const struct kit_nonce *nonce, const char *text)
{
    char ad[KIT_AD_SIZE];
    struct kit_box box;

    if (kit_ad_ticket(ad, sizeof ad, receiver->user) != 0 ||
        kit_seal(box.bytes, sizeof box.bytes, &receiver->ticket_key, nonce, ad,
                 strlen(ad), text, strlen(text)) != 0)
        return -1;
    box.nonce = *nonce;
    box.len = strlen(text) + KIT_TAG_LEN;
    return kit_box_encode(ticket->senderinfo, sizeof ticket->senderinfo, &box);
}

int ticket_make(struct ticket *ticket, const struct session *sender,
                const struct session *receiver, long long exp)
{
    char text[TEXT_SIZE];
    struct chance chance;
    int rc = -1;

    memset(ticket, 0, sizeof *ticket);
    if (kit_random(&chance, sizeof chance) != 0)
        goto done;
    kit_hex(ticket->secret, chance.secret, sizeof chance.secret);
    if (write_text(text, sizeof text, sender, ticket->secret, exp) == 0)
        rc = seal(ticket, receiver, &chance.nonce, text);
done:
    kit_wipe(text, sizeof text);
    kit_wipe(&chance, sizeof chance);
    if (rc != 0)
        kit_wipe(ticket, sizeof *ticket);
    return rc;
}
