import ServiceHost

/// What a partial change says of one field.
enum FieldChange<Value: Sendable>: Sendable {
  /// The field is not there: it stays as it is.
  case absent
  /// The field is null: it is emptied.
  case clear
  case set(Value)

  /// The new value; nil where the field stays or is emptied.
  var value: Value? {
    guard case .set(let value) = self else { return nil }
    return value
  }

  var isAbsent: Bool {
    guard case .absent = self else { return false }
    return true
  }
}

extension JSONObject {
  /// Whether the field is there, null included.
  func has(_ name: String) -> Bool { members[name] != nil }

  /// One of a few words.
  mutating func word(_ name: String, of words: [String], required: Bool = false) -> String? {
    guard let text = string(name, required: required, maxCharacters: 64) else { return nil }
    guard words.contains(text) else {
      fault(name, "invalid_choice", "Valeurs possibles : \(words.joined(separator: ", ")).")
      return nil
    }
    return text
  }

  /// A calendar date, `YYYY-MM-DD`.
  mutating func date(_ name: String) -> String? {
    guard let text = string(name, required: false, maxCharacters: 64) else { return nil }
    guard CalendarDate.isValid(text) else {
      fault(name, "invalid_date", "Date attendue, comme 2026-04-01.")
      return nil
    }
    return text
  }

  /// A whole number.
  mutating func int(_ name: String, in range: ClosedRange<Int>) -> Int? {
    switch take(name) {
    case nil, .null?: return nil
    case let value?:
      guard case .number = value else {
        fault(name, "wrong_type", "Un nombre entier est attendu.")
        return nil
      }
      guard let number = value.int, range.contains(number) else {
        fault(
          name, "out_of_range",
          "Nombre entier de \(range.lowerBound) à \(range.upperBound) attendu.")
        return nil
      }
      return number
    }
  }

  /// A truth value.
  mutating func bool(_ name: String, required: Bool = false) -> Bool? {
    switch take(name) {
    case nil, .null?:
      if required { fault(name, "required", "Ce champ est obligatoire.") }
      return nil
    case .bool(let value)?: return value
    default:
      fault(name, "wrong_type", "Vrai ou faux attendu.")
      return nil
    }
  }

  /// An array of objects, each read by `read`; faults bear its place: `steps[2].title`.
  mutating func objects<Element>(
    _ name: String, countMax: Int, _ read: (inout JSONObject) -> Element?
  ) -> [Element]? {
    switch take(name) {
    case nil, .null?: return nil
    case .array(let values)?:
      guard values.count <= countMax else {
        fault(name, "too_many", "Au plus \(countMax) éléments.")
        return nil
      }
      var elements: [Element] = []
      for (index, value) in values.enumerated() {
        guard case .object(let members) = value else {
          fault("\(name)[\(index)]", "wrong_type", "Un objet est attendu.")
          continue
        }
        var object = JSONObject(members: members, path: "\(path)\(name)[\(index)].")
        let element = read(&object)
        object.refuseUnknown()
        add(object.faults)
        if let element { elements.append(element) }
      }
      return elements
    default:
      fault(name, "wrong_type", "Une liste est attendue.")
      return nil
    }
  }

  /// A field of a partial change; `canBeCleared` tells whether null empties it or is a fault.
  mutating func change<Value>(
    _ name: String, canBeCleared: Bool, _ read: (inout JSONObject) -> Value?
  ) -> FieldChange<Value> {
    switch members[name] {
    case nil: return .absent
    case .null?:
      _ = take(name)
      if canBeCleared { return .clear }
      fault(name, "wrong_type", "Ce champ ne peut pas être vide.")
      return .absent
    default: return read(&self).map { .set($0) } ?? .absent
    }
  }
}

/// A day of the Gregorian calendar as text.
enum CalendarDate {
  /// Whether `text` is `YYYY-MM-DD` and such a day exists; years from 1900 to 2199.
  static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
      return false
    }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      (1900..<2200).contains(year), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }
}
