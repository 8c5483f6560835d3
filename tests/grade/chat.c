/* SPDX-License-Identifier: MIT */
/* Playing server and receiver for a sender under test. */
#include "tests/grade/chat.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "tests/grade/chance.h"
#include "tests/grade/forge.h"
#include "tests/grade/lab.h"
#include "tests/grade/transcript.h"

/* Fills in what the server says when all is in order. */
static void set_m4(struct chat *c)
{
    struct m4 *m4 = &c->m4;

    snprintf(m4->ip_addr, sizeof m4->ip_addr, "\"%s\"", c->door.ip);
    snprintf(m4->port, sizeof m4->port, "%u", (unsigned)c->door.port);
    snprintf(m4->secret, sizeof m4->secret, "\"%s\"", c->secret);
    snprintf(m4->senderinfo, sizeof m4->senderinfo, "\"%s\"", c->senderinfo);
    snprintf(m4->receiver, sizeof m4->receiver, "\"%s\"", c->receiver);
    m4->more[0] = '\0';
}

void chat_renew(struct chat *c)
{
    char bob_token[129];

    chance_token(c->token);
    chance_token(c->secret);
    chance_token(bob_token);
    forge_ticket(c->senderinfo, bob_token, c->receiver, c->sender, c->secret);
    c->secrets = (struct secrets){.secret = c->secret,
                                  .token = c->token,
                                  .password = c->password,
                                  .sender = c->sender,
                                  .receiver = c->receiver,
                                  .senderinfo = c->senderinfo};
    set_m4(c);
    chat_serve(c);
}

void chat_prepare(struct chat *c)
{
    chance_names(c->names, 2);
    c->sender = c->names[0];
    c->receiver = c->names[1];
    chance_str16(c->password, 20);
    forge_password_file(c->password);
    door_open(&c->door, c->rcvbuf);
    arbiter_open(&c->arbiter, c->tls);
    chat_renew(c);
}

/* Appends "NAME":VALUE to BODY, unless there is no value. */
static void add_member(char *body, size_t size, const char *name,
                       const char *value)
{
    size_t n = strlen(body);

    if (value[0] != '\0')
        snprintf(body + n, size - n, "%s\"%s\":%s", n > 1 ? "," : "", name,
                 value);
}

void chat_serve(struct chat *c)
{
    char body[ARBITER_BODY] = "{";

    add_member(body, sizeof body, "ip_addr", c->m4.ip_addr);
    add_member(body, sizeof body, "port", c->m4.port);
    add_member(body, sizeof body, "secret", c->m4.secret);
    add_member(body, sizeof body, "senderinfo", c->m4.senderinfo);
    add_member(body, sizeof body, "receiver", c->m4.receiver);
    add_member(body, sizeof body, "more", c->m4.more);
    arbiter_say(&c->arbiter, &c->arbiter.login, 200,
                "{\"token\":\"%s\",\"expires_in\":43200}", c->token);
    arbiter_say(&c->arbiter, &c->arbiter.userinfo, c->arbiter.userinfo.status,
                "%s}", body);
}

static void show_m4(const struct m4 *m4)
{
    const struct {
        const char *name, *value;
    } all[] = {{"ip_addr", m4->ip_addr},
               {"port", m4->port},
               {"secret", m4->secret},
               {"senderinfo", m4->senderinfo},
               {"receiver", m4->receiver}};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        detail_text(all[i].name, all[i].value[0] != '\0' ? all[i].value : "-",
                    all[i].value[0] != '\0' ? strlen(all[i].value) : 1);
}

void chat_start(struct chat *c)
{
    char path[LAB_PATH];
    char *argv[12] = {path,       "--server",         c->arbiter.url,
                      "--user",   (char *)c->sender,  "--password-file",
                      "password", (char *)c->receiver};
    int argc = 8;

    if (c->cacert != NULL) {
        argv[argc++] = "--cacert";
        argv[argc++] = (char *)c->cacert;
    }
    c->visit.fd = -1;
    lab_path(path, "%s/%s/sender", lab.work, lab.crypto);
    step("Your sender starts: sender --server %s --user %s %s", c->arbiter.url,
         c->sender, c->receiver);
    step("The server answers its login (1) with a token (2), and its request "
         "for %s (3) with message 4:",
         c->receiver);
    show_m4(&c->m4);
    c->program =
        program_start("Your sender", argv, c->leaks ? "" : "detect_leaks=0");
    if (c->first_pid == 0)
        c->first_pid = c->program->pid;
}

/* Whether message 4 names the port of the door, and names it well. */
static bool names_port(const struct chat *c)
{
    char port[8];

    snprintf(port, sizeof port, "%u", (unsigned)c->door.port);
    return strcmp(c->m4.port, port) == 0;
}

void chat_take(struct chat *c)
{
    door_take(&c->visit, &c->door, c->program);
    step("It connects to the receiver at %s port %u.", c->door.ip,
         c->visit.by_usual ? 4444u : (unsigned)c->door.port);
    if (c->visit.by_usual && names_port(c))
        note("Message 4 named port %u, but your sender connects to 4444; with "
             "two receivers on one machine it would find the wrong one.",
             (unsigned)c->door.port);
}

void chat_begin(struct chat *c)
{
    chat_prepare(c);
    chat_start(c);
}

void chat_knock(struct chat *c)
{
    chat_type(c, "hello", 5);
    chat_take(c);
}

void chat_type(struct chat *c, const char *text, size_t len)
{
    step("%s types: %s", c->sender, shown(text, len));
    program_write(c->program, text, len);
    program_write(c->program, "\n", 1);
}

bool chat_knocks(struct chat *c)
{
    int64_t end = program_deadline();
    struct pollfd both[] = {{.fd = c->door.named, .events = POLLIN},
                            {.fd = c->door.usual, .events = POLLIN}};
    enum event event;

    do
        event = program_watch(c->program, both, 2, end);
    while (event == EVENT_HEARD);
    return event == EVENT_READY || door_knocked(&c->door);
}

const char *chat_line(size_t *len, struct chat *c)
{
    if (c->visit.fd < 0 && !chat_knocks(c))
        return NULL;
    if (c->visit.fd < 0)
        chat_take(c);
    return door_line(len, &c->visit, c->program);
}

void chat_read(struct m5 *m5, struct chat *c)
{
    size_t len;
    const char *line;

    if (c->visit.fd < 0)
        chat_take(c);
    while ((line = door_line(&len, &c->visit, c->program)) == NULL) {
        step("It ends the connection.");
        door_leave(&c->visit);
        if (!chat_knocks(c))
            program_died(c->program, "a line of message 5");
        chat_take(c);
    }
    step("It sends a line of %zu bytes:", len);
    detail_text("line", line, len);
    m5_read(m5, line, len);
    m5_show(m5);
}

void chat_say(struct m5 *m5, struct chat *c, const char *text, size_t len)
{
    chat_type(c, text, len);
    chat_read(m5, c);
    m5_open(m5, &c->secrets, text, len);
}

void chat_exits(struct chat *c, bool good)
{
    int code;

    step("The input ends.");
    code = program_wait(c->program);
    detail("exit code %d; standard error: %s", code, program_said(c->program));
    if ((code == 0) == good)
        return;
    expected("exit code %s", good ? "0" : "other than 0");
    got("%d; on standard error: %s", code, program_said(c->program));
    if (good)
        fail("All was sent, and your sender ended with %d, which means "
             "failure.",
             code);
    fail("Not all was sent, and your sender ended with 0, which means that "
         "all was.");
}

void chat_refuses(struct chat *c, const char *what, const char *cause)
{
    int code;

    chat_start(c);
    program_write(c->program, "nobody should read this\n", 24);
    program_close_input(c->program);
    expected("a message on standard error, an exit code other than 0, and no "
             "connection to the receiver");
    if (chat_knocks(c)) {
        program_clean(c->program);
        step("It connects to the receiver all the same.");
        got("a connection to the receiver, after %s", what);
        fail("%s", cause);
    }
    code = program_wait(c->program);
    detail("exit code %d; standard error: %s", code, program_said(c->program));
    if (code == 0) {
        got("exit code 0 after %s", what);
        fail("Your sender ends with 0, as if all were well, after %s.", what);
    }
    if (c->program->err.len == 0) {
        got("exit code %d, and not a word on standard error", code);
        fail("Your sender gives up without a word after %s: whoever uses it "
             "does not know why.",
             what);
    }
    program_end(c->program);
    c->program = NULL;
}

void chat_accepts(struct chat *c)
{
    step("And once more, with an answer that is in order.");
    chat_renew(c);
    chat_start(c);
    chat_knock(c);
}
