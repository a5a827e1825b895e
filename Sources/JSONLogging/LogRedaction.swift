/// Keys whose values never reach a log, however deep they stand.
package struct LogRedaction: Sendable {
  private let keys: Set<String>

  /// What stands in place of a value.
  package static let mark = "[redacted]"

  /// Credentials, and what families write.
  package static let standard = LogRedaction(keys: [
    "answer", "apikey", "api_key", "authorization", "body", "content", "content_base64", "cookie",
    "csrf", "email", "jwt", "message", "passwd", "password", "prompt", "query", "question",
    "secret", "session", "token",
  ])

  /// Keys in lower case with `_`; a key also counts where it ends in `_` and one of them.
  package init(keys: Set<String>) {
    self.keys = keys
  }

  /// Whether the value of this key is kept out: `Set-Cookie` and `worker_token` are, too.
  package func covers(_ key: String) -> Bool {
    var name = key.lowercased()
    if name.utf8.contains(UInt8(ascii: "-")) || name.utf8.contains(UInt8(ascii: ".")) {
      name = String(name.map { $0 == "-" || $0 == "." ? "_" : $0 })
    }
    if keys.contains(name) { return true }
    return keys.contains { name.hasSuffix("_" + $0) }
  }
}
