"""The engine of the web room: one Scrapy engine over aiohttp, and what is said over it.

`limits` how much one answer may cost · `faults` why a fetch failed, as one exception · `connecting`
resolver, sockets and TLS · `decoding` compressed bodies · `headers` what answers say about time ·
`handler` one request on the wire · `scrapy_engine` the long-lived crawler and its politeness slots ·
`exchange` a request with its redirects · `robots` what a site asks of robots.
"""
