import Foundation
import HTTPTypes
import ServiceHost

/// The query of a request, read field by field so that every fault is named at once.
///
/// ```swift
/// var query = request.queryFields()
/// let limit = query.int("limit", default: 50, in: 1...100)
/// try query.finish()       // 422 with every fault
/// ```
///
/// Fields that no one asks for are passed over, as web users expect; of a repeated field the first
/// counts.
struct QueryFields {
  private var values: [String: String] = [:]
  private(set) var faults: [Problem.FieldError] = []

  /// - Parameter target: path and query of the request line.
  init(target: String) {
    guard let mark = target.firstIndex(of: "?") else { return }
    for pair in target[target.index(after: mark)...].split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(parts[0]), values[name] == nil else { continue }
      guard let value = Self.decode(parts.count == 2 ? parts[1] : "") else {
        fault(
          String(name.prefix(64)), "invalid_characters", "Le texte n'est pas de l'UTF-8 valide.")
        continue
      }
      values[name] = value
    }
  }

  private static func decode(_ text: Substring) -> String? {
    String(text.replacing("+", with: " ")).removingPercentEncoding
  }

  /// A text in NFC; nil where it is absent, empty or bad.
  mutating func text(_ name: String, maxCharacters: Int) -> String? {
    guard let text = values[name]?.precomposed, !text.isEmpty else { return nil }
    if text.unicodeScalars.contains("\0") {
      fault(name, "invalid_characters", "Le caractère NUL n'est pas accepté.")
      return nil
    }
    guard text.unicodeScalars.count <= maxCharacters else {
      fault(name, "too_long", "Au plus \(maxCharacters) caractères.")
      return nil
    }
    return text
  }

  /// A whole number within `range`.
  mutating func int(_ name: String, default value: Int, in range: ClosedRange<Int>) -> Int {
    guard let text = values[name] else { return value }
    guard let number = Int(text), range.contains(number) else {
      fault(
        name, "out_of_range",
        "Nombre entier de \(range.lowerBound) à \(range.upperBound) attendu.")
      return value
    }
    return number
  }

  /// A UUID, lower-case.
  mutating func uuid(_ name: String) -> String? {
    guard let text = values[name] else { return nil }
    guard let id = UUID(uuidString: text) else {
      fault(name, "invalid_uuid", "Identifiant (UUID) attendu.")
      return nil
    }
    return id.uuidString.lowercased()
  }

  /// One of a few words.
  mutating func word(_ name: String, of words: [String]) -> String? {
    guard let text = values[name] else { return nil }
    guard words.contains(text) else {
      fault(name, "invalid_choice", "Valeurs possibles : \(words.joined(separator: ", ")).")
      return nil
    }
    return text
  }

  /// `true` or `false`.
  mutating func bool(_ name: String, default value: Bool) -> Bool {
    switch values[name] {
    case nil: return value
    case "true"?: return true
    case "false"?: return false
    default:
      fault(name, "wrong_type", "true ou false attendu.")
      return value
    }
  }

  private mutating func fault(_ field: String, _ code: String, _ message: String) {
    faults.append(.init(field: field, code: code, message: message))
  }

  /// Throws 422 with every fault.
  func finish() throws(Problem) {
    if !faults.isEmpty { throw .invalid(faults) }
  }
}

extension GatewayRequest {
  /// The query, to be read field by field.
  func queryFields() -> QueryFields { QueryFields(target: head.path ?? "") }

  /// The id in the path, lower-case. What is no id names nothing, as an id that nobody has: 404.
  func pathID() throws(Problem) -> String {
    guard let text = parameters["id"], text.utf8.count == 36, let id = UUID(uuidString: text) else {
      throw .notFound
    }
    return id.uuidString.lowercased()
  }
}
