import Foundation
import HTTPTypes
package import ServiceHost

/// The fields of a form as a browser posts it (`application/x-www-form-urlencoded`).
///
/// Bounded by the body's limit and by `countMax`; of equal names the first counts. Texts are in NFC
/// with line feeds alone, and NUL, which PostgreSQL cannot hold, is refused.
package struct FormFields: Sendable {
  private static let countMax = 64
  private let values: [String: String]

  /// - Throws: 400 where the body is no form, 413 where it has too many fields.
  package init(body: some Collection<UInt8>) throws(Problem) {
    var values: [String: String] = [:]
    for (index, pair) in body.split(separator: UInt8(ascii: "&")).enumerated() {
      guard index < Self.countMax else { throw .malformedForm }
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decode(parts[0])
      let value = try Self.decode(parts.count == 2 ? parts[1] : pair[pair.endIndex...])
      if values[name] == nil { values[name] = value }
    }
    self.values = values
  }

  /// A field without the white space around it; empty where it was not sent.
  package func text(_ name: String) -> String {
    (values[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A field as it was typed: white space is part of a password.
  package func raw(_ name: String) -> String { values[name] ?? "" }

  private static func decode(_ bytes: some Collection<UInt8>) throws(Problem) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(0x20)
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(nibble), let low = iterator.next().flatMap(nibble)
        else { throw .malformedForm }
        decoded.append(high << 4 | low)
      default: decoded.append(byte)
      }
    }
    guard let text = String(validating: decoded, as: UTF8.self), !decoded.contains(0) else {
      throw .malformedForm
    }
    return text.replacing("\r\n", with: "\n").precomposed
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension Problem {
  static let malformedForm = Problem(
    .badRequest, code: "malformed_form", title: "Malformed form",
    detail: "Le formulaire n'a pas pu être lu. Rechargez la page et réessayez.")

  static let staleForm = Problem(
    .forbidden, code: "stale_form", title: "Stale form",
    detail: "Ce formulaire n'est plus valable. Rechargez la page et réessayez.")
}
