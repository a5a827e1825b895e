import ServiceHost
import WorkerAPI

/// Reads the JSON bodies of a worker's requests, hostile ones too.
enum WorkerRequestBody {
  /// Arrays and objects within each other; more is no message of a gateway.
  private static let depthMax = 16

  /// Decodes. 400 where the bytes are no JSON or no UTF-8, 422 where a field is not what it must
  /// be.
  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(Problem)
    -> Value
  {
    guard String(validating: bytes, as: UTF8.self) != nil, isShallow(bytes) else {
      throw .malformedJSON
    }
    do {
      return try WorkerJSON.decode(type, from: bytes)
    } catch let error as DecodingError {
      if case .dataCorrupted(let context) = error, context.codingPath.isEmpty {
        throw .malformedJSON
      }
      throw .invalid([Problem.FieldError(error)])
    } catch {
      throw .malformedJSON
    }
  }

  /// Bounds the nesting before a parser recurses. Brackets within strings are text.
  private static func isShallow(_ bytes: [UInt8]) -> Bool {
    var depth = 0
    var isInString = false
    var isEscaped = false
    for byte in bytes {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      if depth > depthMax { return false }
    }
    return true
  }
}
