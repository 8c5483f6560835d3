/* SPDX-License-Identifier: MIT */
/* Attacks on the receiver: messages that the sender has not sealed. */
#include <stdio.h>

#include "tests/grade/attack.h"
#include "tests/grade/checks.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;

void a_reflected(void)
{
    static const struct line_case cases[] = {
        {"a message that the receiver itself sealed, reflected to it",
         "Your own message came back and was shown as another user's: the AD "
         "is the sender's name, then the receiver's.",
         .ad = "$me>$alice#$seq"},
        {"a message sealed without associated data",
         "A message without associated data was shown: names and seq are not "
         "protected.",
         .ad = ""},
        {"a message sealed in another sender's name",
         "A message that was sealed in another sender's name was shown: open "
         "it with the name from the ticket (chat->sender) in the AD.",
         .ad = "$mallory>$me#$seq"},
        {"a line whose ticket names the receiver as the sender",
         "A ticket with your own name was accepted: it is your own message, "
         "reflected to you. Compare it with strcmp: == compares addresses.",
         .sender = "$me"},
        {"the same without exp", .sender = "$me", .exp = ""},
        {"the same with another address", .sender = "$me",
         .ticket = "{\"username\":\"$me\",\"ip_addr\":\"192.0.2.7\","
                   "\"secret\":\"$secret\",\"exp\":$exp}"},
    };

    ATTACK_REFUSE(&harness, cases);
    attack_refuse_mistakes(&harness, false);
}

void a_locked_out(void)
{
    static const char locked[] =
        "One forged line locked its sender out: change nothing in chat before "
        "the box has opened, and nothing if it does not open (set chat->seq "
        "last).";
    static const char wrong_key[] =
        "A message sealed under a wrong key was shown: show nothing unless "
        "kit_box_open returns 0 under the key of this chat.";
    static const char changed[] =
        "A changed message was shown: check what kit_box_open returns for "
        "every line, also for an empty text.";
    static const struct line_case cases[] = {
        {"a line with a good ticket, seq 2147483647 and garbage", wrong_key,
         .seq = "2147483647", .key = "$token", .text = "garbage"},
        {"the next good line of the same chat", locked, .shown = true,
         .same_chat = true, .seq = "1"},
        {"a line of this chat with seq 2147483647 and garbage", wrong_key,
         .same_chat = true, .seq = "2147483647", .key = "$token",
         .text = "garbage"},
        {"the next good line of the same chat", locked, .shown = true,
         .same_chat = true, .seq = "2"},
        {"an empty text of this chat with seq 2147483647 and a changed tag",
         changed, .same_chat = true, .text = "", .seq = "2147483647",
         .flip = {MESSAGE, -1, 0}},
        {"the next good line of the same chat", locked, .shown = true,
         .same_chat = true, .seq = "3"},
    };
    char text[8];

    LINE_CASES_RUN(&harness, cases);
    step("Texts of 1 to 40 bytes follow, with seq 2147483647 and a changed "
         "byte.");
    for (int len = 1; len <= 40; len++) {
        snprintf(text, sizeof text, "$%d", len);
        LINE_CASE_RUN(&harness, -1, "a changed line of this chat", changed,
                      .one_of_many = true, .same_chat = true,
                      .seq = "2147483647", .text = text,
                      .flip = {MESSAGE, KIT_NONCE_LEN, 0});
    }
    LINE_CASE_RUN(&harness, -1, "the next good line of the same chat", locked,
                  .shown = true, .same_chat = true, .seq = "4");
}

void a_outer_name(void)
{
    static const char line[] = "{\"username\":\"$alice\",\"sender\":\"$alice\","
                               "\"from\":\"$alice\",$rest";
    static const struct line_case cases[] = {
        {"a line of mallory's that claims to be alice's",
         "Mallory was shown as alice: the name comes from the ticket, never "
         "from the line outside it.",
         .shown = true, .sender = "$mallory", .line = line},
        {"the next line of this chat, which claims the same", .shown = true,
         .same_chat = true, .sender = "$mallory", .line = line},
    };

    LINE_CASES_RUN(&harness, cases);
}

void a_clear_message(void)
{
    static const struct line_case cases[] = {
        {"an unsealed message",
         "An unsealed message was shown: show nothing unless kit_box_open "
         "returns 0.",
         .line = "{\"senderinfo\":\"$senderinfo\",\"seq\":$seq,"
                 "\"message\":\"this text was never sealed by anybody\"}"},
        {"an unsealed message in base64",
         .text = "this text was never sealed by anybody", .unsealed = MESSAGE},
        {"an unsealed message between a nonce and a tag",
         .text = "............this text was never sealed................",
         .unsealed = MESSAGE},
    };

    ATTACK_REFUSE(&harness, cases);
}
