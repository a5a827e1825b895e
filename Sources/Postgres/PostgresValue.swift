/// A value of a result, as the server wrote it: decodes the common types in both formats.
///
/// Each function gives `nil` where the bytes are not what is asked for. `bytes` belongs to the
/// result and is valid only while that lives.
struct PostgresValue {
  let bytes: UnsafeRawBufferPointer
  /// The type's OID, fixed for built-in types (`pg_type.dat`).
  let type: UInt32
  let isBinary: Bool

  enum TypeID {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let timestamp: UInt32 = 1114
    static let timestamptz: UInt32 = 1184
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802
  }

  func string() -> String? {
    guard isBinary else { return String(decoding: bytes, as: UTF8.self) }
    switch type {
    case TypeID.text, TypeID.varchar, TypeID.bpchar, TypeID.name, TypeID.json, TypeID.unknown:
      return String(decoding: bytes, as: UTF8.self)
    case TypeID.jsonb:
      // A version byte, 1 since jsonb exists, then the text.
      guard bytes.first == 1 else { return nil }
      return String(decoding: bytes.dropFirst(), as: UTF8.self)
    case TypeID.uuid:
      guard bytes.count == 16 else { return nil }
      let digits = Hexadecimal.encode(Array(bytes))
      var text = ""
      for (place, digit) in digits.enumerated() {
        if [8, 12, 16, 20].contains(place) { text.append("-") }
        text.append(digit)
      }
      return text
    case TypeID.bool: return bool().map { $0 ? "t" : "f" }
    case TypeID.int2, TypeID.int4, TypeID.int8, TypeID.oid: return int().map(String.init)
    case TypeID.float4, TypeID.float8: return double().map { "\($0)" }
    default: return nil
    }
  }

  func int() -> Int? {
    guard isBinary else { return Int(Substring(decoding: bytes, as: UTF8.self)) }
    switch (type, bytes.count) {
    case (TypeID.int2, 2): return Int(Int16(truncatingIfNeeded: bigEndian()))
    case (TypeID.int4, 4): return Int(Int32(truncatingIfNeeded: bigEndian()))
    case (TypeID.int8, 8): return Int(Int64(bitPattern: bigEndian()))
    case (TypeID.oid, 4): return Int(bigEndian())
    default: return nil
    }
  }

  func double() -> Double? {
    // `NaN`, `Infinity` and `-Infinity` are read by Swift as PostgreSQL writes them.
    guard isBinary else { return Double(Substring(decoding: bytes, as: UTF8.self)) }
    switch (type, bytes.count) {
    case (TypeID.float4, 4):
      return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bigEndian())))
    case (TypeID.float8, 8): return Double(bitPattern: bigEndian())
    default: return int().map(Double.init)
    }
  }

  func bool() -> Bool? {
    guard type == TypeID.bool, bytes.count == 1 else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "t"), 1: return true
    case UInt8(ascii: "f"), 0: return false
    default: return nil
    }
  }

  func bytea() -> [UInt8]? {
    if isBinary { return Array(bytes) }
    // `bytea_output = hex`, the default since 9.0.
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\\"), bytes[1] == UInt8(ascii: "x") else {
      return nil
    }
    return Hexadecimal.decode(UnsafeRawBufferPointer(rebasing: bytes[2...]))
  }

  func octets() -> [UInt8]? {
    type == TypeID.bytea ? bytea() : Array(bytes)
  }

  func timestamp() -> Int64? {
    guard type == TypeID.timestamptz || type == TypeID.timestamp else { return nil }
    guard isBinary else { return TimestampText.parse(bytes) }
    guard bytes.count == 8 else { return nil }
    // The server counts from 2000; the ends of its scale mean infinity.
    let value = Int64(bitPattern: bigEndian())
    guard value != .max, value != .min else { return nil }
    let (sum, overflow) = value.addingReportingOverflow(TimestampText.postgresEpochMicroseconds)
    return overflow ? nil : sum
  }

  private func bigEndian() -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
