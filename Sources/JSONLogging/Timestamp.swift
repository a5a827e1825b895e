/// Instants as RFC 3339 in UTC with microseconds, `2026-01-31T23:59:59.123456Z`.
package enum Timestamp {
  /// Appends the text of an instant given in nanoseconds since 1970.
  package static func append(wallNanoseconds: UInt64, to bytes: inout [UInt8]) {
    let seconds = wallNanoseconds / 1_000_000_000
    let date = civil(days: seconds / 86_400)
    let ofDay = seconds % 86_400
    digits(date.year, 4, &bytes)
    bytes.append(UInt8(ascii: "-"))
    digits(date.month, 2, &bytes)
    bytes.append(UInt8(ascii: "-"))
    digits(date.day, 2, &bytes)
    bytes.append(UInt8(ascii: "T"))
    digits(ofDay / 3600, 2, &bytes)
    bytes.append(UInt8(ascii: ":"))
    digits(ofDay / 60 % 60, 2, &bytes)
    bytes.append(UInt8(ascii: ":"))
    digits(ofDay % 60, 2, &bytes)
    bytes.append(UInt8(ascii: "."))
    digits(wallNanoseconds / 1000 % 1_000_000, 6, &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  /// The text of an instant given in nanoseconds since 1970.
  package static func text(wallNanoseconds: UInt64) -> String {
    var bytes: [UInt8] = []
    append(wallNanoseconds: wallNanoseconds, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The date of a day counted from 1970, in the proleptic Gregorian calendar.
  ///
  /// Years are counted from March, so that the leap day is the last of its year; 719468 days lie
  /// between 0000-03-01 and 1970-01-01, and 146097 days make 400 years.
  private static func civil(days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let ofEra = shifted % 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (year + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func digits(_ value: UInt64, _ count: Int, _ bytes: inout [UInt8]) {
    var divisor: UInt64 = 1
    for _ in 1..<count { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
