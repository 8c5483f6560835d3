/* SPDX-License-Identifier: MIT */
/* Collecting a request, calling its handler, sending the reply. */
#include "server/http/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/json.h"
#include "lib/net.h"
#include "lib/say.h"
#include "lib/trace.h"
#include "server/http/head.h"

struct exchange *exchange_new(struct exchange_context *context,
                              struct MHD_Connection *connection,
                              const char *target)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    if (exchange == NULL || address == NULL) {
        free(exchange);
        return NULL;
    }
    exchange->context = context;
    exchange->connection = connection;
    exchange->began = kit_ticks();
    exchange->target = target != NULL ? target : "";
    exchange->target_end = exchange->target + strlen(exchange->target);
    kit_net_text(exchange->ip, address->client_addr);
    /* strncat appends: calloc has made the path empty. */
    strncat(exchange->path, exchange->target, sizeof exchange->path - 1);
    return exchange;
}

static bool add_retry_after(struct MHD_Response *response, int seconds)
{
    char text[16];

    snprintf(text, sizeof text, "%d", seconds);
    return MHD_add_response_header(response, "Retry-After", text) == MHD_YES;
}

/* Adds the header fields. LAST: the connection will be closed. */
static int add_fields(struct MHD_Response *response,
                      const struct exchange *exchange, bool last)
{
    bool ok =
        MHD_add_response_header(response, "Content-Type", "application/json") &&
        MHD_add_response_header(response, "Cache-Control", "no-store");

    if (exchange->reply.retry_after > 0)
        ok = ok && add_retry_after(response, exchange->reply.retry_after);
    if (exchange->reply.status == MHD_HTTP_METHOD_NOT_ALLOWED)
        ok = ok && MHD_add_response_header(response, "Allow",
                                           exchange->route->method);
    if (last)
        ok = ok && MHD_add_response_header(response, "Connection", "close");
    return ok ? 0 : -1;
}

/* Traces a request of USER, or the answer to it if STATUS is not 0. */
static void trace(const struct exchange *exchange, const char *user, int status,
                  const char *body, size_t len)
{
    kit_trace_message(&(struct kit_trace_message){
        .event = status == 0 ? "received" : "sent",
        .peer = kit_is_name(user) ? user : exchange->ip,
        .path = exchange->route != NULL ? exchange->route->path : "",
        .status = status,
        .line = body,
        .len = len,
    });
}

/*
 * Sends the reply. LAST: close the connection after it, because the following
 * bytes cannot be trusted to begin a request. When the server is stopping, it
 * closes every connection. The response only points to the JSON in the
 * exchange, which exchange_free wipes. libmicrohttpd's copy in its send buffer
 * is not wiped.
 */
static enum MHD_Result send_reply(struct exchange *exchange, bool last)
{
    struct reply *reply = &exchange->reply;
    enum MHD_Result result = MHD_NO;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(reply->json), reply->json, MHD_RESPMEM_PERSISTENT);

    if (kit_trace_on)
        trace(exchange, reply->user, reply->status, reply->json,
              strlen(reply->json));
    if (exchange->context->feed != NULL)
        feed_add(exchange->context->feed, reply, kit_now());
    exchange->stage = EXCHANGE_DONE;
    deadline_set(exchange->deadline, exchange->context->timeout);
    last = last || atomic_load(&exchange->context->ending);
    if (response != NULL && add_fields(response, exchange, last) == 0)
        result = MHD_queue_response(exchange->connection,
                                    (unsigned)reply->status, response);
    if (response != NULL)
        MHD_destroy_response(response);
    return result;
}

/* Answers with an error and closes the connection. */
static enum MHD_Result refuse(struct exchange *exchange, enum refusal why)
{
    reply_refuse(&exchange->reply, why, 0);
    return send_reply(exchange, true);
}

/*
 * Checks the head (protocol.md section 3). Whether the length is missing is
 * checked after the method, so that the answer to a GET is 405.
 */
static enum MHD_Result on_head(struct exchange *exchange, const char *method,
                               const char *version)
{
    struct head_line line = {method, exchange->target, exchange->target_end,
                             version, exchange->context->is_strict};
    struct head head;

    strncat(exchange->method, method, sizeof exchange->method - 1);
    exchange->route = routes_find(exchange->path);
    head_read(&head, exchange->connection, &line);
    if (!head.is_valid)
        return refuse(exchange, REFUSE_BAD_REQUEST);
    if (head.has_origin)
        return refuse(exchange, REFUSE_ORIGIN);
    if (exchange->route == NULL)
        return refuse(exchange, REFUSE_NO_PATH);
    if (strcmp(method, exchange->route->method) != 0)
        return refuse(exchange, REFUSE_METHOD);
    if (head.lengths == 0)
        return refuse(exchange, REFUSE_BAD_REQUEST);
    if (head.length > KIT_REQUEST_MAX)
        return refuse(exchange, REFUSE_TOO_LARGE);
    exchange->expected = head.length;
    exchange->stage = EXCHANGE_BODY;
    return MHD_YES;
}

/* A task for the pool that hashes. */
static void hash_login(void *context, bool dropped)
{
    struct exchange *exchange = context;

    if (!dropped)
        login_hash(&exchange->login);
    MHD_resume_connection(exchange->connection);
}

/* Waits until the session of a login is on disk. */
static void sync_store(struct exchange *exchange)
{
    struct store *store = exchange->context->service->store;

    exchange->synced = wal_sync(&store->wal) == 0 ? 1 : -1;
}

/* A task for the pool that syncs. It also syncs if the pool is being stopped:
   the session exists, so its token should be sent. */
static void sync_login(void *context, bool dropped)
{
    struct exchange *exchange = context;

    (void)dropped;
    sync_store(exchange);
    MHD_resume_connection(exchange->connection);
}

/*
 * Suspends the connection and queues TASK for WORKERS. After TASK,
 * exchange_continue is called again, with STAGE. Returns false, and does
 * nothing, if the queue is full or the workers are being stopped.
 */
static bool hand_over(struct exchange *exchange, enum exchange_stage stage,
                      workers_function *task, struct workers *workers)
{
    if (!workers_have_room(workers))
        return false;
    /* Suspend first: the worker may resume before workers_submit returns. */
    exchange->stage = stage;
    deadline_lift(exchange->deadline);
    MHD_suspend_connection(exchange->connection);
    /* If the workers have just been stopped, go on without TASK. */
    if (workers_submit(workers, task, exchange) != 0)
        MHD_resume_connection(exchange->connection);
    return true;
}

/* Sends M2; or an error if its session is not on disk and could get lost. */
static enum MHD_Result send_synced(struct exchange *exchange)
{
    /* No worker has synced: the queue was full, or the pool was stopped. */
    if (exchange->synced == 0)
        sync_store(exchange);
    if (exchange->synced < 0)
        reply_refuse(&exchange->reply, REFUSE_INTERNAL, 0);
    return send_reply(exchange, false);
}

/* Answers a login. If it was not hashed, the answer is "busy". */
static enum MHD_Result finish_login(struct exchange *exchange)
{
    struct exchange_context *context = exchange->context;

    login_finish(&exchange->reply, &exchange->login, context->service,
                 kit_now());
    if (!exchange->reply.unsynced)
        return send_reply(exchange, false);
    if (hand_over(exchange, EXCHANGE_SYNCING, sync_login, context->syncer))
        return MHD_YES;
    return send_synced(exchange);
}

/* The body is complete: parses it and calls the handler of the route. */
static enum MHD_Result handle(struct exchange *exchange)
{
    struct request request = {
        .ip = exchange->ip,
        .now = kit_now(),
        .ticks = kit_ticks(),
    };
    cJSON *body;

    errno = 0;
    body = kit_json_object(exchange->body, exchange->len);
    if (body == NULL && errno == ENOMEM) {
        kit_error("no memory to parse a request: close other programs");
        return refuse(exchange, REFUSE_INTERNAL);
    }
    if (kit_trace_on)
        trace(exchange, kit_json_string(body, "username"), 0, exchange->body,
              exchange->len);
    request.body = body;
    exchange->route->handle(&exchange->reply, &exchange->login,
                            exchange->context->service, &request);
    kit_json_free(body);
    /* Wipe it now: the login may wait in the queue for a long time. */
    kit_wipe(exchange->body, exchange->len);
    if (exchange->reply.status != 0)
        return send_reply(exchange, false);
    if (hand_over(exchange, EXCHANGE_HASHING, hash_login,
                  exchange->context->hashers))
        return MHD_YES;
    return finish_login(exchange);
}

/* One more piece of the body, or its end. */
static enum MHD_Result on_body(struct exchange *exchange, const char *bytes,
                               size_t *len)
{
    if (*len == 0)
        return handle(exchange);

    /* libmicrohttpd passes at most Content-Length bytes, and on_head has
       limited them. Check it here too: more would overflow the buffer. */
    if (*len > exchange->expected - exchange->len)
        return MHD_NO;
    memcpy(exchange->body + exchange->len, bytes, *len);
    exchange->len += *len;
    *len = 0;
    return MHD_YES;
}

enum MHD_Result exchange_continue(struct exchange *exchange, const char *method,
                                  const char *version, const char *bytes,
                                  size_t *len)
{
    switch (exchange->stage) {
    case EXCHANGE_HEAD:
        return on_head(exchange, method, version);
    case EXCHANGE_BODY:
        return on_body(exchange, bytes, len);
    case EXCHANGE_HASHING:
        return finish_login(exchange);
    case EXCHANGE_SYNCING:
        return send_synced(exchange);
    case EXCHANGE_DONE:
        break;
    }
    return MHD_YES;
}

void exchange_free(struct exchange *exchange, unsigned status)
{
    struct log_entry entry = {
        .now = kit_now(),
        .ip = exchange->ip,
        .method = exchange->method,
        .path = exchange->path,
        .status = status,
        .user = exchange->reply.user,
        .milliseconds = kit_ticks() - exchange->began,
    };

    log_write(exchange->context->log, &entry);
    kit_wipe(exchange, sizeof *exchange);
    free(exchange);
}
