import HTTPTypes

/// The headers that every response bears: those helmet sets by default, except that the referrer
/// stays within the site, and that HSTS and upgrade-insecure-requests are sent only where browsers
/// come by https.
struct SecurityHeaders: Sendable {
  let fields: [HTTPField]

  init(isHTTPS: Bool) {
    var policy = [
      "default-src 'self'", "base-uri 'self'", "font-src 'self' https: data:",
      "form-action 'self'", "frame-ancestors 'self'", "img-src 'self' data:", "object-src 'none'",
      "script-src 'self'", "script-src-attr 'none'", "style-src 'self' https: 'unsafe-inline'",
    ]
    if isHTTPS { policy.append("upgrade-insecure-requests") }
    var pairs = [
      ("Content-Security-Policy", policy.joined(separator: ";")),
      ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Origin-Agent-Cluster", "?1"),
      ("Referrer-Policy", "same-origin"),
      ("X-Content-Type-Options", "nosniff"),
      ("X-DNS-Prefetch-Control", "off"),
      ("X-Download-Options", "noopen"),
      ("X-Frame-Options", "SAMEORIGIN"),
      ("X-Permitted-Cross-Domain-Policies", "none"),
      ("X-XSS-Protection", "0"),
    ]
    if isHTTPS {
      pairs.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    }
    fields = pairs.compactMap { name, value in
      HTTPField.Name(name).map { HTTPField(name: $0, value: value) }
    }
  }
}
