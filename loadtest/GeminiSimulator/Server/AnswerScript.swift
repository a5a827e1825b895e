/// What one answer sends, step by step: made at once, played by the connection.
struct AnswerScript: Sendable {
  enum Step: Sendable {
    case wait(Duration)
    /// Bytes of the body, in pieces of the size that the simulator was told.
    case bytes([UInt8])
    /// From here on so many tokens are told.
    case told(SpentTokens)
    /// Silence until the caller leaves.
    case hang
    /// The connection ends here, whatever was promised.
    case cut
  }

  var status: Int
  var headers: [(String, String)]
  /// Steps before the head is sent.
  var before: [Step] = []
  var steps: [Step] = []
  /// Whether the length is said in the head; else the body comes in chunks.
  var saysLength = true

  static let common = [
    ("Vary", "Origin"), ("Vary", "X-Origin"), ("Vary", "Referer"),
    ("Server", "scaffolding on HTTPServer2"), ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"), ("X-Xss-Protection", "0"),
  ]

  /// A unary answer as recorded (reference, section 1).
  static func json(_ status: Int, _ node: JSONNode, wait: Duration = .zero) -> AnswerScript {
    let milliseconds =
      wait.components.seconds * 1000
      + wait.components.attoseconds / 1_000_000_000_000_000
    return AnswerScript(
      status: status,
      headers: [("Content-Type", "application/json; charset=UTF-8")] + common + [
        ("Server-Timing", "gfet4t7; dur=\(milliseconds)")
      ], before: [.wait(wait)], steps: [.bytes(node.pretty)])
  }

  static func error(_ error: APIError, wait: Duration = .zero) -> AnswerScript {
    json(error.code, error.body, wait: wait)
  }

  /// A stream as recorded (reference, section 4): no charset, no length.
  static var stream: AnswerScript {
    AnswerScript(
      status: 200,
      headers: [
        ("Content-Type", "text/event-stream"), ("Content-Disposition", "attachment"),
      ] + common, saysLength: false)
  }

  /// One event, as it goes over the wire.
  static func event(_ node: JSONNode) -> [UInt8] {
    Array("data: ".utf8) + node.line + Array("\r\n\r\n".utf8)
  }
}
