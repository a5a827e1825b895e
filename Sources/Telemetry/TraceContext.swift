/// The 16 bytes that name a trace; never all zero.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
  /// The most significant eight bytes.
  package let high: UInt64
  /// The least significant eight bytes.
  package let low: UInt64

  /// Nil for the all-zero id, which the standard forbids.
  package init?(high: UInt64, low: UInt64) {
    guard high != 0 || low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  fileprivate init(random words: (UInt64, UInt64, UInt64)) {
    high = words.0
    low = words.1 == 0 ? 1 : words.1
  }

  package var description: String {
    String(decoding: hexBytes, as: UTF8.self)
  }

  var hexBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    Hex.append(high, to: &bytes)
    Hex.append(low, to: &bytes)
    return bytes
  }
}

/// The 8 bytes that name a span (`parent-id` on the wire); never zero.
package struct SpanID: Sendable, Hashable, CustomStringConvertible {
  /// The id as a number, big endian on the wire.
  package let value: UInt64

  /// Nil for zero, which the standard forbids.
  package init?(_ value: UInt64) {
    guard value != 0 else { return nil }
    self.value = value
  }

  fileprivate init(random word: UInt64) {
    value = word == 0 ? 1 : word
  }

  package var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    Hex.append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// One request's place in a trace, as W3C Trace Context Level 2 carries it.
///
/// ```swift
/// let trace = TraceContext(traceparent: request.headers["traceparent"], tracestate: nil)
/// upstream.headers["traceparent"] = trace.child().traceparent
/// ```
///
/// A header that breaks the standard starts a new trace and drops `tracestate`; a broken
/// `tracestate` is dropped alone. `sampled` is passed on, never trusted for a decision that costs.
package struct TraceContext: Sendable, Hashable {
  /// The trace; the caller's where one came in.
  package let traceID: TraceID
  /// The span of this service for this request.
  package let spanID: SpanID
  /// The caller's span, nil where this service began the trace.
  package let parentSpanID: SpanID?
  /// Bit 0 sampled, bit 1 random trace id; all other bits are zero.
  package let flags: UInt8
  /// The other vendors' state, checked and bounded, ready to send on.
  package let tracestate: String?

  private static let sampled: UInt8 = 1
  private static let randomID: UInt8 = 2

  /// Continues the caller's trace, or begins one where the header is absent or broken.
  ///
  /// Several `traceparent` headers: hand in nil; several `tracestate` headers: joined by commas.
  package init(traceparent: String?, tracestate: String? = nil) {
    let words = RandomWords.make()
    spanID = SpanID(random: words.2)
    if let traceparent, let parent = Self.parse(traceparent) {
      traceID = parent.trace
      parentSpanID = parent.span
      flags = parent.flags
      self.tracestate = tracestate.flatMap(TraceState.sanitized)
    } else {
      traceID = TraceID(random: words)
      parentSpanID = nil
      flags = Self.sampled | Self.randomID
      self.tracestate = nil
    }
  }

  private init(child parent: TraceContext) {
    traceID = parent.traceID
    parentSpanID = parent.spanID
    spanID = SpanID(random: RandomWords.make().2)
    flags = parent.flags
    tracestate = parent.tracestate
  }

  /// The context of one outgoing request: same trace, a span id of its own.
  package func child() -> TraceContext { TraceContext(child: self) }

  /// The header to send, always version 00, 55 characters.
  package var traceparent: String {
    var bytes: [UInt8] = Array("00-".utf8)
    bytes.reserveCapacity(55)
    Hex.append(traceID.high, to: &bytes)
    Hex.append(traceID.low, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    Hex.append(spanID.value, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(UInt8(ascii: "0"))
    bytes.append(Hex.digit(flags))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the caller says it recorded the trace.
  package var isSampled: Bool { flags & Self.sampled != 0 }

  private static func parse(_ header: String) -> (trace: TraceID, span: SpanID, flags: UInt8)? {
    let bytes = Array(header.utf8)
    let dash = UInt8(ascii: "-")
    guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
      let version = Hex.parse(bytes[0..<2]), version != 0xff,
      bytes.count == 55 || version > 0 && bytes[55] == dash,
      let high = Hex.parse(bytes[3..<19]), let low = Hex.parse(bytes[19..<35]),
      let span = Hex.parse(bytes[36..<52]), let flags = Hex.parse(bytes[53..<55]),
      let traceID = TraceID(high: high, low: low), let spanID = SpanID(span)
    else { return nil }
    return (traceID, spanID, UInt8(flags) & (sampled | randomID))
  }
}
