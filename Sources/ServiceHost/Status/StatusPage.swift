import HTTPTypes
import NIOCore

/// The page for people who run the gateway: live charts of the golden signals on one screen.
///
/// Why it reads `/metrics` and `/readyz` as any scraper does and has no data of its own: what the
/// page shows and what Prometheus stores cannot differ. Rates and quantiles are computed in the
/// browser from the change of counters and buckets; nothing is kept in the gateway for it.
///
/// One self-contained document: no file from elsewhere, and a policy with a nonce for each answer
/// that allows its own script and style and nothing else. Light and dark as the reader's system
/// has it; every chart has a text form for those who do not see it.
enum StatusPage {
  /// The page, fresh at each call because of its nonce.
  static func reply() -> HTTPReply {
    let nonce = makeNonce()
    let policy = [
      "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'",
      "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'",
      "frame-ancestors 'none'",
    ].joined(separator: "; ")
    let headers: HTTPFields = [
      .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
      .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff",
    ]
    return HTTPReply(
      status: .ok, headers: headers, body: ByteBuffer(string: document(nonce: nonce)))
  }

  private static func makeNonce() -> String {
    var generator = SystemRandomNumberGenerator()
    return String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
  }

  private static func document(nonce: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Gateway status</title>
    <link rel="icon" href="data:,">
    <style nonce="\(nonce)">
    \(style)
    </style>
    </head>
    <body>
    \(body)
    <script nonce="\(nonce)">
    \(script)
    </script>
    </body>
    </html>

    """
  }

  private static let body = #"""
    <header>
    <h1>PhoenixCare gateway</h1>
    <p class="state" id="state" role="status">Asking…</p>
    <p class="fine" id="fine"></p>
    </header>
    <noscript><p class="alarm">This page needs JavaScript; the same figures are at
    <a href="metrics">/metrics</a>.</p></noscript>
    <p class="alarm" id="alarm" role="alert" hidden></p>
    <main>
    <section aria-labelledby="h-now"><h2 id="h-now">Now</h2>
    <dl class="tiles" id="tiles"></dl></section>
    <div class="charts">
    <section aria-labelledby="h-req"><h2 id="h-req">Requests a second</h2>
    <div class="chart" id="c-requests"></div></section>
    <section aria-labelledby="h-err"><h2 id="h-err">Errors (5xx), share of requests</h2>
    <div class="chart" id="c-errors"></div></section>
    <section aria-labelledby="h-lat"><h2 id="h-lat">Latency, all routes but probes</h2>
    <div class="chart" id="c-latency"></div></section>
    <section aria-labelledby="h-hit"><h2 id="h-hit">Answers from the cache</h2>
    <div class="chart" id="c-hits"></div></section>
    <section aria-labelledby="h-tok"><h2 id="h-tok">Tokens a minute</h2>
    <div class="chart" id="c-tokens"></div></section>
    <section aria-labelledby="h-cost"><h2 id="h-cost">Cost, US dollars an hour</h2>
    <div class="chart" id="c-cost"></div></section>
    <section aria-labelledby="h-stage">
    <h2 id="h-stage">Where a request's time goes, last minute</h2>
    <div id="stages"></div></section>
    <section aria-labelledby="h-run"><h2 id="h-run">How late the threads are</h2>
    <div class="chart" id="c-lag"></div></section>
    <section aria-labelledby="h-mem"><h2 id="h-mem">Memory</h2>
    <div class="chart" id="c-memory"></div></section>
    </div>
    <section aria-labelledby="h-work"><h2 id="h-work">Workers and breakers</h2>
    <div class="wide" id="workers" tabindex="0" role="region" aria-label="Workers"></div></section>
    <section aria-labelledby="h-route"><h2 id="h-route">Routes</h2>
    <div class="wide" id="routes" tabindex="0" role="region" aria-label="Routes"></div></section>
    </main>
    <footer><p>Read from <a href="metrics">/metrics</a> and <a href="readyz">/readyz</a> every two
    seconds. Charts begin when this page is opened and go back ten minutes; rates are over the last
    ten seconds. Quantiles of routes are over five minutes.</p></footer>
    """#
}
