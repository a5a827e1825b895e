/// Writes families as bytes in one of the formats.
struct ExpositionWriter {
  let format: ExpositionFormat
  private(set) var bytes: [UInt8] = []
  /// When counting began, as OpenMetrics writes instants; nil leaves `_created` out.
  let createdText: [UInt8]?

  init(format: ExpositionFormat, capacity: Int, createdText: [UInt8]? = nil) {
    self.format = format
    self.createdText = createdText
    bytes.reserveCapacity(capacity)
  }

  /// HELP and TYPE, in the order and under the name each format wants.
  mutating func head(_ descriptor: FamilyDescriptor) {
    switch format {
    case .text:
      let type = descriptor.kind == .info ? FamilyKind.gauge : descriptor.kind
      append("# HELP ", descriptor.name, " ")
      appendHelp(descriptor.help, quoteEscaped: false)
      append("\n# TYPE ", descriptor.name, " ", type.rawValue, "\n")
    case .openMetrics:
      let name = descriptor.baseName
      append("# TYPE ", name, " ", descriptor.kind.rawValue, "\n")
      if let unit = descriptor.unit { append("# UNIT ", name, " ", unit, "\n") }
      append("# HELP ", name, " ")
      appendHelp(descriptor.help, quoteEscaped: true)
      append("\n")
    }
  }

  /// One sample without the end of its line, which an exemplar may still precede.
  mutating func sample(
    _ name: [UInt8], labels: [UInt8], extra: (name: StaticString, value: [UInt8])? = nil,
    value: some BinaryInteger
  ) {
    series(name, labels: labels, extra: extra)
    appendInteger(value)
  }

  /// One sample without the end of its line.
  mutating func sample(
    _ name: [UInt8], labels: [UInt8], extra: (name: StaticString, value: [UInt8])? = nil,
    value: Double
  ) {
    series(name, labels: labels, extra: extra)
    bytes.append(contentsOf: FloatText.go(value))
  }

  mutating func exemplar(_ exemplar: Exemplar, value: Double) {
    append(" # {trace_id=\"")
    appendHex(exemplar.traceHigh)
    appendHex(exemplar.traceLow)
    append("\"} ")
    bytes.append(contentsOf: FloatText.go(value))
    append(" ")
    bytes.append(contentsOf: Self.instant(exemplar.wallNanoseconds))
  }

  /// Seconds since 1970 with three places, as OpenMetrics writes instants.
  static func instant(_ wallNanoseconds: UInt64) -> [UInt8] {
    let seconds = String(wallNanoseconds / 1_000_000_000)
    let milliseconds = String(wallNanoseconds / 1_000_000 % 1000)
    let zeros = String(repeating: "0", count: 3 - milliseconds.utf8.count)
    return Array("\(seconds).\(zeros)\(milliseconds)".utf8)
  }

  /// The line that says since when a series counts, where the format has such a line.
  mutating func created(_ name: [UInt8], labels: [UInt8]) {
    guard format == .openMetrics, let createdText else { return }
    series(name, labels: labels, extra: nil)
    bytes.append(contentsOf: createdText)
    endLine()
  }

  /// The samples of a family written apart.
  mutating func append(_ samples: ExpositionWriter) {
    bytes.append(contentsOf: samples.bytes)
  }

  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
  }

  /// What must come last; OpenMetrics loses the whole scrape without it.
  mutating func finish() {
    if format == .openMetrics { append("# EOF\n") }
  }

  private mutating func series(
    _ name: [UInt8], labels: [UInt8], extra: (name: StaticString, value: [UInt8])?
  ) {
    bytes.append(contentsOf: name)
    if !labels.isEmpty || extra != nil {
      bytes.append(UInt8(ascii: "{"))
      bytes.append(contentsOf: labels)
      if let extra {
        if !labels.isEmpty { bytes.append(UInt8(ascii: ",")) }
        extra.name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: "=\"".utf8)
        bytes.append(contentsOf: extra.value)
        bytes.append(UInt8(ascii: "\""))
      }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: " "))
  }

  private mutating func append(_ texts: String...) {
    for text in texts { bytes.append(contentsOf: text.utf8) }
  }

  private mutating func appendHelp(_ help: String, quoteEscaped: Bool) {
    for byte in help.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\"") where quoteEscaped: append("\\\"")
      default: bytes.append(byte)
      }
    }
  }

  private mutating func appendInteger(_ value: some BinaryInteger) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = UInt64(value.magnitude)
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  private mutating func appendHex(_ value: UInt64) {
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      let nibble = UInt8(truncatingIfNeeded: value >> shift) & 0xf
      bytes.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
  }
}
