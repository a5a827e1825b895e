/// A JSON value, parsed in one pass over its bytes (RFC 8259).
///
/// ```swift
/// let value = try JSONValue(parsing: bytes)      // JSONValue.Fault with the offset
/// let answer = value["answer"]?.string
/// ```
///
/// Strict: UTF-8 alone, no comments, no trailing comma, nothing after the value. Nesting is
/// bounded, so that no input exhausts the stack. Of equal names in one object the last counts.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// As a double, as JavaScript has it: whole numbers are exact up to 2^53.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Why bytes are no JSON.
  package struct Fault: Error, Sendable, Equatable {
    /// What is wrong.
    package enum Reason: Sendable { case syntax, encoding, tooDeep }
    /// What is wrong.
    package let reason: Reason
    /// Bytes before the fault.
    package let offset: Int

    package init(reason: Reason, offset: Int) {
      self.reason = reason
      self.offset = offset
    }
  }

  /// Deeper values are refused.
  package static let depthMax = 32

  /// - Throws: `Fault`.
  package init(parsing bytes: [UInt8]) throws(Fault) {
    let parsed: Result<JSONValue, Fault> = bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(buffer)
      do throws(Fault) { return .success(try parser.document()) } catch { return .failure(error) }
    }
    self = try parsed.get()
  }

  /// A member of an object; nil where there is none, or this is no object.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  package var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  package var number: Double? {
    guard case .number(let value) = self else { return nil }
    return value
  }

  /// A whole number; nil where it is none or too large to be exact.
  package var int: Int? {
    guard case .number(let value) = self, abs(value) <= 9_007_199_254_740_992 else { return nil }
    return Int(exactly: value)
  }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var array: [JSONValue]? {
    guard case .array(let value) = self else { return nil }
    return value
  }
}
