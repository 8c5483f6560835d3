// SPDX-License-Identifier: MIT
// fastify.js DATABASE: serves /userinfo with Fastify, which generates the code
// that checks and writes JSON from schemas.
"use strict";

const fastify = require("fastify");
const { BODY_MAX, Failure, Service } = require("./userinfo.js");

const text = { type: "string" };
const service = new Service(process.argv[2]);
const app = fastify({
    bodyLimit: BODY_MAX,
    ajv: { customOptions: { coerceTypes: false } },   // the number 1 is not "1"
});

// Our clients send no Content-Type.
app.addContentTypeParser("*", { parseAs: "string" },
                         app.getDefaultJsonParser("error", "error"));

app.setErrorHandler((error, request, reply) => {
    const status = error.status ?? error.statusCode ?? 500;
    const word = status < 500 ? "bad_request" : "internal";
    reply.code(status);
    reply.send({ error: error instanceof Failure ? error.message : word });
});

app.post("/userinfo", {
    schema: {
        body: {
            type: "object",
            required: ["username", "token", "receiver"],
            properties: { username: text, token: text, receiver: text },
        },
        response: {
            200: {
                type: "object",
                properties: {
                    ip_addr: text,
                    secret: text,
                    senderinfo: text,
                    port: { type: "integer" },
                    receiver: text,
                },
            },
        },
    },
}, (request, reply) => {
    reply.send(service.answer(request.body));
});

app.listen({ host: "127.0.0.1", port: 0 }).then((url) => {
    console.log(`listening on ${url}`);
});
