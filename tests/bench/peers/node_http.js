// SPDX-License-Identifier: MIT
// node_http.js DATABASE: serves /userinfo with Node's own http module.
"use strict";

const http = require("node:http");
const { BODY_MAX, Failure, Service } = require("./userinfo.js");

const service = new Service(process.argv[2]);

function send(response, status, body) {
    const text = JSON.stringify(body);
    response.writeHead(status, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(text),
    });
    response.end(text);
}

function parse(body) {
    try {
        return JSON.parse(body) ?? {};
    } catch {
        throw new Failure(400, "bad_request");
    }
}

function answer(response, body) {
    try {
        send(response, 200, service.answer(parse(body)));
    } catch (error) {
        const failure = error instanceof Failure ? error
                                                 : new Failure(500, "internal");
        send(response, failure.status, { error: failure.message });
    }
}

const server = http.createServer((request, response) => {
    if (request.url !== "/userinfo")
        return send(response, 404, { error: "no_path" });
    if (request.method !== "POST")
        return send(response, 405, { error: "method" });
    const chunks = [];
    let size = 0;
    request.on("data", (chunk) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > BODY_MAX)
            request.destroy();
    });
    request.on("end", () => answer(response, Buffer.concat(chunks).toString()));
});

server.listen(0, "127.0.0.1", () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
