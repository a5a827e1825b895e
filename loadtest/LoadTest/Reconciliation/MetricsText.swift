/// Samples read from the Prometheus text format, 0.0.4 or OpenMetrics.
package struct MetricsText: Sendable {
  /// One line: a value with its name and labels.
  package struct Sample: Sendable, Equatable {
    package let name: String
    package let labels: [String: String]
    package let value: Double
  }

  /// In the order of the text.
  package private(set) var samples: [Sample] = []

  /// Reads a whole exposition; a line that breaks the grammar throws with its number.
  ///
  /// - Parameter names: only these are kept; nil keeps all.
  package init(_ text: String, names: Set<String>? = nil) throws(MetricsTextError) {
    var number = 0
    for line in text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false) {
      number += 1
      guard let first = line.first, first != 0x23 else { continue }
      var cursor = Cursor(rest: line[...])
      // What nobody asked for need not be taken apart.
      if let names, let name = cursor.name(), !names.contains(name) { continue }
      guard let sample = cursor.sample() else { throw MetricsTextError(line: number) }
      samples.append(sample)
    }
  }

  private struct Cursor {
    var rest: Substring.UTF8View.SubSequence

    mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

    mutating func accept(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func word(_ isPart: (UInt8) -> Bool) -> String? {
      let word = rest.prefix(while: isPart)
      guard !word.isEmpty else { return nil }
      rest = rest.dropFirst(word.count)
      return String(decoding: word, as: UTF8.self)
    }

    /// The name that the line begins with, left where it is.
    func name() -> String? {
      var copy = self
      return copy.word { Self.isName($0) || $0 == 0x3a }
    }

    mutating func sample() -> Sample? {
      guard let name = word({ Self.isName($0) || $0 == 0x3a }) else { return nil }
      var labels: [String: String] = [:]
      skipBlanks()
      if accept(0x7b) {
        skipBlanks()
        while !accept(0x7d) {
          guard let label = word(Self.isName) else { return nil }
          skipBlanks()
          guard accept(0x3d) else { return nil }
          skipBlanks()
          guard let value = quoted(), labels.updateValue(value, forKey: label) == nil else {
            return nil
          }
          skipBlanks()
          if !accept(0x2c), rest.first != 0x7d { return nil }
          skipBlanks()
        }
        skipBlanks()
      }
      guard let text = word({ $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }) else { return nil }
      let value: Double
      switch text {
      case "+Inf", "Inf": value = .infinity
      case "-Inf": value = -.infinity
      case "NaN": value = .nan
      default:
        guard let number = Double(text) else { return nil }
        value = number
      }
      skipBlanks()
      // A timestamp, or an exemplar after "# ", may follow; neither is weighed.
      guard rest.isEmpty || rest.first == 0x23 || rest.first == 0x2d || Self.isDigit(rest.first)
      else { return nil }
      return Sample(name: name, labels: labels, value: value)
    }

    private mutating func quoted() -> String? {
      guard accept(0x22) else { return nil }
      var bytes: [UInt8] = []
      while let byte = rest.popFirst() {
        switch byte {
        case 0x22: return String(decoding: bytes, as: UTF8.self)
        case 0x5c:
          switch rest.popFirst() {
          case 0x6e: bytes.append(0x0a)
          case 0x22: bytes.append(0x22)
          case 0x5c: bytes.append(0x5c)
          default: return nil
          }
        default: bytes.append(byte)
        }
      }
      return nil
    }

    private static func isDigit(_ byte: UInt8?) -> Bool {
      byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
    }

    private static func isName(_ byte: UInt8) -> Bool {
      (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)
        || isDigit(byte) || byte == 0x5f
    }
  }
}

/// A line that is no sample.
package struct MetricsTextError: Error, Equatable, CustomStringConvertible {
  package let line: Int
  package var description: String { "line \(line) is no sample of the Prometheus text format" }
}
