import Foundation
import ServiceHost

/// A JSON object from outside, read field by field so that every fault of a request is named at
/// once.
///
/// ```swift
/// var json = try request.jsonObject()
/// let email = json.string("email", maxCharacters: 254)
/// try json.finish()        // 422 with every fault; unknown fields are faults
/// ```
struct JSONObject {
  typealias Value = JSONValue

  let members: [String: Value]
  /// What stands before a field's name in a fault: `steps[0].`.
  let path: String
  private var known: Set<String> = []
  private(set) var faults: [Problem.FieldError] = []

  /// Parses; 400 where the bytes are no JSON or no UTF-8, 422 where they are no object.
  init(bytes: [UInt8]) throws(Problem) {
    let value: Value
    do throws(JSONValue.Fault) {
      value = try JSONValue(parsing: bytes)
    } catch {
      switch error.reason {
      case .encoding: throw .malformedJSON("Le texte n'est pas de l'UTF-8 valide.")
      case .tooDeep: throw .malformedJSON("Le JSON est trop imbriqué.")
      case .syntax: throw .malformedJSON("Le corps de la requête n'est pas un JSON valide.")
      }
    }
    guard case .object(let members) = value else {
      throw .invalid([
        .init(field: "", code: "wrong_type", message: "Un objet JSON est attendu.")
      ])
    }
    self.init(members: members, path: "")
  }

  /// An object within another one.
  init(members: [String: Value], path: String) {
    self.members = members
    self.path = path
  }

  /// The value of a field, which is known from now on.
  mutating func take(_ name: String) -> Value? {
    known.insert(name)
    return members[name]
  }

  /// A text in NFC, trimmed of nothing; nil (and a fault, where required) when it is absent or bad.
  /// NUL is refused: PostgreSQL cannot hold it.
  mutating func string(
    _ name: String, required: Bool = true, minCharacters: Int = 1, maxCharacters: Int
  ) -> String? {
    switch take(name) {
    case nil, .null?:
      if required { fault(name, "required", "Ce champ est obligatoire.") }
      return nil
    case .string(let raw)?:
      let text = raw.precomposed
      if text.unicodeScalars.contains("\0") {
        fault(name, "invalid_characters", "Le caractère NUL n'est pas accepté.")
        return nil
      }
      let count = text.unicodeScalars.count
      if count < minCharacters || text.allSatisfy(\.isWhitespace) && minCharacters > 0 {
        fault(name, "too_short", "Au moins \(minCharacters) caractère(s).")
        return nil
      }
      if count > maxCharacters {
        fault(name, "too_long", "Au plus \(maxCharacters) caractères.")
        return nil
      }
      return text
    default:
      fault(name, "wrong_type", "Un texte est attendu.")
      return nil
    }
  }

  /// A UUID, lower-case.
  mutating func uuid(_ name: String) -> String? {
    guard let text = string(name, required: false, maxCharacters: 64) else { return nil }
    guard let id = UUID(uuidString: text) else {
      fault(name, "invalid_uuid", "Identifiant (UUID) attendu.")
      return nil
    }
    return id.uuidString.lowercased()
  }

  /// An object of booleans (consents).
  mutating func flags(_ name: String, allowed: Set<String>) -> [String: Bool] {
    switch take(name) {
    case nil, .null?: return [:]
    case .object(let values)?:
      var flags: [String: Bool] = [:]
      for (key, value) in values {
        if !allowed.contains(key) {
          fault("\(name).\(key)", "unknown_field", "Champ inconnu.")
        } else if case .bool(let flag) = value {
          flags[key] = flag
        } else {
          fault("\(name).\(key)", "wrong_type", "Vrai ou faux attendu.")
        }
      }
      return flags
    default:
      fault(name, "wrong_type", "Un objet est attendu.")
      return [:]
    }
  }

  /// Notes a fault.
  mutating func fault(_ field: String, _ code: String, _ message: String) {
    faults.append(.init(field: path + field, code: code, message: message))
  }

  /// Notes the faults of an object within this one.
  mutating func add(_ faults: [Problem.FieldError]) { self.faults += faults }

  /// Notes fields that no one asked for.
  mutating func refuseUnknown() {
    for name in members.keys.sorted() where !known.contains(name) {
      fault(String(name.prefix(64)), "unknown_field", "Champ inconnu.")
    }
  }

  /// Throws 422 with every fault; a field that no one asked for is one.
  mutating func finish() throws(Problem) {
    refuseUnknown()
    if !faults.isEmpty { throw .invalid(faults) }
  }
}

extension String {
  /// Canonical composition (NFC).
  var precomposed: String {
    utf8.allSatisfy { $0 < 0x80 } ? self : String(decoding: Array(_nfcScalars), as: UTF8.self)
  }

  private var _nfcScalars: [UInt8] { Array(precomposedStringWithCanonicalMapping.utf8) }
}
