"""Strange addresses and malformed requests, for G8; {h} is the host that the server is called by."""

PATHS = (
    "/assets/../config.yaml", "/assets/x/..%2f..%2f..%2fetc%2fpasswd", "/assets/x/....//....//etc/passwd",
    "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/x/..%5c..%5cetc%5cpasswd", "//etc/passwd",
    "/..%00/etc/passwd",
    "/steps/../../../../etc/passwd", "/steps/%00", "/steps/" + "a" * 8000, "/articles/99999999999999999999",
    "/articles/-1", "/agreements/..%2f..", "/agreements/UA-%00", "/api/v1/export/..%2f..%2fconfig.yaml",
    "/api/v1/export/steps.json%00", "/api/v1/steps?limit=-1", "/api/v1/steps?limit=1e9",
    "/api/v1/steps?cursor=%ff",
    "/search?q=%22%27%29%3B--", "/search?q=" + "(" * 900, "/search?q=%25%25%25",
    "/api/v1/find?q=NEAR(%22a%22",
    "/websub/office/..%2f..", "/websub/../config.yaml", "/%c0%ae%c0%ae/etc/passwd", "/config.yaml", "/.env",
    "/data/pactwatch.db", "/kept.db",
)  # fmt: skip
# Requests that two servers in a row may understand differently (RFC 9112, section 11.2), by what is wrong.
ODD = {
    "two lengths": b"POST / HTTP/1.1\r\nHost: {h}\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nGET ",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: {h}\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: {h}\r\n\r\n",
    "hidden chunks": b"POST / HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "space before the colon": b"GET / HTTP/1.1\r\nHost : {h}\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: {h}\r\nHost: evil.example\r\n\r\n",
    "another host": b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "another host, address and all": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a host that begins like ours": b"GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n",
    "a host behind a user": b"GET / HTTP/1.1\r\nHost: 127.0.0.1:80@evil.example\r\n\r\n",
    "no method": b"\x00\x01\x02\x03\r\n\r\n",
    "TLS on a plain port": bytes.fromhex("16030100c8010000c40303") + b"\x00" * 60 + b"\r\n\r\n",
    "a long line": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: {h}\r\n\r\n",
    "many lines": b"GET / HTTP/1.1\r\nHost: {h}\r\n" + b"X-A: " + b"1" * 90_000 + b"\r\n\r\n",
    "a bad chunk": b"POST / HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\nHost: {h}\r\n\r\n",
    "CONNECT": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: {h}\r\n\r\n",
}
