/* SPDX-License-Identifier: MIT */
/* Making a ticket. */
#include "server/chat/ticket.h"

#include <stdio.h>
#include <string.h>

#include "lib/box.h"
#include "lib/say.h"

enum { TEXT_SIZE = 512 }; /* the longest ticket has about 200 characters */

/*
 * The random parts of a ticket, drawn with one call because each call takes
 * time. The bytes are independent: the nonce reveals nothing about the secret.
 */
struct random_parts {
    uint8_t secret[KIT_TOKEN_BYTES];
    struct kit_nonce nonce;
};

/* Writes the JSON of the ticket. */
static int write_text(char *out, size_t out_size, const struct session *sender,
                      const char *secret, long long exp)
{
    int len = snprintf(out, out_size,
                       "{\"username\":\"%s\",\"ip_addr\":\"%s\","
                       "\"secret\":\"%s\",\"exp\":%lld}",
                       sender->user, sender->ip, secret, exp);

    return len < 0 || (size_t)len >= out_size ? -1 : 0;
}

/* Seals TEXT under the ticket key of the RECEIVER's session. */
static int seal(struct ticket *ticket, const struct session *receiver,
                const struct kit_nonce *nonce, const char *text)
{
    struct kit_box box;
    struct kit_sealed sealed;
    struct kit_ad ad;

    box.nonce = *nonce;
    if (kit_ad_ticket(&ad, receiver->user) != 0 ||
        kit_box_seal(&box, &receiver->ticket_key, ad.text, text,
                     strlen(text)) != 0 ||
        kit_box_encode(&sealed, &box) != 0)
        return -1;
    /* TEXT_SIZE keeps it below KIT_TICKET_MAX characters. */
    memcpy(ticket->senderinfo, sealed.text, strlen(sealed.text) + 1);
    return 0;
}

int ticket_make(struct ticket *ticket, const struct session *sender,
                const struct session *receiver, long long exp)
{
    char text[TEXT_SIZE];
    struct random_parts parts;
    int rc = -1;

    memset(ticket, 0, sizeof *ticket);
    if (kit_random(&parts, sizeof parts) != 0)
        goto done;
    kit_hex(ticket->secret, parts.secret, sizeof parts.secret);
    if (write_text(text, sizeof text, sender, ticket->secret, exp) == 0)
        rc = seal(ticket, receiver, &parts.nonce, text);
done:
    kit_wipe(text, sizeof text);
    kit_wipe(&parts, sizeof parts);
    if (rc == 0)
        return 0;
    kit_wipe(ticket, sizeof *ticket);
    return kit_fail(-1,
                    "cannot make a ticket for %s: close other programs to free "
                    "memory",
                    receiver->user);
}
